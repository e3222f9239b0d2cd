// Every page in every state, examined by axe-core: nothing serious, light or dark, on a telephone or a desk.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { barriers } from './axe.mjs';
import { closeBrowser, phase, until, visitor } from './browser.mjs';
import { answer, connectBot, seat, seatBot, sitDown, write } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const TOKEN = `#organiser=${ORGANISER}`;
/** A wall hangs in a hall, and an overlay lies on a picture: neither is ever on a telephone. */
const LARGE = [[1280, 800]];

/** What the organiser wants of the current exhibition; it must be done. */
async function order(server, method, path, body) {
  const headers = { authorization: `Bearer ${ORGANISER}` };
  const answer = await fetch(`${server.address}/api/exhibitions/current${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) assert.fail(`${method} ${path}: ${await answer.text()}`);
}

const shows = (page, id, text) =>
  until(page, ([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);

/** Looks at pages one after the other and says everything at once that is wrong with any of them. */
function examination() {
  const found = [];
  return {
    async look(page, state, windows) {
      found.push(...(await barriers(page, state, windows)));
    },
    end() {
      assert.deepEqual(found, []);
    },
  };
}

/** Opens a page and waits until it has its content. */
async function opened(people, path, content) {
  const page = await people.open(path);
  await page.locator(content).first().waitFor();
  return page;
}

test('what is wrong is found', async t => {
  const server = await startServer(t, {});
  const page = await (await visitor(server)).open('/e/1/play');
  await page.locator('#join').waitFor();
  await page.evaluate(() => {
    document.querySelector('label[for="player"]').remove();
    document.getElementById('door-title').style.color = '#aaa';
  });
  const found = (await barriers(page, 'spoilt')).join('\n');
  assert.match(found, /light, 320 px: label .*#player/);
  assert.match(found, /light, 1280 px: color-contrast .*#door-title/);
});

test('the front page: for a stranger, after a wrong code, and for the organiser with the form open', { timeout: 300_000 }, async t => {
  const server = await startServer(t, { boards: 4, code: 'CLUB26', text: 'Bring a pen.' });
  const { look, end } = examination();
  const people = await visitor(server);
  const page = await opened(people, '/', '#join');
  await look(page, 'front page');
  await page.goto(`${server.address}/j/NOBODY`);
  await page.locator('#no-such-code').waitFor();
  await look(page, 'front page, no such code');

  const organiser = await opened(await visitor(server, { provoked: /400/ }), `/${TOKEN}`, '#organiser');
  await organiser.click('#another > summary');
  await until(organiser, () => document.getElementById('open-boards')?.value);
  for (const group of await organiser.locator('#open-form details > summary').all()) await group.click();
  await look(organiser, 'front page, form open');
  await organiser.click('#template-school');
  await organiser.fill('#open-clock', 'soon');
  await organiser.click('#open button');
  await until(organiser, () => [...document.querySelectorAll('#open-form .error')].some(one => one.textContent));
  await look(organiser, 'front page, a wrong setting');
  await organiser.fill('#open-clock', '30m+20s');
  await organiser.selectOption('#open-master', 'human');
  await organiser.click('#open button');
  await organiser.locator('#master-link-open').waitFor();
  await look(organiser, 'front page, opened');
  end();
});

test('before the start: every page, and the door in each of its states', { timeout: 300_000 }, async t => {
  const server = await startServer(t, { boards: 2, code: 'CLUB26', admission: 'approval', text: 'Bring a pen.\nTea at nine.', master: 'human', 'master-name': 'Judit', clock: '30m+20s' });
  const { look, end } = examination();
  // So that it does not begin once all seats are taken.
  await order(server, 'PATCH', '', { starts_at: Date.now() + 200_000 });
  const people = await visitor(server);
  const door = await opened(people, '/e/current/play', '#join');
  await look(door, 'door');
  await door.fill('#code', 'WRONG');
  await door.fill('#player', 'Ada');
  await door.click('#sit');
  await until(door, () => document.getElementById('code-error').textContent);
  await look(door, 'door, wrong code');
  await door.goto(`${server.address}/j/club26`);
  await until(door, () => document.getElementById('code').value === 'CLUB26');
  await look(door, 'door, with the code');
  await door.fill('#player', 'Ada');
  await door.click('#sit');
  await shows(door, 'door-title', 'You have asked for a seat');
  await look(door, 'door, asked');

  const desk = await opened(await visitor(server), `/e/current/desk${TOKEN}`, '.seat-row');
  await until(desk, () => document.querySelector('.seat-row').textContent.includes('asks'));
  await desk.evaluate(() => document.getElementById('settings').setAttribute('open', ''));
  await desk.locator('#set-name').waitFor();
  await look(desk, 'desk, open');
  await desk.locator('.seat-more').first().click();
  await desk.locator('#seat[open]').waitFor();
  await look(desk, 'desk, about a seat');
  await desk.keyboard.press('Escape');
  await desk.click('#fill');
  await desk.locator('#ask[open]').waitFor();
  await look(desk, 'desk, a question');
  await desk.keyboard.press('Escape');
  await desk.click('#lasting-bots > summary');
  await desk.fill('#bot-name', 'Deep Thought');
  await desk.click('#bot-do');
  await desk.locator('#bot-list li').waitFor();
  await look(desk, 'desk, a bot that comes again');
  await order(server, 'POST', '/seats/1/admit');
  await door.locator('#table').waitFor();
  await order(server, 'POST', '/announce', { text: 'Phones off, please' });
  await shows(door, 'bulletin', 'Phones off');
  await look(door, 'play, seated before the start');

  await order(server, 'PATCH', '', { admission: 'open', code: null });
  await seat(await people.open('/'), ['Ben'], { still: true });
  const queue = await opened(await visitor(server), '/e/current/play', '#join');
  await queue.fill('#player', 'Cyd');
  await queue.click('#sit');
  await shows(queue, 'door-title', 'You are the next');
  await look(queue, 'door, in the queue');
  await desk.locator('#queue li').waitFor();
  await look(desk, 'desk, somebody waits');

  await look(await opened(people, '/e/current', '.seat'), 'dashboard, open');
  await look(await opened(people, '/e/current/master', '#door-form'), 'master’s page, the door');
  await look(await opened(people, `/e/current/master#master=${server.masterToken}`, '#cockpit'), 'master’s page, open');
  await look(await opened(people, '/e/current/results', '#lines tr'), 'results, open');
  await look(await opened(people, '/e/current/wall', '#gathering'), 'wall, open', LARGE);
  await look(await opened(people, '/e/current/overlay', '#status'), 'overlay, open', LARGE);
  const sheet = await opened(people, '/e/current/sheet', '#code-drawn svg');
  await look(sheet, 'sheet');
  await sheet.click('#enlarge');
  await sheet.locator('#large svg').waitFor();
  await look(sheet, 'sheet, enlarged');
  const nowhere = await opened(await visitor(server, { provoked: /404|WebSocket/ }), '/e/99', '#missing');
  await until(nowhere, () => !document.getElementById('missing').textContent.startsWith('Connecting'));
  await look(nowhere, 'no such exhibition');
  end();
});

