import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { click, connectBot, seat, seatBot, sitDown, speak, write } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const HUMAN = { master: 'human', 'master-name': 'Judit' };

/** The master's page, at the first board, and who sits at the boards. */
async function take(server, options) {
  const page = await (await visitor(server, options)).open(`/e/current/master#master=${server.masterToken}`);
  await until(page, () => document.body.dataset.status !== undefined);
  return page;
}

const at = (page, board) =>
  until(page, number => document.getElementById('number').textContent === number && document.body.dataset.phase === 'move', String(board));

async function enter(page, text) {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

const board = (server, number) => server.get(`/api/exhibitions/current/boards/${number}`);
const sans = async (server, number) => (await board(server, number)).moves.map(move => move.san);

test('a master with nothing but a keyboard plays, goes astray, takes back, stays, breaks off and offers a draw', async t => {
  const server = await startServer(t, { boards: 3, ...HUMAN });
  const page = await take(server);
  assert.doesNotMatch(page.url(), /sm_/, 'the secret does not stay in the address');
  const hall = await (await visitor(server)).open('/');
  await seat(hall, ['Ada', 'Ben', 'Cyd'], { still: true });
  await at(page, 1);
  await enter(page, 'e5');
  await reads(page, '#notice', /e5 isn’t a legal move/);
  await page.keyboard.press('Escape');
  await enter(page, 'e4');
  await at(page, 2);
  await reads(page, '#undo-text', /Board 1: you played e4/);
  await page.keyboard.press('u');
  await at(page, 1);
  await enter(page, 'd2d4');
  await at(page, 2);
  assert.deepEqual(await sans(server, 1), ['d4']);
  await enter(page, '3');
  await at(page, 3);
  // A move that begins as a command does: nothing but the move is done.
  await enter(page, 'b4');
  await at(page, 2);
  await page.keyboard.press('s');
  await until(page, () => document.getElementById('stay').getAttribute('aria-pressed') === 'true');
  await enter(page, 'nf3');
  await until(page, () => document.body.dataset.phase === 'away');
  await reads(page, '#number', '2');
  await page.keyboard.press('b');
  await until(page, () => document.getElementById('number').textContent === '3');
  assert.deepEqual(await sans(server, 3), ['b4']);
  await page.keyboard.press('p');
  await phase(page, 'break');
  assert.equal((await server.get('/api/exhibitions/current')).paused, 'master');
  await page.keyboard.press('p');
  await phase(page, 'away');
  await page.keyboard.press('d');
  await until(page, () => document.getElementById('notice').textContent !== '');
  assert.equal((await server.get('/api/exhibitions/current')).boards[2].draw_offer, null, 'one d is no offer');
  await page.keyboard.press('d');
  await until(page, () => document.getElementById('draw').disabled);
  await speak(hall, 'Cyd', { type: 'accept_draw' });
  await until(page, () => /ended/.test(document.getElementById('detail').textContent));
  await page.keyboard.press('?');
  await page.getByText('take the last move back').waitFor();
});

test('opponents see the master come, take back and pause; a reload, a second device and a restart lose nothing', async t => {
  const server = await startServer(t, { boards: 2, clock: '10m+5s', ...HUMAN });
  const away = { serverGoesAway: true };
  const ada = await sitDown(await visitor(server, away), 'Ada');
  await sitDown(await visitor(server, away), 'Ben');
  const master = await visitor(server, away);
  let page = await master.open(`/e/current/master#master=${server.masterToken}`);
  await at(page, 1);
  await click(page, 'e2', 'e4');
  await at(page, 2);
  await phase(ada, 'your-move');
  await page.click('#undo');
  await at(page, 1);
  await until(ada, () => /taken back e4/.test(document.getElementById('notice').textContent));
  await click(page, 'c2', 'c4');
  await at(page, 2);
  await phase(ada, 'your-move');

  await page.reload();
  await at(page, 2);
  await page.click('#pause');
  await phase(page, 'break');
  await until(ada, () => /break/.test(document.getElementById('detail').textContent));
  await page.click('#pause');
  await at(page, 2);
  await until(ada, () => !/break/.test(document.getElementById('detail').textContent));

  const second = await master.open('/e/current/master');
  await at(second, 2);
  await page.locator('#take-back').waitFor();
  await page.click('#take-back');
  await page.locator('#cockpit').waitFor();
  await at(page, 2);
  await second.close();

  await server.kill();
  await page.locator('#connection').waitFor();
  await server.start();
  await page.locator('#connection').waitFor({ state: 'hidden', timeout: 40_000 });
  await at(page, 2);
  await click(page, 'g1', 'f3');
  while ((await sans(server, 2)).length === 0);
  assert.deepEqual(await sans(server, 1), ['c4']);
  assert.deepEqual(await sans(server, 2), ['Nf3']);
  assert.match(await server.get('/api/exhibitions/current/games.pgn'), /taken back: e4/);
});

test('with a hundred boards everybody who waits is named or one number away, and the walk meets all', async t => {
  const server = await startServer(t, { boards: 100, ...HUMAN });
  const page = await take(server, { width: 1024, height: 768 });
  const hall = await (await visitor(server)).open('/');
  await seat(hall, Array.from({ length: 100 }, (_, i) => `Player ${i + 1}`), { still: true });
  await at(page, 1);
  await reads(page, '#waiting-title', '100 boards wait');
  assert.equal(await page.locator('#queue button').first().getAttribute('data-board'), '2');
  await enter(page, '77');
  await at(page, 77);
  for (const [number, next] of [[77, 1], [1, 2], [2, 3], [3, 4]]) {
    await at(page, number);
    await enter(page, 'e4');
    await at(page, next);
  }
  await reads(page, '#waiting-title', '96 boards wait');
});

test('without the secret there is a door and no seat', async t => {
  const server = await startServer(t, { boards: 1, ...HUMAN });
  const page = await (await visitor(server)).open('/e/current/master');
  await page.locator('#token').waitFor();
  await page.fill('#token', 'sm_AAAAAAAAAAAAAAAAAAAAAA');
  await page.click('#token-go');
  await page.getByRole('heading', { name: 'Not the master’s token' }).waitFor();
  await page.fill('#token', `http://127.0.0.1/e/1/master#master=${server.masterToken}`);
  await page.click('#token-go');
  await page.locator('#cockpit').waitFor();
});

test('what bots write stands at their board as text, as long as the organiser lets it', async t => {
  const server = await startServer(t, { boards: 2, ...HUMAN });
  const page = await take(server);
  const bots = [await seatBot(server, 'Robo'), await seatBot(server, '<b>Second</b>')];
  for (const { token } of bots) t.after(await connectBot(server, token));
  await at(page, 1);
  const lines = () => page.locator('#chat li').allTextContents();
  const count = number => until(page, number => document.querySelectorAll('#chat li').length === number, number);
  assert.ok(await page.isHidden('#chat'));
  await write(server, bots[0].token, 1, 'Good luck <img src=x onerror=alert(1)>');
  await write(server, bots[0].token, 1, 'Hello, all', 'spectator');
  await write(server, bots[1].token, 2, 'And here');
  await count(2);
  assert.deepEqual(await lines(), ['RoboGood luck <img src=x onerror=alert(1)>', 'Roboto allHello, all']);
  await enter(page, 'e4');
  await at(page, 2);
  await count(1);
  assert.deepEqual(await lines(), ['<b>Second</b>And here']);
  for (const text of ['one', 'two', 'three']) await write(server, bots[1].token, 2, text);
  await until(page, () => document.getElementById('chat').textContent.includes('three'));
  assert.equal((await lines()).length, 3);
  // Nothing of it is kept.
  await page.reload();
  await at(page, 2);
  assert.ok(await page.isHidden('#chat'));
  await write(server, bots[1].token, 2, 'again');
  await count(1);
  const headers = { authorization: `Bearer ${ORGANISER}` };
  await fetch(`${server.address}/api/exhibitions/1`, { method: 'PATCH', headers, body: JSON.stringify({ chat: false }) });
  await page.locator('#chat').waitFor({ state: 'hidden' });
  await write(server, bots[1].token, 2, 'unheard');
  await enter(page, 'e4');
  await until(page, () => document.body.dataset.phase === 'away');
  assert.ok(await page.isHidden('#chat'));
});
