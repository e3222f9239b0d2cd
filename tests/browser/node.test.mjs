// Halls at a node: real halls that publish, a real NATS, a real node, a real browser.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { barriers } from './axe.mjs';
import { closeBrowser, reads, scrollsSideways, until, visitor } from './browser.mjs';
import { startNats, startNode } from './nats.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const skip = process.env.SIMULTAN_NATS_SERVER ? false : 'NOT CHECKED: SIMULTAN_NATS_SERVER names no nats-server';

const hall = (t, url, name, options = {}) =>
  startServer(t, { boards: 2, publish: url, hall: name, think: '10ms', 'house-bots': 2, 'bot-pace': '300ms', ...options });

/** Nothing of a page is beside the window, and nobody is kept out by how it is made. */
async function isWell(page, state) {
  assert.deepEqual(await barriers(page, state), []);
  for (const width of [320, 768, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    assert.ok(!(await scrollsSideways(page)), `${state} at ${width}`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${state}-${width}.png`, fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

test('one finds a hall in the list, watches it, and sits down in the hall itself', { skip }, async t => {
  const url = await startNats(t);
  const club = await hall(t, url, 'club7', { boards: 3 });
  await hall(t, url, 'lyon', { name: 'A long evening in a hall far away' });
  const node = await startNode(t, url, 2);
  const who = await visitor(node, { provoked: /status of 403/ });
  // A name that is no hall’s leads to those that are.
  const page = await who.open('/e/1');
  await page.waitForURL(`${node.address}/`);
  await until(page, () => document.querySelectorAll('#list > li').length === 2);
  await isWell(page, 'halls');
  // A number has no names in front of it; a name that means this machine has.
  await page.goto(`http://localhost:${node.port}/`);
  await page.getByRole('link', { name: 'club7' }).click();
  await page.waitForURL(`http://club7.localhost:${node.port}/`);
  await reads(page, '#current-name', 'Simultaneous exhibition');
  assert.ok(await page.isHidden('#sit'), 'the hall has not said where it is');
  await isWell(page, 'branch');
  await page.click('#watch');
  await until(page, () => /House bot/.test(document.body.innerText));
  const own = await club.get('/api/exhibitions/1');
  assert.ok((await page.title()).includes(own.name));
  await page.goto(`http://club7.localhost:${node.port}/e/1/play`);
  await reads(page, 'h1', 'Here one only watches');
  await isWell(page, 'elsewhere');
});

test('a game goes on at the node as in the hall, and a silent hall is told of', { skip }, async t => {
  const url = await startNats(t);
  const server = await hall(t, url, 'club7', { clock: '30m+1s' });
  const node = await startNode(t, url);
  const who = await visitor(node);
  const page = await who.open('/e/current');
  await until(page, () => document.querySelectorAll('.mini').length === 2);
  const moves = () => page.evaluate(() => document.querySelectorAll('#events li').length);
  const before = await moves();
  await until(page, count => document.querySelectorAll('#events li').length > count, before);
  const wall = await who.open('/e/1/wall');
  await server.kill();
  for (const shown of [page, wall]) {
    await shown.bringToFront();
    await until(shown, () => /No signal from the hall/.test(document.body.innerText), undefined, { timeout: 30_000 });
  }
  await isWell(page, 'silent');
  await server.start();
  for (const shown of [page, wall]) {
    await shown.bringToFront();
    await until(shown, () => !/No signal from the hall/.test(document.body.innerText), undefined, { timeout: 30_000 });
  }
});

test('who wants to sit down is led to the hall that has said where it is', { skip }, async t => {
  const url = await startNats(t);
  // Its address is known once it listens: it is started again with it.
  const server = await startServer(t, { boards: 2, publish: url, hall: 'club7' });
  await server.kill();
  server.options['public-address'] = server.address;
  await server.start();
  const node = await startNode(t, url);
  const page = await (await visitor(node)).open('/');
  await page.locator('#sit').waitFor();
  await isWell(page, 'branch-with-seats');
  await page.click('#sit');
  await page.waitForURL(`${server.address}/**`);
  await page.fill('#player', 'Ada');
  await page.click('#join button');
  await page.locator('#table').waitFor();
  const refused = await fetch(`${node.address}/api/exhibitions/1/start`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ORGANISER}` },
  });
  assert.equal(refused.status, 403);
  assert.equal((await refused.json()).error.code, 'read_only');
});