test('connecting a bot', async t => {
  const server = await startServer(t, { boards: 3, code: 'CLUB26' });
  const { look, end } = examination();
  const page = await opened(await visitor(server, { provoked: /403/ }), '/e/current/bot', '#join');
  await look(page, 'bot, seats to take');
  await page.fill('#bot-name', 'Robo');
  await page.fill('#code', 'WRONG');
  await page.click('#sit');
  await until(page, () => document.getElementById('code-error').textContent);
  await look(page, 'bot, a wrong code');
  await page.fill('#code', 'CLUB26');
  await page.fill('#bot-seats', '2');
  await page.click('#sit');
  await shows(page, 'bot-boards', 'not connected');
  await look(page, 'bot, not connected');
  await connectBot(server, await page.textContent('#token'));
  await shows(page, 'bot-text', 'It is connected');
  await page.click('#client-uci summary');
  await look(page, 'bot, connected');
  await page.click('#another');
  await page.fill('#bot-name', 'Second');
  await page.fill('#bot-seats', '1');
  await page.click('#sit');
  await shows(page, 'bot-title', 'Second');
  await look(page, 'bot, two of them');
  end();
});

test('what a bot writes to the master', async t => {
  const server = await startServer(t, { boards: 1, master: 'human', 'master-name': 'Judit' });
  const { look, end } = examination();
  const master = await opened(await visitor(server), `/e/current/master#master=${server.masterToken}`, '#cockpit');
  const { token } = await seatBot(server, 'Robo');
  t.after(await connectBot(server, token));
  await until(master, () => document.body.dataset.phase === 'move');
  await write(server, token, 1, 'Good luck');
  await write(server, token, 1, 'Hello, all', 'spectator');
  await until(master, () => document.querySelectorAll('#chat li').length === 2);
  await look(master, 'master’s page, what a bot writes');
  end();
});

