// The overlay for a stream: nothing behind it, the master's board in front, and what its address asks for.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { overlayOptions } from '../../static/js/overlay-options.js';
import { statusLine } from '../../static/js/overlay-words.js';
import { nextVisit } from '../../static/js/walk-order.js';
import { closeBrowser, reads, until, visitor } from './browser.mjs';
import { pixel, pixels } from './pixels.mjs';
import { answer, seat, speak } from './players.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

const shows = (page, id, wanted) =>
  until(page, ([id, wanted]) => document.getElementById(id).textContent.includes(wanted), [id, wanted]);

test('the address says what is shown, and nothing in it breaks the overlay', () => {
  const usual = overlayOptions('');
  assert.deepEqual([...usual.parts], ['status', 'names', 'board', 'clock', 'move', 'score']);
  assert.deepEqual({ ...usual, parts: null }, { parts: null, size: 480, text: 1, align: 'left', theme: 'light', delayMs: 0, board: null });
  const all = overlayOptions('?parts=next,Board,%20clock&size=720&text=150&align=right&theme=dark&delay=12.5&board=7');
  assert.deepEqual([...all.parts], ['board', 'clock', 'next']);
  assert.deepEqual({ ...all, parts: null }, { parts: null, size: 720, text: 1.5, align: 'right', theme: 'dark', delayMs: 12_500, board: 7 });
  for (const nonsense of ['?parts=&size=&text=&align=&theme=&delay=&board=', '?parts=bored&size=big&text=NaN&align=up&theme=blue&delay=soon&board=all', '?size=Infinity&delay=-Infinity', '?%'])
    assert.deepEqual(overlayOptions(nonsense), usual, nonsense);
  const { size, text, delayMs, board } = overlayOptions('?size=99999&text=1&delay=99999&board=-3');
  assert.deepEqual([size, text, delayMs, board], [2_160, 0.5, 1_800_000, 1]);
});

test('the next visit is the walk’s, as far as one can see', () => {
  const seatAt = (board, more) => ({ board, name: `P${board}`, status: 'playing', color: 'black', turn: 'white', ...more });
  const state = (mode, boards) => ({ status: 'running', walk: { mode }, master: { board: 2 }, lastVisited: 2, boards });
  const waiting = [seatAt(1, { waits_since: 30 }), seatAt(2, { waits_since: 5 }), seatAt(3, { turn: 'black' }), seatAt(4, { waits_since: 10 })];
  assert.equal(nextVisit(state('in-turn', waiting)).board, 4);
  assert.equal(nextVisit(state('in-turn', waiting.slice(0, 3))).board, 1);
  assert.equal(nextVisit(state('ready-first', waiting)).board, 4);
  assert.equal(nextVisit(state('in-turn', waiting.slice(1, 3))), null);
  assert.equal(nextVisit({ ...state('in-turn', waiting), status: 'finished' }), null);
});

test('what is special is told, an announcement before all', () => {
  const running = { name: 'Friday', status: 'running', startsAt: null, announcement: null, paused: null, lastRound: false };
  assert.equal(statusLine(running, 3, 4, 1_000), '');
  assert.equal(statusLine({ ...running, paused: 'master' }, 3, 4, 1_000), 'A short break');
  assert.equal(statusLine({ ...running, paused: 'master', announcement: 'Tea!' }, 3, 4, 1_000), 'Tea!');
  assert.equal(statusLine({ ...running, lastRound: true }, 3, 4, 1_000), 'The last round');
  assert.equal(statusLine({ ...running, status: 'open' }, 3, 4, null), 'Friday begins soon. 3 of 4 seats taken.');
  assert.equal(statusLine({ ...running, status: 'finished', announcement: 'Tea!' }, 3, 4, 3_723_000), 'Friday is over after 1:02:03.');
});

