// Connecting a bot: the way to its seats, its token, the lines for its program, and whether it has come.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';

import { closeBrowser, reads, until, visitor } from './browser.mjs';
import { connectBot, seat } from './players.mjs';
import { BINARY, ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

/** What a browser says of an answer that is a refusal. */
const provoked = /Failed to load resource: the server responded with a status of 4/;

const shows = (page, id, text) => until(page, ([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);
const snapshot = server => server.get('/api/exhibitions/current');

/** What the organiser wants of the current exhibition; it must be done. */
async function order(server, method, path, body) {
  const headers = { authorization: `Bearer ${ORGANISER}` };
  const answer = await fetch(`${server.address}/api/exhibitions/current${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) assert.fail(`${method} ${path}: ${await answer.text()}`);
}

/** Asks for the seats on the page. */
async function take(page, name, { seats, code } = {}) {
  await page.locator('#join').waitFor();
  await page.fill('#bot-name', name);
  if (seats) await page.fill('#bot-seats', String(seats));
  if (code) await page.fill('#code', code);
  await page.click('#sit');
}

const connectPage = async (server, options) => (await visitor(server, options)).open('/e/current/bot');

test('from the door to a seat, a token that outlasts a reload, and the moment in which the bot comes', async t => {
  const server = await startServer(t, { boards: 3, code: 'CLUB26' });
  const door = await (await visitor(server, { provoked })).open('/e/current/play#code=club26');
  await door.locator('#join').waitFor();
  await door.click('#door-bot');
  await door.waitForURL('**/e/1/bot');
  await until(door, () => document.getElementById('code').value === 'CLUB26');
  await take(door, 'Robo', { code: 'WRONG' });
  await shows(door, 'code-error', 'entry code');
  assert.equal(await door.evaluate(() => document.activeElement.id), 'code');
  await take(door, ' ', { code: 'club26' });
  await shows(door, 'name-error', 'character');
  await take(door, 'Robo');
  await shows(door, 'bot-boards', 'not connected');
  assert.equal(await door.evaluate(() => document.activeElement.id), 'bot-title');
  const seated = (await snapshot(server)).boards[0];
  assert.deepEqual([seated.name, seated.bot, seated.connected], ['Robo', true, false]);

  const token = await door.textContent('#token');
  assert.match(token, /^sp_\w+$/);
  const leave = await connectBot(server, token);
  await shows(door, 'bot-boards', '●Board 1connected');
  await shows(door, 'bot-text', 'It is connected.');
  leave();
  await shows(door, 'bot-boards', 'not connected');
  await door.reload();
  await shows(door, 'bot-boards', 'not connected');
  await reads(door, '#token', token);
  assert.doesNotMatch(door.url(), /sp_/);

  await door.click('#bot-boards a');
  await door.waitForURL('**/e/1#board=1');
  await door.goBack();
  // What is forgotten here asks once more.
  await door.locator('#drop').click();
  await reads(door, '#drop', 'It is shown nowhere else');
  await door.click('#drop');
  await door.locator('#join').waitFor();
  assert.ok(!(await door.content()).includes(token));
});

test('the line for a UCI engine, as it stands in the page, plays the game', async t => {
  const server = await startServer(t, { boards: 2 });
  const page = await connectPage(server);
  await take(page, 'Robo');
  await page.locator('#bot').waitFor();
  const [program, ...words] = (await page.textContent('#client-uci code')).split(' ');
  assert.equal(program, 'simultan');
  const playing = spawn(BINARY, words.map(word => (word === 'stockfish' ? 'random' : word)), { stdio: 'ignore' });
  t.after(() => playing.kill());
  await shows(page, 'bot-boards', 'connected');
  await order(server, 'POST', '/start');
  const [code] = await once(playing, 'exit');
  assert.equal(code, 0);
  await shows(page, 'bot-boards', 'has ended');
  assert.equal((await snapshot(server)).boards[0].status, 'ended');
});

test('one token for several seats: as many as there are, each by its board', async t => {
  const server = await startServer(t, { boards: 3 });
  await order(server, 'PATCH', '', { starts_at: Date.now() + 200_000 });
  const page = await connectPage(server, { provoked });
  await page.locator('#join').waitFor();
  await page.fill('#bot-seats', '3');
  await reads(page, '#sit', 'Take 3 seats');
  const hall = await (await visitor(server)).open('/');
  await seat(hall, ['Ada'], { still: true });
  await take(page, 'Robo', { seats: 3 });
  await shows(page, 'bot-text', 'Only 2 seats were free.');
  await shows(page, 'bot-boards', '○Board 2Robonot connected○Board 3Robo 2not connected');
  await reads(page, '#client-lichess-bot code', /\nchallenge:\n {2}concurrency: 2$/);
  assert.ok(await page.isHidden('#client-lichess-bot .quiet'));
  await page.click('#client-uci summary');
  await reads(page, '#client-uci .quiet', 'It plays at board 2 alone.');
  await connectBot(server, await page.textContent('#token'));
  await shows(page, 'bot-boards', '●Board 2Roboconnected●Board 3Robo 2connected');
  await order(server, 'PATCH', '/seats/3', { name: 'Deep Robo' });
  await shows(page, 'bot-boards', 'Deep Robo');
  await order(server, 'DELETE', '/seats/2');
  await shows(page, 'bot-boards', '✕Board 2Robogiven up');
});

test('the organiser lets a bot in, and who finds no seat may wait for one', async t => {
  const server = await startServer(t, { boards: 1, admission: 'approval' });
  await order(server, 'PATCH', '', { starts_at: Date.now() + 200_000 });
  const page = await connectPage(server);
  await page.locator('#join').waitFor();
  await reads(page, '#sit', 'Ask for a seat');
  await take(page, 'Robo');
  await shows(page, 'bot-boards', 'asked for');
  await shows(page, 'bot-text', 'has to let it in');

  const second = await connectPage(server);
  await shows(second, 'sit', 'Wait for a seat');
  await take(second, 'Second');
  await shows(second, 'bot-text', 'no seat yet');
  await order(server, 'POST', '/seats/1/admit');
  await shows(page, 'bot-boards', 'not connected');
  await order(server, 'PATCH', '', { admission: 'open' });
  await order(server, 'DELETE', '/seats/1');
  await shows(page, 'bot-text', 'was given up');
  assert.ok(await page.isHidden('#how'), 'a token that opens nothing is not shown');
  await shows(second, 'bot-boards', '○Board 1not connected');
});

test('several bots from one browser, each with its own token', async t => {
  const server = await startServer(t, { boards: 3 });
  const page = await connectPage(server);
  await take(page, 'Robo');
  await page.locator('#another').click();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'bot-name');
  await page.click('#take-not');
  await shows(page, 'bot-title', 'Robo');
  const first = await page.textContent('#token');
  await page.click('#another');
  await take(page, 'Second');
  await shows(page, 'bot-title', 'Second');
  assert.notEqual(await page.textContent('#token'), first);
  await page.locator('#choose button', { hasText: 'Robo' }).click();
  await shows(page, 'bot-title', 'Robo');
  await reads(page, '#token', first);
  await page.click('#drop');
  await page.click('#drop');
  await shows(page, 'bot-title', 'Second');
  assert.ok(await page.isHidden('#choose'));
});

test('bots elsewhere are told the server’s public address, and it can be copied', async t => {
  const server = await startServer(t, { boards: 2, 'public-address': 'https://simul.example.org' });
  const people = await visitor(server);
  await people.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await people.open('/e/current/bot');
  await take(page, 'Robo');
  await shows(page, 'base', 'https://simul.example.org');
  assert.ok(await page.isHidden('#alone'));
  const pasted = () => page.evaluate(() => navigator.clipboard.readText());
  await page.click('#copy-token');
  await shows(page, 'copied', 'The token is copied.');
  const token = await page.textContent('#token');
  assert.equal(await pasted(), token);
  await page.click('#client-lichess-bot button');
  await shows(page, 'copied', 'The lines for lichess-bot are copied.');
  assert.equal(await pasted(), `token: "${token}"\nurl: "https://simul.example.org/"`);
  await page.click('#client-websocket summary');
  await reads(page, '#client-websocket code', /^wss:\/\/simul\.example\.org\/ws\/1\/play\n/);
  // Where a page may not copy, it is marked.
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.click('#copy-base');
  await shows(page, 'copied', 'copy it by hand');
  assert.equal(await page.evaluate(() => getSelection().toString()), 'https://simul.example.org');
});

test('too late, and no such exhibition', async t => {
  const server = await startServer(t, { boards: 1 });
  const hall = await (await visitor(server)).open('/');
  await seat(hall, ['Ada'], { still: true });
  await server.until('1', 'running');
  const page = await connectPage(server);
  await shows(page, 'take-text', 'takes nobody any more');
  assert.ok(await page.isHidden('#join'));
  const nowhere = await (await visitor(server, { provoked: /404|WebSocket/ })).open('/e/99/bot');
  await shows(nowhere, 'missing', 'no such exhibition');
});