test('while the games are on, in a break, and once no visit begins any more', { timeout: 300_000 }, async t => {
  const server = await startServer(t, { boards: 3, master: 'human', 'master-name': 'Judit', clock: '30m+20s', passes: 2, grace: '9m' });
  const { look, end } = examination();
  const people = await visitor(server);
  const master = await opened(people, `/e/current/master#master=${server.masterToken}`, '#cockpit');
  const ada = await sitDown(await visitor(server), 'Ada');
  const hall = await people.open('/');
  await seat(hall, ['Ben', 'Cyd'], { still: true });
  await until(master, () => document.body.dataset.phase === 'move');
  await look(master, 'master’s page, to move');
  await master.click('#help');
  await look(master, 'master’s page, keys');
  await master.click('#help');
  await phase(ada, 'here');
  await look(ada, 'play, the master is here');
  await master.keyboard.type('e4');
  await master.keyboard.press('Enter');
  await phase(ada, 'your-move');
  await look(ada, 'play, to move');
  await look(master, 'master’s page, a move can be taken back');
  await ada.fill('#move', 'e5');
  await ada.press('#move', 'Enter');
  await phase(ada, 'away');
  await look(ada, 'play, waiting');

  const desk = await opened(await visitor(server), `/e/current/desk${TOKEN}`, '.seat-row');
  const dashboard = await opened(people, '/e/current', '.mini');
  const wall = await opened(people, '/e/current/wall', '.mini');
  const overlay = await opened(people, '/e/current/overlay?parts=status,names,board,clock,move,score,next', 'piece');
  await order(server, 'POST', '/announce', { text: 'Tea at nine' });
  await until(dashboard, () => document.body.innerText.includes('Tea at nine'));
  await look(desk, 'desk, running');
  await desk.locator('.seat-more').first().click();
  await desk.locator('#seat-game .settle-thought').waitFor();
  await until(desk, () => /^The engine/.test(document.querySelector('#seat-game .settle-thought').textContent));
  await look(desk, 'desk, a game to settle');
  await desk.keyboard.press('Escape');
  await look(dashboard, 'dashboard, running');
  await look(wall, 'wall, running', LARGE);
  await look(overlay, 'overlay, running', LARGE);
  await look(await opened(people, '/e/current/results', '#lines tr'), 'results, running');
  await look(await opened(people, '/e/current/play', '#door'), 'door, running');

  await order(server, 'POST', '/pause');
  for (const page of [ada, dashboard]) await until(page, () => /break/i.test(document.querySelector('main').innerText));
  await desk.locator('#notice-break:not([hidden])').waitFor();
  await look(ada, 'play, a break');
  await look(master, 'master’s page, a break');
  await look(dashboard, 'dashboard, a break');
  await look(desk, 'desk, a break');
  await look(wall, 'wall, a break', LARGE);
  await order(server, 'POST', '/continue');

  // The last round: the master leaves each board that is left once.
  await order(server, 'POST', '/last-round');
  for (const board of [2, 3, 1]) {
    await until(master, board => document.getElementById('number').textContent === String(board) && document.body.dataset.phase === 'move', board);
    await master.keyboard.type(board === 1 ? 'Nf3' : 'd4');
    await master.keyboard.press('Enter');
  }
  for (const board of [2, 3]) await answer(hall, board);
  await desk.locator('#settle-games .settle-game').first().waitFor();
  await look(desk, 'desk, closed');
  await look(dashboard, 'dashboard, closed');
  await look(ada, 'play, closed');
  await look(master, 'master’s page, closed');
  end();
});

test('after the end', { timeout: 300_000 }, async t => {
  const server = await startServer(t, { boards: 3, master: 'human', 'master-name': 'Judit', clock: '30m+20s' });
  const { look, end } = examination();
  const people = await visitor(server);
  const master = await opened(people, `/e/current/master#master=${server.masterToken}`, '#cockpit');
  const ada = await sitDown(await visitor(server), 'Ada');
  await seat(await people.open('/'), ['Ben', 'Cyd'], { still: true });
  const desk = await opened(await visitor(server), `/e/current/desk${TOKEN}`, '.seat-row');
  const wall = await opened(people, '/e/current/wall', '.mini');
  const overlay = await opened(people, '/e/current/overlay', 'piece');
  await until(master, () => document.body.dataset.phase === 'move');
  await master.keyboard.type('e4');
  await master.keyboard.press('Enter');
  for (const [board, result] of [[1, '0-1'], [2, '1/2-1/2'], [3, '1-0']]) await order(server, 'POST', `/boards/${board}/adjudicate`, { result });
  await phase(ada, 'ended');
  await until(desk, () => document.body.dataset.status === 'finished');
  await look(ada, 'play, ended');
  await look(desk, 'desk, finished');
  await look(master, 'master’s page, finished');
  await look(wall, 'wall, finished', LARGE);
  await look(overlay, 'overlay, finished', LARGE);
  await look(await opened(people, '/e/1', '.mini'), 'dashboard, finished');
  await look(await opened(people, '/e/1/results', '#lines tr'), 'results, finished');
  await look(await opened(people, '/e/1/certificate/1', '#sheet'), 'certificate');
  await look(await opened(people, '/', '#current'), 'front page, finished');
  end();
});