for (const colorScheme of ['light', 'dark'])
  test(`there is nothing behind it, whoever likes it ${colorScheme}`, async t => {
    const server = await startServer(t, { boards: 1, 'house-bots': 1, 'bot-pace': '9m' });
    const page = await (await visitor(server, { width: 800, height: 900, colorScheme })).open('/e/current/overlay?size=400');
    await page.locator('#board piece').first().waitFor();
    const picture = await pixels(page, await page.screenshot({ omitBackground: true }));
    assert.deepEqual(pixel(picture, 790, 890), [0, 0, 0, 0], 'beside everything');
    assert.deepEqual(pixel(picture, 700, 200), [0, 0, 0, 0], 'beside the board');
    const { x, y, width } = await page.locator('#board').boundingBox();
    assert.equal(Math.round(width), 400);
    // The middle of the board, whose pieces stand at its edges still.
    assert.equal(pixel(picture, Math.round(x + width / 2) + 10, Math.round(y + width / 2) + 10)[3], 255, 'on the board');
  });

test('it follows the master, and shows the parts that are asked for', async t => {
  const server = await startServer(t, { boards: 3, clock: '5m+3s' });
  const people = await visitor(server);
  const overlay = await people.open('/e/current/overlay?parts=status,names,board,clock,move,score,next');
  const bare = await people.open('/e/current/overlay?parts=board&size=oops');
  const pinned = await people.open('/e/current/overlay?board=2&parts=names');
  await shows(overlay, 'status', 'begins soon. 0 of 3 seats taken');
  const hall = await people.open('/');
  await seat(hall, ['Ada', 'Ben', 'Cyd'], { still: true });
  for (const [board, name] of [[1, 'Ada'], [3, 'Cyd'], [2, 'Ben'], [1, 'Ada']]) {
    await answer(hall, board);
    await until(overlay, ([board, name]) => document.getElementById('number').textContent === board && document.getElementById('name').textContent === name, [String(board), name]);
    await until(overlay, () => /^\d+\.\S+$/.test(document.getElementById('move').textContent));
  }
  await until(overlay, () => /^\d:\d\d$/.test(document.getElementById('clock-theirs').textContent));
  await shows(overlay, 'score', '0 : 0 opponents · 3 games going on');
  assert.equal(await overlay.isVisible('#status'), false, 'nothing is special');
  for (const id of ['far', 'near', 'move', 'score', 'next', 'status']) assert.equal(await bare.isVisible(`#${id}`), false, id);
  assert.equal((await bare.locator('#board').boundingBox()).width, 480);
  await reads(pinned, '#name', 'Ben');
  assert.equal(await pinned.isVisible('#board'), false);
  for (const name of ['Ada', 'Ben', 'Cyd']) await speak(hall, name, { type: 'resign' });
  await shows(overlay, 'status', 'is over after');
  await shows(overlay, 'score', '3 : 0');
  await shows(overlay, 'move', 'resigns.');
});

test('with a delay everything is shown so much later, in order', async t => {
  const server = await startServer(t, { boards: 1 });
  const people = await visitor(server);
  const overlay = await people.open('/');
  await overlay.clock.install();
  await overlay.goto(`${server.address}/e/current/overlay?delay=20`);
  const now = await people.open('/e/current/overlay');
  const hall = await people.open('/');
  await shows(now, 'status', '0 of 1 seat');
  assert.ok(await overlay.isHidden('#shown'));
  await overlay.clock.runFor(20_000);
  await shows(overlay, 'status', '0 of 1 seat');
  await seat(hall, ['Ada'], { still: true });
  await shows(now, 'name', 'Ada');
  await until(now, () => document.getElementById('move').textContent !== '');
  await overlay.clock.runFor(19_000);
  await reads(overlay, '#status', /0 of 1 seat/);
  await overlay.clock.runFor(2_000);
  await shows(overlay, 'name', 'Ada');
});

test('a stream sees nothing of a server that is away, and the overlay comes back by itself', async t => {
  const server = await startServer(t, { boards: 2 });
  const people = await visitor(server, { serverGoesAway: true });
  const overlay = await people.open('/e/current/overlay');
  await shows(overlay, 'status', '0 of 2 seats');
  const before = await overlay.textContent('body');
  await server.kill();
  await until(overlay, async () => !(await fetch('/healthz').catch(() => null)));
  assert.equal(await overlay.textContent('body'), before);
  await server.start();
  const hall = await people.open('/');
  await seat(hall, ['Ada'], { still: true });
  await until(overlay, () => document.getElementById('status').textContent.includes('1 of 2'), null, { timeout: 40_000 });
});
