// Every page in every state, at the windows that people have and at those in between.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, until, visitor } from './browser.mjs';
import { ALL, faults, lookAt } from './geometry.mjs';
import { click, connectBot, hangUp, pawnOnTheSeventh, resign, seat, seatBot, sitDown, speak, type, write } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

/** The longest that a name may be, in the widest letters, in one word and in several. */
const LONG = 'W'.repeat(32);
const LONG_WORDS = 'Wilhelmina Montgomery-Wainwright';
const EVENING = 'The Old Town chess club’s forty-second simultaneous exhibition, Friday evening';
const TIMED = { clock: '90m+30s', 'master-extra': '1h' };

/** A reader who asked for less motion: what is looked at has come to rest. */
const reader = (server, more = {}) => visitor(server, { reducedMotion: 'reduce', ...more });

/** Collects what `lookAt` finds through a test, and fails at its end with all of it. */
function looks() {
  const wrong = [];
  return {
    at: async (page, state, sizes) => wrong.push(...(await lookAt(page, state, sizes))),
    end: () => assert.deepEqual(wrong, []),
  };
}

test('whatever is wrong with a page is seen', async t => {
  const server = await startServer(t, { boards: 1, ...TIMED });
  const page = await sitDown(await reader(server), 'Ada');
  await phase(page, 'your-move');
  assert.deepEqual(await page.evaluate(faults), []);
  const plants = [
    ['.playing', { width: '900px' }, /is under a board/, /the board, \d+ px, .* isn’t all in the window/],
    ['.playing', { width: '200px' }, /the board is but \d+ px/],
    ['#board', { aspectRatio: '2' }, /the board isn’t a square/],
    ['#choices', { marginTop: '-3rem' }, /“.*” and “.*” overlap/],
    ['#phase', { height: '10px', overflow: 'hidden' }, /“Your move” is cut off above or below/],
    ['#phase', { width: '50px', overflow: 'hidden', whiteSpace: 'nowrap' }, /“Your move” is cut off at the side/],
    ['#own-name', { width: '10px' }, /nothing is left of “Ada”/],
    ['#move', { width: '60px', minWidth: '0', flex: 'none' }, /“Type a move.*” is cut off in its field/],
    ['.desk', { width: '1000px' }, /scrolls sideways/, /is beside the window/],
    ['body', { overflow: 'hidden', paddingTop: '400px' }, /can’t be reached/],
    ['#connection', { display: 'block', position: 'fixed', inset: '50% 0 0' }, /is under a plate/],
    ['#step', { position: 'absolute', inset: '0', pointerEvents: 'auto' }, /is covered by/],
    ['#moves', { flex: 'none', height: '20px', minHeight: '0' }, /moves is too low to be read/],
  ];
  for (const [selector, style, ...wanted] of plants) {
    const element = page.locator(selector);
    const [before, hidden] = await element.evaluate(one => [one.style.cssText, one.hidden]);
    await element.evaluate((one, style) => Object.assign(one.style, style) && (one.hidden = false), style);
    const found = await page.evaluate(faults);
    await element.evaluate(
      (one, { before, hidden }) => {
        one.style.cssText = before;
        one.hidden = hidden;
      },
      { before, hidden },
    );
    for (const one of wanted) assert.match(found.join('\n'), one, `${selector} ${JSON.stringify(style)}`);
  }
  assert.deepEqual(await page.evaluate(faults), []);
});

