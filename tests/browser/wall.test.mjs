// The hall's wall: it invites, shows every board in turn, tells the result, and is touched by nobody.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { layOut, nextPage } from '../../static/js/board-pages.js';
import { beginning } from '../../static/js/projector-words.js';
import { isThisMachine, typed } from '../../static/js/seat-address.js';
import { seatPath } from '../../static/js/address.js';
import { closeBrowser, phase, scrollsSideways, until, visitor } from './browser.mjs';
import { lookAt } from './geometry.mjs';
import { qrIn } from './pixels.mjs';
import { answer, seat, speak } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const SCREENS = [[1024, 768], [1280, 720], [1280, 800], [1366, 768], [1600, 1200], [1920, 1080], [3840, 2160]];
const EVENING = 'The Old Town chess club’s forty-second simultaneous exhibition, Friday evening';
const LONG = 'Wilhelmina Montgomery-Wainwright';
const PAGE_MS = 10_000;

const text = (page, id) => page.textContent(`#${id}`);
const shows = (page, id, wanted) =>
  until(page, ([id, wanted]) => document.getElementById(id).textContent.includes(wanted), [id, wanted]);
const numbers = page =>
  page.evaluate(() => [...document.querySelectorAll('.mini')].map(card => Number(card.dataset.board)));

test('boards fill the screen, and no page has more than can be read', () => {
  for (const count of [1, 2, 3, 24, 25, 40, 100, 1_000])
    for (const [width, height] of [[990, 600], [1_880, 930], [3_760, 1_900]]) {
      const unit = Math.min(height, width * 0.5625) / 100;
      const room = { width, height, caption: Math.round(6 * unit), gap: 1.6 * unit, smallest: 0.17 * Math.min(width, height) };
      const { pages, perPage, size, columns } = layOut(count, room);
      const rows = Math.ceil(perPage / columns);
      assert.ok(size >= Math.floor(room.smallest / 8) * 8, `${count} boards are legible`);
      assert.ok(columns * size + (columns - 1) * room.gap <= width + 1, `${count} boards fit across ${width}`);
      assert.ok(rows * (size + room.caption) + (rows - 1) * room.gap <= height + 1, `${count} boards fit down ${height}`);
      assert.ok(pages * perPage >= count && (pages - 1) * perPage < count, `${count} boards on ${pages} pages`);
    }
});

test('every second page is the master’s, and between them every other page comes up', () => {
  const seen = [];
  let shown = { page: 0, other: 0 };
  for (let turn = 0; turn < 12; turn++) {
    shown = nextPage(shown, { pages: 4, masters: 2 });
    seen.push(shown.page);
  }
  assert.deepEqual(seen, [2, 1, 2, 3, 2, 0, 2, 1, 2, 3, 2, 0]);
  // Without a master they come in order, and the last is followed by the first.
  assert.equal(nextPage({ page: 3, other: 3 }, { pages: 4, masters: null }).page, 0);
  // What is not worth it is left out, and where nothing else is, the master's page stays.
  assert.equal(nextPage({ page: 2, other: 0 }, { pages: 4, masters: 2, worth: page => page === 3 }).page, 3);
  assert.equal(nextPage({ page: 2, other: 0 }, { pages: 4, masters: 2, worth: () => false }).page, 2);
  assert.equal(nextPage({ page: 0, other: 0 }, { pages: 1, masters: 0 }).page, 0);
});

test('an address is one that others find, and short where there is a code', () => {
  for (const name of ['localhost', 'simul.localhost', '127.0.0.1', '127.1.2.3', '[::1]']) assert.ok(isThisMachine(name), name);
  for (const name of ['192.168.1.5', 'chess.local', 'simul.example.org', '128.0.0.1', '127.example.org'])
    assert.ok(!isThisMachine(name), name);
  assert.equal(seatPath('3', 'ABCD'), '/j/ABCD');
  assert.equal(seatPath('3', null), '/e/3/play');
  assert.equal(typed('http://192.168.1.5:8000/j/ABCD'), '192.168.1.5:8000/j/ABCD');
  assert.equal(typed('https://simul.example.org/'), 'simul.example.org');
});

