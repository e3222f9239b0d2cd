// The organiser's desk, with real opponents: what each action does, what they see of it, and what is refused.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { lookAt } from './geometry.mjs';
import { connectBot, sitDown } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const LINK = `/e/current/desk#organiser=${ORGANISER}`;
/** What a browser says of an answer that is a refusal. */
const provoked = /Failed to load resource: the server responded with a status of 4/;

const row = (page, board) => page.locator(`.seat-row[data-board="${board}"]`);
const shows = (page, id, text) => until(page, ([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);
const said = (page, text) => shows(page, 'said', text);
const rowSays = (page, board, text) =>
  until(page, ([board, text]) => document.querySelector(`.seat-row[data-board="${board}"]`)?.textContent.includes(text), [board, text]);
const offered = page =>
  page.evaluate(() => [...document.querySelectorAll('#actions button')].filter(one => !one.hidden).map(one => one.id));
/** What there is to do about the seat whose dialog is open. */
const seatActions = page => page.evaluate(() => [...document.querySelectorAll('#seat-actions button')].map(one => one.dataset.action));

/** Opens what there is to do about a board. */
async function more(page, board) {
  await row(page, board).locator('.seat-more').click();
  await page.locator('#seat[open]').waitFor();
}

/** Says yes to what is asked, which is then done. */
async function yes(page) {
  await page.click('#ask-yes');
  await page.locator('#ask[open]').waitFor({ state: 'hidden' });
}

/** Connects guests through sockets of their own, opened in `page`; each keeps what it is told. */
const come = (page, ...joins) =>
  page.evaluate(
    joins =>
      Promise.all(
        joins.map(
          join =>
            new Promise(resolve => {
              const socket = new WebSocket(`ws://${location.host}/ws/current/play`, 'simultan.v1');
              const guest = { socket, told: [], closed: null };
              (globalThis.guests ??= new Map()).set(join.name, guest);
              socket.onopen = () => socket.send(JSON.stringify({ type: 'join', ...join }));
              socket.onclose = ({ code }) => (guest.closed = code);
              socket.onmessage = ({ data }) => {
                guest.told.push(JSON.parse(data));
                resolve();
              };
            }),
        ),
      ),
    joins,
  );

/** Waits until a guest was told this. */
const told = (page, name, wanted) =>
  until(
    page,
    ([name, wanted]) =>
      globalThis.guests.get(name).told.some(message => Object.entries(wanted).every(([field, value]) => message[field] === value)),
    [name, wanted],
  );
const closed = (page, name, code) => until(page, ([name, code]) => globalThis.guests.get(name).closed === code, [name, code]);

test('before the start: let in, turn away, rename, move, remove, fill, and who waits', { timeout: 120_000 }, async t => {
  const server = await startServer(t, { boards: 5, admission: 'approval', code: 'CLUB26' });
  const organiser = await visitor(server, { provoked });
  const desk = await organiser.open(LINK);
  await desk.locator('#desk').waitFor();
  assert.equal(new URL(desk.url()).pathname + new URL(desk.url()).hash, '/e/1/desk', 'the secret is gone from the address');
  await reads(desk, '#code', 'CLUB26');
  await reads(desk, '#seat-address', /\/j\/CLUB26$/);
  assert.equal(await desk.isDisabled('#start'), true);
  assert.deepEqual(await offered(desk), ['start', 'announce', 'fill', 'cancel']);

  const hall = await (await visitor(server)).open('/');
  const code = 'CLUB26';
  await come(hall, { name: 'Ada', code, board: 1 }, { name: 'Ben', code, board: 2 }, { name: 'Cyd', code, board: 3 });
  await rowSays(desk, 1, 'asks for the seat');
  await rowSays(desk, 2, 'Ben');
  await rowSays(desk, 3, 'Cyd');

  // Let in from the table, let in from the dialog, and turned away.
  await row(desk, 1).locator('button.primary').click();
  await said(desk, 'Ada is let in at board 1.');
  await told(hall, 'Ada', { type: 'seated', board: 1 });
  await rowSays(desk, 1, 'here');
  await more(desk, 2);
  assert.deepEqual(await seatActions(desk), ['admit', 'turnAway']);
  await desk.click('[data-action="admit"]');
  await told(hall, 'Ben', { type: 'seated', board: 2 });
  await desk.locator('#seat[open]').waitFor({ state: 'hidden' });
  await more(desk, 3);
  await desk.click('[data-action="turnAway"]');
  await reads(desk, '#ask-title', /Turn Cyd away\?/);
  await desk.click('#ask-no');
  assert.equal(await desk.locator('#seat[open]').count(), 1, 'nothing is done without a yes');
  await desk.click('[data-action="turnAway"]');
  await yes(desk);
  await said(desk, 'Cyd is turned away.');
  await told(hall, 'Cyd', { type: 'error', code: 'not_allowed' });
  await closed(hall, 'Cyd', 1008);
  await rowSays(desk, 3, 'free');

  // Another name; one that is none is refused, where it was typed.
  await more(desk, 1);
  await desk.fill('#rename', '\u200b');
  await desk.click('#rename-do');
  await until(desk, () => /characters/.test(document.getElementById('seat-error').textContent));
  await desk.fill('#rename', 'Ada L.');
  await desk.click('#rename-do');
  await said(desk, 'Whoever sits at board 1 is called Ada L. now.');
  await told(hall, 'Ada', { type: 'renamed', name: 'Ada L.' });
  await rowSays(desk, 1, 'Ada L.');
  assert.equal(await desk.evaluate(() => document.activeElement.getAttribute('aria-label')), 'More about board 1, Ada L.', 'the focus is where it was');

  // Another board.
  await more(desk, 1);
  await desk.selectOption('#move', '4');
  await desk.click('#move-do');
  await said(desk, 'Ada L. is moved from board 1 to board 4.');
  await told(hall, 'Ada', { type: 'reseated', board: 1, to: 4 });
  await closed(hall, 'Ada', 1012);
  await rowSays(desk, 4, 'away since');
  await rowSays(desk, 1, 'free');

  // Taken from the seat.
  await more(desk, 2);
  await desk.click('[data-action="remove"]');
  await yes(desk);
  await said(desk, 'Ben is removed from board 2.');
  await closed(hall, 'Ben', 1008);
  await rowSays(desk, 2, 'free');

  // House bots; too many for what the server knows are refused, in the dialog.
  await desk.click('#fill');
  assert.equal(await desk.inputValue('#bots'), '4');
  await desk.fill('#bots', '10001');
  await desk.click('#ask-yes');
  await until(desk, () => /1 to 10000/.test(document.getElementById('ask-error').textContent));
  await desk.fill('#bots', '3');
  await desk.selectOption('#level', '0');
  await yes(desk);
  await said(desk, '3 house bots asked to sit down.');
  await until(desk, () => document.getElementById('stage').textContent === '4 of 5 seats taken');
  await until(desk, () => [...document.querySelectorAll('.seat-row')].filter(one => one.textContent.includes('house bot')).length === 3);

  // When all is full, who waits is named.
  await come(hall, { name: 'Eve', code }, { name: 'Fay', code, wait: true });
  await shows(desk, 'queue', 'Fay');
  await more(desk, 5);
  await desk.click('[data-action="turnAway"]');
  await yes(desk);
  await told(hall, 'Fay', { type: 'applied', board: 5 });
  await until(desk, () => document.getElementById('waiting').hidden);

  // The code changes, and what is wrong is said at its field.
  await desk.click('#settings-title');
  await until(desk, () => document.getElementById('set-name')?.value === 'Simultaneous exhibition');
  await desk.fill('#set-boards', '2');
  await desk.click('#settings-save');
  await until(desk, () => /board 5 is taken/i.test(document.getElementById('settings-error').textContent + document.getElementById('set-boards-error').textContent));
  await desk.fill('#set-boards', '5');
  await desk.fill('#set-name', 'Friday');
  await desk.click('#set-group-guests summary');
  await desk.selectOption('#set-code', 'own');
  await desk.fill('#set-own-code', 'no');
  await desk.click('#settings-save');
  await until(desk, () => document.getElementById('set-own-code-error').textContent !== '');
  await desk.fill('#set-own-code', 'FRIDAY');
  await desk.click('#settings-save');
  await said(desk, 'The settings are changed.');
  await until(desk, () => document.getElementById('code').textContent === 'FRIDAY' && document.getElementById('name').textContent === 'Friday');

  // Called off: everybody is told, and nothing is offered any more.
  await desk.click('#cancel');
  await yes(desk);
  await said(desk, 'The exhibition is called off.');
  await closed(hall, 'Fay', 1008);
  await until(desk, () => document.body.dataset.status === 'finished');
  assert.deepEqual(await offered(desk), []);
});

test('while the games are on: start, breaks, announcements, the last round, settling, and what opponents see', { timeout: 120_000 }, async t => {
  const server = await startServer(t, { boards: 4, engine: 'house', think: '50ms', clock: '30m+20s', passes: 2 });
  const desk = await (await visitor(server, { provoked })).open(LINK);
  await desk.locator('#desk').waitFor();
  const ada = await sitDown(await visitor(server), 'Ada');
  const hall = await (await visitor(server)).open('/');
  await come(hall, { name: 'Ben', board: 2 }, { name: 'Cyd', board: 3 }, { name: 'Dan', board: 4 });
  await until(desk, () => document.body.dataset.status === 'running');
  await phase(ada, 'your-move');
  assert.deepEqual(await offered(desk), ['pause', 'announce', 'last-round', 'cancel']);
  await rowSays(desk, 1, 'to move');
  assert.equal(await desk.locator('#boards .mini').count(), 4);
  assert.match(await row(desk, 1).locator('.seat-clock').textContent(), /30:\d\d|29:\d\d/);

  // A break, by the keyboard; the finger that pressed twice has not ended it.
  await desk.focus('#pause');
  await desk.keyboard.press('Enter');
  await said(desk, 'Everything is paused.');
  await shows(ada, 'detail', 'A short break');
  await shows(desk, 'notice-break', 'the walk and all clocks stand still');
  assert.equal(await desk.evaluate(() => document.activeElement.id), 'continue');
  assert.deepEqual(await offered(desk), ['continue', 'announce', 'last-round', 'cancel']);
  await desk.click('#continue');
  await said(desk, 'The games go on.');
  await until(desk, () => document.getElementById('notice-break').hidden);
  await told(hall, 'Ben', { type: 'continued' });

  // An announcement; nothing at all is refused.
  await desk.click('#announce');
  await desk.fill('#announcement', ' ');
  await desk.click('#ask-yes');
  await until(desk, () => /1 to 200/.test(document.getElementById('ask-error').textContent));
  await desk.fill('#announcement', 'Tea is ready.');
  await desk.keyboard.press('Enter');
  await said(desk, 'It is announced to everybody.');
  await shows(desk, 'notice-announced', 'Tea is ready.');
  await told(hall, 'Ben', { type: 'announced', text: 'Tea is ready.' });

  // Somebody's tablet goes away; it is seen, and since when.
  await hall.evaluate(() => globalThis.guests.get('Dan').socket.close());
  await rowSays(desk, 4, 'away since');
  await desk.selectOption('#filter', 'away');
  await until(desk, () => document.querySelectorAll('.seat-row').length === 1);
  await desk.selectOption('#filter', 'all');
  await until(desk, () => document.querySelectorAll('.seat-row').length === 4);

  // Settled, with what an engine thinks beside it.
  await more(desk, 2);
  await until(desk, () => /^The engine (finds|sees)/.test(document.querySelector('#seat-game .settle-thought').textContent));
  assert.equal(await desk.locator('#seat-game piece').count(), 32);
  assert.deepEqual(await seatActions(desk), ['abandon', 'breakOff', 'forget']);
  await desk.click('#seat-game [data-result="1/2-1/2"]');
  await reads(desk, '#ask-text', /Ben’s game ends: A draw, ½–½\. That can’t be undone\./);
  await yes(desk);
  await said(desk, 'Board 2 is settled: ½–½.');
  await told(hall, 'Ben', { type: 'ended', result: '1/2-1/2', termination: 'adjudication' });
  await rowSays(desk, 2, '½–½');

  // Gone for good, broken off.
  await more(desk, 4);
  await desk.click('[data-action="abandon"]');
  await yes(desk);
  await rowSays(desk, 4, '1–0');
  await more(desk, 3);
  await desk.click('[data-action="breakOff"]');
  await yes(desk);
  await told(hall, 'Cyd', { type: 'ended', result: '*', termination: 'aborted' });

  // The last round; it is announced once alone.
  await desk.click('#last-round');
  await yes(desk);
  await said(desk, 'The last round is announced.');
  await until(desk, () => document.getElementById('last-round').hidden);
  assert.deepEqual(await offered(desk), ['pause', 'announce', 'cancel']);

  // Once no visit begins any more, what is to be settled comes first.
  await ada.fill('#move', 'e5');
  await ada.press('#move', 'Enter');
  await desk.locator('#settle-games .settle-game[data-board="1"]').waitFor();
  await shows(desk, 'notice-closed', '1 game is to be settled');
  assert.deepEqual(await lookAt(desk, 'desk: what is to be settled'), []);
  assert.deepEqual(await offered(desk), ['announce', 'cancel']);
  assert.equal(await row(desk, 1).getByText('Settle').isVisible(), true);
  await desk.click('#settle-games [data-result="0-1"]');
  await yes(desk);
  await phase(ada, 'ended');
  await shows(ada, 'detail', 'You won by adjudication');
  await until(desk, () => document.body.dataset.status === 'finished');

  // A name is forgotten, also now.
  await more(desk, 1);
  assert.deepEqual(await seatActions(desk), ['forget']);
  await desk.click('[data-action="forget"]');
  await yes(desk);
  await said(desk, 'The name at board 1 is forgotten.');
  await rowSays(desk, 1, 'Board 1');
  const pgn = await server.get('/api/exhibitions/1/games.pgn');
  assert.ok(pgn.includes('"Board 1"') && !pgn.includes('Ada'));
});

test('a start time shows who isn’t there, a closing time warns, and settings change while the games are on', { timeout: 120_000 }, async t => {
  const server = await startServer(t, { boards: 3, master: 'human', 'master-name': 'Judit', 'closes-after': '4m' });
  const desk = await (await visitor(server, { provoked })).open(LINK);
  await desk.locator('#desk').waitFor();
  const hall = await (await visitor(server)).open('/');
  await come(hall, { name: 'Ada', board: 1 }, { name: 'Ben', board: 2 });
  await hall.evaluate(() => globalThis.guests.get('Ben').socket.close());
  await rowSays(desk, 2, 'away since');

  // Four minutes before the start it is looked who is there; the seat that is kept for somebody is named too.
  const change = body =>
    fetch(`${server.address}/api/exhibitions/1`, { method: 'PATCH', headers: { authorization: `Bearer ${ORGANISER}` }, body: JSON.stringify(body) });
  assert.equal((await change({ starts_at: Date.now() + 240_000, seats: [{ board: 3, name: 'Cyd' }] })).status, 200);
  await shows(desk, 'notice-start', 'It begins by itself at');
  await until(desk, () => [...document.querySelectorAll('#absent li')].map(one => one.textContent).join() === 'Board 2: Ben,Board 3: Cyd, whose seat is kept');
  assert.deepEqual(await lookAt(desk, 'desk: who is there'), []);

  // The master's link: a new one makes the old one void.
  const seat = await (await visitor(server)).open(`/e/1/master#master=${server.masterToken}`);
  await desk.click('#new-master');
  await yes(desk);
  await said(desk, 'The master has a new link');
  await seat.locator('#door').waitFor();
  const link = await desk.getAttribute('#master-link-open', 'href');
  assert.match(link, /\/e\/1\/master#master=sm_/);
  const master = await (await visitor(server)).open(new URL(link, server.address).href.slice(server.address.length));

  // Nobody is asked about what isn't there; the start asks, and says who is away.
  await desk.click('#start');
  await reads(desk, '#ask-text', /1 seat is still free\. One opponent is away just now/);
  await desk.keyboard.press('Escape');
  assert.equal(await desk.evaluate(() => document.activeElement.id), 'start');
  await desk.keyboard.press('Enter');
  await yes(desk);
  await said(desk, 'The exhibition has begun.');
  await phase(master, 'move');
  await until(desk, () => document.activeElement.id === 'stage');

  // Less than five minutes are left: that is said aloud, and marked.
  await shows(desk, 'notice-closing', 'Closing time is at');
  assert.equal(await desk.getAttribute('#notice-closing', 'data-urgent'), 'true');
  await reads(desk, '#announcer', '5 minutes to closing time.');
  await desk.click('#settings-title');
  await until(desk, () => document.getElementById('set-closes-after')?.value === '4m');
  assert.equal(await desk.isDisabled('#set-boards'), true, 'what the stage does not allow');
  await desk.click('#set-group-times summary');
  await desk.fill('#set-closes-after', '3h');
  await desk.click('#settings-save');
  await said(desk, 'The settings are changed.');
  await until(desk, () => !document.getElementById('notice-closing').hasAttribute('data-urgent'));
  await desk.click('#settings-save');
  await said(desk, 'Nothing was different');
  await desk.click('#settings-title');

  // A break of the master's own is named, and can be ended from here.
  await master.keyboard.press('p');
  await shows(desk, 'notice-break', 'A break of the master’s');
  await desk.click('#continue');
  await phase(master, 'move');
  assert.deepEqual(await lookAt(desk, 'desk: running'), []);

  // What has happened meanwhile is refused with the server's sentence, and nothing has changed.
  await more(desk, 1);
  await desk.click('#seat-game [data-result="1-0"]');
  await hall.evaluate(() => globalThis.guests.get('Ada').socket.send(JSON.stringify({ type: 'resign' })));
  await told(hall, 'Ada', { type: 'ended' });
  await desk.click('#ask-yes');
  await until(desk, () => document.getElementById('ask-error').textContent === 'This game has ended.');
});

test('without the organiser’s link there is no desk, and from the front page and the dashboard a link leads to it', async t => {
  const server = await startServer(t, { boards: 2, delay: '10m' });
  const stranger = await (await visitor(server)).open('/e/current/desk');
  await shows(stranger, 'missing', 'This desk is the organiser’s.');
  assert.equal(await stranger.isVisible('#desk'), false);

  const organiser = await visitor(server);
  const page = await organiser.open(`/#organiser=${ORGANISER}`);
  await page.locator('#startable').getByText('Desk').click();
  await page.locator('#desk').waitFor();
  await page.click('#to-dashboard');
  await page.locator('#desk').click();
  await until(page, () => document.getElementById('stage')?.textContent === '0 of 2 seats taken');

  // Spectators see it ten minutes later; the desk at once.
  const hall = await (await visitor(server)).open('/');
  await come(hall, { name: 'Ada', board: 2 });
  await until(page, () => document.getElementById('stage').textContent === '1 of 2 seats taken');
  await rowSays(page, 2, 'Ada');
  assert.equal((await server.get('/api/exhibitions/1')).boards[1].name, null);
});

test('bots that come again get a token that is shown once, and it is taken back', async t => {
  const server = await startServer(t, { boards: 2 });
  const page = await (await visitor(server, { provoked })).open(LINK);
  await page.locator('.seat-row').first().waitFor();
  await page.click('#lasting-bots > summary');
  await page.locator('#no-bots').waitFor();
  await page.fill('#bot-name', 'Deep Thought');
  await page.click('#bot-do');
  await shows(page, 'bot-list', 'Deep Thought');
  await reads(page, '#bot-token-text', /Deep Thought’s token, which is shown once/);
  const shown = () => page.textContent('#bot-token-code');
  const token = await shown();
  const whose = async token => (await (await fetch(`${server.address}/api/token/test`, { method: 'POST', body: token })).json())[token];
  assert.equal((await whose(token)).userId, 'deep thought');
  t.after(await connectBot(server, token));
  await rowSays(page, 1, 'Deep Thought');
  await rowSays(page, 1, 'here');

  // The same name again, and one that sits down where it asks to.
  await page.fill('#bot-name', 'Deep Thought');
  await page.click('#bot-do');
  await until(page, () => document.getElementById('bots-error').textContent.length > 10);
  await page.fill('#bot-name', 'Shy');
  await page.selectOption('#bot-sits', 'asked');
  await page.click('#bot-do');
  await shows(page, 'bot-list', 'where it asks for a seat');
  await reads(page, '#bots-error', '');
  const shy = await shown();
  assert.equal((await whose(shy)).userId, 'shy');

  await page.reload();
  await page.locator('.seat-row').first().waitFor();
  await page.click('#lasting-bots > summary');
  await shows(page, 'bot-list', 'Deep Thought');
  assert.ok(await page.isHidden('#bot-token'));
  await page.locator('#bot-list li', { hasText: 'Shy' }).getByRole('button').click();
  await shows(page, 'ask-title', 'Take back Shy’s token?');
  await yes(page);
  await said(page, 'Shy’s token is taken back.');
  await until(page, () => !document.getElementById('bot-list').textContent.includes('Shy'));
  assert.equal(await whose(shy), null);
  assert.equal(await page.getAttribute('#connect-bot', 'href'), '/e/1/bot');
});