test('the front page', async t => {
  const server = await startServer(t, { boards: 3, name: EVENING, ...TIMED });
  const look = looks();
  const away = { serverGoesAway: true };
  const people = await reader(server, away);
  const page = await people.open('/');
  await page.locator('#join').waitFor();
  await look.at(page, 'front: a seat to take', ALL);
  await page.fill('#player', 'W'.repeat(33));
  await page.click('#join button');
  await look.at(page, 'front: a name that is too long');

  const organiser = await (await reader(server, away)).open(`/#organiser=${ORGANISER}`);
  await organiser.locator('#startable li').waitFor();
  await look.at(organiser, 'front: the organiser’s panel, folded');
  await organiser.click('summary');
  await organiser.locator('.forecast[aria-busy=false] .forecast-length').waitFor({ timeout: 60_000 });
  await until(organiser, () => document.getElementById('forecast-end').textContent !== '');
  await look.at(organiser, 'front: the organiser’s form', ALL);
  await organiser.selectOption('#open-master', 'human');
  for (const summary of await organiser.locator('#open-settings summary').all()) await summary.click();
  await organiser.selectOption('#open-start', 'fen');
  await organiser.fill('#open-fen', 'rk2r3/pppppppp/8/8/8/8/PPPPPPPP/RK2R3 w KQkq - 0 1');
  await organiser.selectOption('#open-code', 'own');
  await organiser.click('#open-seats-add');
  await organiser.locator('#open-fen-row cg-board').waitFor();
  await look.at(organiser, 'front: the organiser’s form with everything', ALL);
  await organiser.selectOption('#open-master', 'engine');
  await organiser.selectOption('#open-start', 'standard');
  await organiser.selectOption('#open-code', 'none');
  await organiser.fill('#open-clock', 'a while');
  await organiser.click('#open button');
  await until(organiser, () => document.getElementById('organiser-error').textContent.length > 10);
  await until(organiser, () => document.getElementById('forecast-problem').textContent.length > 10);
  await look.at(organiser, 'front: the organiser’s form with an error');

  await organiser.fill('#open-clock', '');
  await organiser.selectOption('#open-master', 'human');
  await organiser.fill('#open-master-name', LONG);
  await organiser.fill('#open-name', 'W'.repeat(80));
  await organiser.click('#open button');
  await organiser.locator('#master-link-open').waitFor();
  await look.at(organiser, 'front: the master’s link', ALL);

  await sitDown(people, LONG);
  await page.reload();
  await page.locator('#own-seat').waitFor();
  await look.at(page, 'front: a seat of one’s own');
  await seat(page, ['Ada', 'Ben'], { still: true });
  await until(page, () => document.getElementById('current-status').dataset.status === 'running');
  await look.at(page, 'front: running');

  for (const name of [LONG_WORDS, 'A small one', 'W'.repeat(80)]) {
    const { id } = await server.open({ name, boards: 1, clock: null });
    await seat(page, [`Ada ${id}`], { still: true });
    await server.until(id, 'running');
    await speak(page, `Ada ${id}`, { type: 'resign' });
    await server.until(id, 'finished');
  }
  await until(page, () => document.getElementById('current-status').dataset.status === 'finished');
  await look.at(page, 'front: finished, and others');
  await server.kill();
  await page.locator('#trouble').waitFor();
  await look.at(page, 'front: the server is away');
  await server.start();
  await look.at(await people.open('/static/starting.html'), 'front: the server starts');
  look.end();
});