test('when it begins is said as far as it is known', () => {
  const at = Date.UTC(2030, 0, 1, 18, 30);
  assert.match(beginning(at, at - 12 * 60_000, false), /^It begins at .*\d.*, in 12 min\.$/);
  assert.match(beginning(at, at - 7_200_000, false), /^It begins at [^,]+\.$/);
  assert.match(beginning(at, at + 60_000, false), /^It begins at [^,]+\.$/);
  assert.match(beginning(null, at, false), /organiser/);
  assert.equal(beginning(null, at, true), 'It is about to begin.');
});

test('before the start it has the code and the address for a seat, and who has come; then it shows the boards', async t => {
  const server = await startServer(t, { boards: 4, name: EVENING, 'public-address': 'https://simul.example.org' });
  const away = { serverGoesAway: true };
  const wall = await (await visitor(server, { width: 1920, height: 1080, ...away })).open('/e/current/wall');
  const code = wall.locator('#gathering-code svg');
  await code.waitFor();
  assert.equal(await qrIn(wall, code), 'https://simul.example.org/e/1/play');
  assert.equal(await code.getAttribute('aria-label'), 'https://simul.example.org/e/1/play');
  assert.equal(await text(wall, 'gathering-address'), 'simul.example.org');
  const hall = await (await visitor(server, away)).open('/');
  await seat(hall, ['Ada', LONG], { still: true });
  await shows(wall, 'gathering-count', '2 of 4 seats taken');
  assert.deepEqual(await wall.locator('#gathering-names li').allTextContents(), [LONG, 'Ada']);
  assert.deepEqual(await lookAt(wall, 'wall before the start', SCREENS), []);

  await server.kill();
  await wall.locator('#connection').waitFor();
  await server.start();
  await until(wall, () => document.getElementById('connection').hidden, null, { timeout: 40_000 });
  await hall.reload();
  await seat(hall, ['Cyd', 'Dan'], { still: true });
  await wall.locator('#hall').waitFor();
  assert.deepEqual(await numbers(wall), [1, 2, 3, 4]);
  await wall.locator('#walker:not([hidden])').waitFor();
  await answer(hall, 3);
  await shows(wall, 'where', 'Board 3 · Cyd');
  await until(wall, () => document.querySelector('.mini[data-board="3"] [aria-current]'));
});

test('more boards than fit come page by page, without anybody’s doing', async t => {
  const server = await startServer(t, { boards: 60, clock: '90m+30s' });
  const wall = await (await visitor(server, { width: 1024, height: 768 })).open('/');
  await wall.clock.install();
  await wall.goto(`${server.address}/e/current/wall`);
  const hall = await (await visitor(server)).open('/');
  await seat(hall, Array.from({ length: 60 }, (_, i) => `Player ${i + 1}`), { still: true });
  await until(wall, () => document.querySelectorAll('.mini').length > 1);
  const seen = new Set(await numbers(wall));
  assert.ok(seen.size < 60, 'not all fit');
  for (let turn = 0; turn < 12 && seen.size < 60; turn++) {
    await wall.clock.runFor(PAGE_MS);
    const shown = await numbers(wall);
    for (const number of shown) seen.add(number);
    // The master's frame is where the master is, and on no other page.
    const stands = Number(/\d+/.exec(await text(wall, 'where'))[0]);
    assert.equal(await wall.isVisible('#walker'), shown.includes(stands), `page ${await text(wall, 'page')}`);
  }
  assert.equal(seen.size, 60, 'every board was shown');
  assert.match(await text(wall, 'page'), /^\d \/ \d$/);
});

test('a thousand boards are legible too', async t => {
  const server = await startServer(t, { boards: 1_000, 'house-bots': 1_000, 'bot-pace': '9m', 'max-connections': 4_000 });
  const wall = await (await visitor(server, { width: 1920, height: 1080, reducedMotion: 'reduce' })).open('/e/current/wall');
  await wall.locator('.mini').first().waitFor({ timeout: 60_000 });
  await until(wall, () => document.getElementById('against').textContent.endsWith('1000 opponents'));
  const shown = await numbers(wall);
  assert.ok(shown.length >= 20 && shown.length <= 60, `${shown.length} boards on a page`);
  assert.ok((await wall.locator('.mini-board').first().boundingBox()).width >= 170);
  assert.deepEqual(await lookAt(wall, 'wall of a thousand', SCREENS), []);
});

