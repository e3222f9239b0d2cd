import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, until, visitor } from './browser.mjs';
import { line } from './line.mjs';
import { click, findMove, plies, resign, sitDown, type } from './players.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

const text = (page, id) => page.textContent(`#${id}`);

async function seated(t, options = {}) {
  const server = await startServer(t, options);
  const way = await line(t, server);
  const page = await sitDown(await visitor(way, { serverGoesAway: true }), 'Ada');
  await phase(page, 'your-move');
  return { server, way, page };
}

test('moves made on the board or typed while the line is down are shown, and played when it is back', async t => {
  const { way, page } = await seated(t);
  const move = await findMove(page);
  await way.cut();
  await until(page, () => !document.getElementById('connection').hidden);
  await click(page, ...move);
  await phase(page, 'waiting-for-line');
  assert.match(await text(page, 'detail'), /is sent as soon as the line is back/);
  assert.ok(await page.locator('#board.pending').count(), 'the board shows it');
  assert.match(await text(page, 'announcer'), /is sent as soon as the line is back/);
  await way.mend();
  await phase(page, 'your-move');
  assert.equal(await plies(page), 3, 'played, and answered');

  await way.cut();
  await until(page, () => !document.getElementById('connection').hidden);
  const typed = await page.evaluate(() => document.querySelectorAll('#moves button').length);
  await type(page, 'a5');
  await type(page, 'a6');
  await until(page, () => document.body.dataset.phase === 'waiting-for-line' || document.getElementById('typed-error').textContent);
  assert.equal(await plies(page), typed, 'nothing is played yet');
  await way.mend();
  await phase(page, 'your-move');
  assert.equal(await plies(page), 5);
});

test('what waits can be taken back, and then something else be done', async t => {
  const { way, page } = await seated(t);
  await way.cut();
  await until(page, () => !document.getElementById('connection').hidden);
  await type(page, 'e5');
  await phase(page, 'waiting-for-line');
  await page.click('#withdraw-button');
  await phase(page, 'your-move');
  await type(page, 'd5');
  await phase(page, 'waiting-for-line');
  await way.mend();
  await phase(page, 'your-move');
  assert.match(await text(page, 'moves'), /d5/);
  assert.doesNotMatch(await text(page, 'moves'), /e5/);
});

test('a resignation waits for the line too', async t => {
  const { way, page } = await seated(t);
  await way.cut();
  await until(page, () => !document.getElementById('connection').hidden);
  await resign(page);
  await phase(page, 'waiting-for-line');
  assert.match(await text(page, 'detail'), /Your resignation is sent/);
  await way.mend();
  await phase(page, 'ended');
  assert.match(await text(page, 'detail'), /You resigned/);
});

/** The player of `page` moves from another device, and stays until the master has answered. */
async function moveElsewhere(server, page, move) {
  const kept = await page.evaluate(() => Object.entries(localStorage).find(([key]) => key.startsWith('simultan.seat'))[1]);
  const device = await (await visitor(server)).open('/');
  await device.evaluate(
    ({ token, move }) =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}/ws/current/play`);
        socket.onopen = () => socket.send(JSON.stringify({ type: 'resume', token }));
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(data);
          if (message.type === 'game') socket.send(JSON.stringify({ type: 'move', ply: 2, uci: move }));
          if (message.type === 'moved' && message.ply === 3) resolve(socket.close());
        };
        socket.onerror = reject;
      }),
    { token: JSON.parse(kept).token, move },
  );
}

/** A move that waits for the line, and on top of it the next one. */
async function moveAndNext({ way, page }) {
  await way.cut();
  await until(page, () => !document.getElementById('connection').hidden);
  await type(page, 'e5');
  await phase(page, 'waiting-for-line');
  await click(page, 'g8', 'f6');
  await until(page, () => document.getElementById('premove-text').textContent.includes('g8–f6'));
}

test('what no longer fits is taken back with a sentence', async t => {
  const { server, way, page } = await seated(t);
  await way.cut();
  await until(page, () => !document.getElementById('connection').hidden);
  await type(page, 'e5');
  await phase(page, 'waiting-for-line');
  await moveElsewhere(server, page, 'd7d5');
  await way.mend();
  await phase(page, 'your-move');
  assert.match(await text(page, 'notice'), /The game went on meanwhile: e5 was not played/);
  assert.match(await text(page, 'moves'), /d5/);
});

test('a premove goes with the pending move that it stood on', async t => {
  const { server, way, page } = await seated(t);
  await moveAndNext({ way, page });
  await moveElsewhere(server, page, 'd7d5');
  await way.mend();
  await until(page, () => /e5 was not played\. Your next move, g8–f6, is taken back/.test(document.getElementById('notice').textContent));
  assert.ok(await page.isHidden('#premove'));
  await type(page, 'a6');
  await until(page, () => document.querySelectorAll('#moves button').length >= 5);
  assert.equal(await page.locator('#moves button').nth(3).textContent(), 'a6', 'nothing but what was asked for');
});

test('a premove goes with a pending move that is withdrawn by hand', async t => {
  const { way, page } = await seated(t);
  await moveAndNext({ way, page });
  await page.click('#withdraw-button');
  await phase(page, 'your-move');
  assert.match(await text(page, 'notice'), /Your next move, g8–f6, is taken back/);
  await type(page, 'd5');
  await phase(page, 'waiting-for-line');
  await way.mend();
  await phase(page, 'your-move');
  assert.equal(await plies(page), 3);
  await type(page, 'a6');
  await until(page, () => document.querySelectorAll('#moves button').length >= 5);
  assert.equal(await page.locator('#moves button').nth(3).textContent(), 'a6');
});

test('a premove on a pending move is played once that move and its answer are', async t => {
  const { way, page } = await seated(t);
  await moveAndNext({ way, page });
  await way.mend();
  await until(page, () => document.querySelectorAll('#moves button').length >= 5);
  assert.equal(await page.locator('#moves button').nth(1).textContent(), 'e5');
  assert.equal(await page.locator('#moves button').nth(3).textContent(), 'Nf6');
});

test('a move made while the server is killed is played after its restart', async t => {
  const { server, page } = await seated(t);
  await server.kill();
  await until(page, () => !document.getElementById('connection').hidden);
  await type(page, 'e5');
  await phase(page, 'waiting-for-line');
  await server.start();
  await phase(page, 'your-move');
  assert.match(await text(page, 'moves'), /e5/);
});

test('a laptop that slept plays what is asked of it when it wakes', async t => {
  const { way, page } = await seated(t);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  // While nothing of the page runs the line goes, and comes back.
  await way.cut();
  await way.mend();
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await type(page, 'e5');
  await until(page, () => document.querySelectorAll('#moves button').length === 3);
  await phase(page, 'your-move');
  assert.match(await text(page, 'moves'), /e5/);
});