test('the dashboard', async t => {
  const server = await startServer(t, { boards: 24, name: EVENING, ...TIMED });
  const look = looks();
  const people = await reader(server, { serverGoesAway: true });
  const lost = await people.open('/e/no-such-thing');
  await until(lost, () => !/Connecting|Trying/.test(document.getElementById('missing').textContent));
  await look.at(lost, 'dashboard: no such exhibition');

  const page = await people.open(`/e/current#organiser=${ORGANISER}`);
  const crowd = await (await reader(server, { serverGoesAway: true })).open('/');
  const names = [LONG, LONG_WORDS, ...Array.from({ length: 20 }, (_, i) => `Player ${i + 3}`)];
  await seat(crowd, names, { still: true });
  await hangUp(crowd, 'Player 3');
  await page.locator('#lobby .tag').waitFor();
  await page.locator('#start').waitFor();
  await look.at(page, 'dashboard: before the start');

  await seat(crowd, ['Last but one', 'Last'], { still: true });
  await until(page, () => document.querySelectorAll('.mini cg-board').length === 24);
  await until(page, () => document.querySelectorAll('.mini-mark').length === 24);
  await speak(crowd, LONG, { type: 'offer_draw' });
  await speak(crowd, LONG_WORDS, { type: 'resign' });
  await speak(crowd, 'Player 9', { type: 'resign' });
  await until(page, () => document.querySelectorAll('.mini[data-outcome]').length === 2);
  await look.at(page, 'dashboard: running', ALL);
  for (const [name, state] of [[LONG, 'a draw offered'], [LONG_WORDS, 'a game that has ended']]) {
    await page.locator('.mini', { hasText: name }).locator('.mini-pick').click();
    await until(page, wanted => document.getElementById('follow-name').textContent === wanted, name);
    await page.locator('#follow-replay').waitFor();
    await look.at(page, `dashboard: ${state}, chosen`);
  }
  await server.kill();
  await page.locator('#connection').waitFor();
  await look.at(page, 'dashboard: reconnecting');
  await server.start();
  await page.locator('#connection').waitFor({ state: 'hidden', timeout: 40_000 });
  look.end();
});

test('the dashboard of few boards and of very many, and its end', async t => {
  const server = await startServer(t, { boards: 2, name: 'Two', walk: 'in-turn' });
  const look = looks();
  const people = await reader(server);
  const page = await people.open('/e/current');
  const crowd = await people.open('/');
  await seat(crowd, ['Ada', LONG]);
  await until(page, () => Number(document.getElementById('rounds').textContent) > 3);
  await page.locator('#ending').waitFor();
  await page.locator('#saving').waitFor();
  await look.at(page, 'dashboard: two boards and a forecast');
  await speak(crowd, 'Ada', { type: 'resign' });
  await speak(crowd, LONG, { type: 'resign' });
  await until(page, () => document.body.dataset.status === 'finished');
  await until(page, () => document.querySelectorAll('#follow-moves button').length > 2);
  await look.at(page, 'dashboard: finished', ALL);

  await server.open({ name: 'Two hundred', boards: 200, house_bots: 200 });
  const many = await people.open('/e/current');
  await until(many, () => document.querySelectorAll('.mini cg-board').length > 20);
  await look.at(many, 'dashboard: two hundred boards');
  look.end();
});

test('the way to a seat', async t => {
  const server = await startServer(t, { boards: 2, name: EVENING });
  const look = looks();
  const title = wanted => until(page, text => document.getElementById('door-title').textContent === text, wanted);
  const people = await reader(server);
  let page = await people.open('/e/current/play');
  await page.locator('#join').waitFor();
  await look.at(page, 'door: a seat to take', ALL);
  await page.fill('#player', '   ');
  await page.click('#join button');
  await until(page, () => document.getElementById('join-error').textContent.length > 10);
  await look.at(page, 'door: a name that is none');

  await page.evaluate(() => {
    const unknown = { token: 'x'.repeat(43), board: 1, name: 'Ada' };
    localStorage.setItem('simultan.seat.1', JSON.stringify(unknown));
  });
  await page.reload();
  await title('Your seat is gone');
  await look.at(page, 'door: a seat that is gone');
  await page.fill('#player', LONG);
  await page.click('#join button');
  await page.locator('#table').waitFor();
  await look.at(page, 'player: before the start', ALL);
  await people.open('/e/current/play');
  await title('You are playing elsewhere');
  await look.at(page, 'door: playing elsewhere');

  const late = await reader(server);
  await seat(await late.open('/'), ['Ada']);
  page = await late.open('/e/current/play');
  await title('It has started');
  await look.at(page, 'door: too late');
  look.end();
});