test('a break is told, and at the end the result, then the boards', async t => {
  const server = await startServer(t, { boards: 3, master: 'human', 'master-name': 'Judit', name: EVENING, passes: 1 });
  const who = await visitor(server, { width: 1366, height: 768, colorScheme: 'dark', reducedMotion: 'reduce' });
  const wall = await who.open('/');
  await wall.clock.install();
  await wall.goto(`${server.address}/e/1/wall`);
  // A page whose time is the test's draws no frames of its own: another one is looked at.
  const seen = await who.open('/e/1/wall');
  const master = await (await visitor(server)).open(`/e/current/master#master=${server.masterToken}`);
  const hall = await (await visitor(server)).open('/');
  await seat(hall, ['Ada', 'Ben', LONG], { still: true });
  await phase(master, 'move');
  await master.keyboard.press('p');
  await shows(wall, 'pause', 'A short break');
  await shows(seen, 'pause', 'A short break');
  assert.deepEqual(await lookAt(seen, 'wall in a break', SCREENS), []);
  await master.keyboard.press('p');
  await until(wall, () => document.getElementById('pause').hidden);
  for (const name of ['Ada', LONG]) await speak(hall, name, { type: 'resign' });
  await phase(master, 'move');
  await until(master, () => document.getElementById('number').textContent === '2');
  await master.evaluate(() => {
    for (let i = 0; i < 2; i++) document.getElementById('resign').click();
  });
  await wall.locator('#outcome').waitFor();
  assert.deepEqual([await text(wall, 'outcome-master'), await text(wall, 'outcome-opponents')], ['2', '1']);
  assert.deepEqual(await wall.locator('#outcome-names li').allTextContents(), ['Ben 0–1']);
  await seen.reload();
  await seen.locator('#outcome').waitFor();
  assert.deepEqual(await lookAt(seen, 'wall after the end', SCREENS), []);
  await wall.clock.runFor(PAGE_MS);
  await wall.locator('#hall .mini').first().waitFor();
  assert.equal(await wall.locator('.mini-result').count(), 3);
  assert.equal(await text(wall, 'score-master'), '2');
  await wall.clock.runFor(PAGE_MS);
  await wall.locator('#outcome').waitFor();
});

test('a wall of whichever exhibition is current goes over to the next one', async t => {
  const server = await startServer(t, { boards: 2, name: 'The first' });
  const people = await visitor(server, { serverGoesAway: true });
  const wall = await people.open('/');
  await wall.clock.install();
  await wall.goto(`${server.address}/e/current/wall`);
  await shows(wall, 'name', 'The first');
  await server.open({ name: 'The second' });
  await wall.clock.runFor(16_000);
  await shows(wall, 'name', 'The second');
  await wall.locator('#gathering-code svg').waitFor();
  assert.equal(new URL(wall.url()).pathname, '/e/current/wall');
  assert.equal(await scrollsSideways(wall), false);
});

test('nobody’s cursor stands in the picture, and the organiser finds the way', async t => {
  const server = await startServer(t, { boards: 2 });
  const organiser = await visitor(server);
  const page = await organiser.open(`/#organiser=${ORGANISER}`);
  await page.getByRole('link', { name: 'Wall' }).click();
  await page.locator('#gathering-code svg').waitFor();
  await page.mouse.move(400, 300);
  await until(page, () => getComputedStyle(document.body).cursor !== 'none');
  await until(page, () => getComputedStyle(document.body).cursor === 'none');
  await page.goBack();
  await page.locator('#startable .screens').waitFor();
  const stranger = await (await visitor(server)).open('/e/current');
  await stranger.locator('#lobby').waitFor();
  assert.equal(await stranger.getByRole('link', { name: 'Wall' }).count(), 0);
  await page.goto(`${server.address}/e/current`);
  await page.getByRole('link', { name: 'Sheet to print' }).click();
  await page.locator('#code-drawn svg').waitFor();
});