test('the page to connect a bot', async t => {
  const server = await startServer(t, { boards: 4, name: EVENING, code: 'CLUB26' });
  const look = looks();
  const page = await (await reader(server, { provoked: /403/ })).open('/e/current/bot');
  await page.locator('#join').waitFor();
  await look.at(page, 'bot: seats to take', ALL);
  await page.fill('#bot-name', LONG);
  await page.fill('#bot-seats', '3');
  await page.fill('#code', 'WRONG');
  await page.click('#sit');
  await until(page, () => document.getElementById('code-error').textContent.length > 10);
  await look.at(page, 'bot: a wrong code');
  await page.fill('#code', 'CLUB26');
  await page.click('#sit');
  await page.locator('#bot').waitFor();
  await connectBot(server, await page.textContent('#token'));
  await until(page, () => document.querySelectorAll('[data-standing="here"]').length === 3);
  await look.at(page, 'bot: three seats, connected', ALL);
  await page.click('#copy-token');
  await until(page, () => document.getElementById('copied').textContent.length > 10);
  for (const client of ['botli', 'berserk', 'websocket', 'uci']) {
    await page.click(`#client-${client} summary`);
    await look.at(page, `bot: ${client}`);
  }
  await page.click('#another');
  await page.fill('#bot-seats', '1');
  await page.fill('#bot-name', LONG_WORDS);
  await page.click('#sit');
  await page.locator('#choose').waitFor();
  await look.at(page, 'bot: two bots', ALL);
  look.end();
});

test('the opponent’s page', async t => {
  const server = await startServer(t, { boards: 2, walk: 'one-at-a-time', name: EVENING, ...TIMED });
  const look = looks();
  const page = await sitDown(await reader(server, { serverGoesAway: true }), LONG);
  const second = await sitDown(await reader(server, { serverGoesAway: true }), LONG_WORDS);
  await phase(second, 'away');
  await until(second, () => /The master is/.test(document.getElementById('detail').textContent));
  await look.at(second, 'player: the master is away');
  await click(second, 'e7', 'e5');
  await second.locator('#premove').waitFor();
  await look.at(second, 'player: a move chosen in advance');

  for (const [i, move] of ['a7a5', 'b8a6', 'h7h5', 'g8h6'].entries()) {
    await phase(page, 'your-move');
    await type(page, move);
    await until(page, plies => document.querySelectorAll('#moves button').length === plies, 2 * i + 3);
  }
  await phase(page, 'your-move');
  await look.at(page, 'player: to move', ALL);
  await type(page, 'Qh4xd8+ and more');
  await until(page, () => document.getElementById('typed-error').textContent !== '');
  await look.at(page, 'player: a typed move that is none');
  await page.fill('#move', '');
  await page.click('#draw');
  await until(page, () => document.getElementById('draw').textContent === 'Draw offered');
  await page.click('#resign');
  await look.at(page, 'player: a draw offered, and about to resign');
  // No master of ours offers a draw yet.
  await page.evaluate(() => (document.getElementById('their-offer').hidden = false));
  await look.at(page, 'player: the master offers a draw');
  await page.evaluate(() => (document.getElementById('their-offer').hidden = true));
  await page.click('#moves button >> nth=2');
  await page.locator('#board.reviewing').waitFor();
  await look.at(page, 'player: an earlier position');
  await page.keyboard.press('End');

  await server.kill();
  await page.locator('#connection').waitFor();
  await look.at(page, 'player: reconnecting');
  await server.start();
  await page.locator('#connection').waitFor({ state: 'hidden', timeout: 40_000 });
  await phase(page, 'your-move');
  await resign(page);
  await phase(page, 'ended');
  await look.at(page, 'player: the end');
  look.end();
});

test('choosing a piece', async t => {
  const page = await pawnOnTheSeventh(t, TIMED);
  const look = looks();
  await type(page, 'bxa1');
  await page.getByRole('dialog').waitFor();
  await look.at(page, 'player: a promotion');
  look.end();
});

test('the master’s page', async t => {
  const server = await startServer(t, { boards: 30, name: EVENING, master: 'human', 'master-name': LONG, ...TIMED });
  const look = looks();
  const who = await reader(server);
  const page = await who.open('/e/current/master');
  await page.locator('#token').waitFor();
  await look.at(page, 'the master’s door');
  await page.fill('#token', server.masterToken);
  await page.click('#token-go');
  await until(page, () => document.body.dataset.phase === 'open');
  await look.at(page, 'before the games');
  const hall = await (await visitor(server)).open('/');
  await seat(hall, [LONG, LONG_WORDS, ...Array.from({ length: 28 }, (_, i) => `Player ${i}`)], { still: true });
  await until(page, () => document.body.dataset.phase === 'move');
  await look.at(page, 'at a board', ALL);
  await page.keyboard.type('e5');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.keyboard.type('e4');
  await page.keyboard.press('Enter');
  await until(page, () => document.getElementById('number').textContent === '2');
  await speak(hall, LONG_WORDS, { type: 'offer_draw' });
  await page.locator('#their-offer').waitFor();
  await page.keyboard.type('e5');
  await page.keyboard.press('Enter');
  await until(page, () => document.getElementById('notice').textContent !== '');
  await page.keyboard.press('Escape');
  await look.at(page, 'an offer, a move to take back and a refusal', ALL);
  await page.click('#help');
  await look.at(page, 'the keys');
  await page.click('#pause');
  await phase(page, 'break');
  await look.at(page, 'a break');
  look.end();
});

test('what bots write beside the master’s board', async t => {
  const server = await startServer(t, { boards: 2, name: EVENING, master: 'human', 'master-name': LONG, ...TIMED });
  const look = looks();
  const page = await (await reader(server)).open(`/e/current/master#master=${server.masterToken}`);
  const { token } = await seatBot(server, LONG);
  t.after(await connectBot(server, token));
  await seat(await (await visitor(server)).open('/'), ['Ada'], { still: true });
  await until(page, () => document.body.dataset.phase === 'move');
  await write(server, token, 1, 'Good luck');
  await write(server, token, 1, 'W'.repeat(140));
  await write(server, token, 1, 'Hi! I am a bot of the Old Town chess club. Good luck! Type !help for a list of commands.', 'spectator');
  await until(page, () => document.querySelectorAll('#chat li').length === 3);
  await look.at(page, 'master: what the opponent has written', ALL);
  look.end();
});

test('passes and the time of grace, in Chess960', async t => {
  const more = { master: 'human', 'master-name': LONG, start: 'chess960', color: 'white', grace: '9m' };
  const server = await startServer(t, { boards: 4, name: EVENING, passes: 1, ...more, ...TIMED });
  const look = looks();
  const master = await (await reader(server)).open(`/e/current/master#master=${server.masterToken}`);
  const ada = await sitDown(await reader(server), LONG);
  const hall = await (await visitor(server)).open('/');
  await seat(hall, ['Ben', 'Cyd', LONG_WORDS]);
  const at = board =>
    until(
      master,
      number => document.getElementById('number').textContent === number && document.body.dataset.phase === 'move',
      String(board),
    );
  const move = async pawn => {
    await master.keyboard.type(pawn);
    await master.keyboard.press('Enter');
  };
  await at(1);
  await master.keyboard.press('s');
  await until(master, () => document.getElementById('stay').getAttribute('aria-pressed') === 'true');
  await move('a4');
  await ada.locator('#pass').waitFor();
  await look.at(ada, 'player: a pass can be asked for');
  await ada.click('#pass');
  await at(2);
  await look.at(ada, 'player: a pass was used');
  await master.keyboard.press('s');
  await until(master, () => document.getElementById('stay').getAttribute('aria-pressed') === 'false');
  // Once past her for what she has asked, and then no more.
  for (const pawn of ['a4', 'h4']) {
    for (const board of [2, 3, 4]) {
      await at(board);
      await move(pawn);
    }
  }
  await until(master, () => /no pass left/.test(document.getElementById('detail').textContent));
  await look.at(master, 'master: waits for a move', ALL);
  await until(ada, () => /waits/.test(document.getElementById('detail').textContent));
  await look.at(ada, 'player: is waited for', ALL);
  look.end();
});
