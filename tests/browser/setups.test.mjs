// Games that begin otherwise than custom has it: from the organiser's form to the last castling.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { click, sitDown, type } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

/** King and rook stand where only Chess960 knows them to castle. */
const FEN = 'rk2r3/pppppppp/8/8/8/8/PPPPPPPP/RK2R3 w KQkq - 0 1';

test('the organiser opens an evening of Chess960 with a person at Black, and both castle', async t => {
  const server = await startServer(t, { boards: 24, engine: 'random' });
  const organiser = await (await visitor(server, { provoked: /400/ })).open(`/#organiser=${ORGANISER}`);
  await organiser.click('summary');
  assert.ok(await organiser.isHidden('#open-master-name'));
  assert.ok(await organiser.isHidden('#open-fen'));
  await organiser.click('#open-group-games summary');
  await organiser.fill('#open-name', 'Another chess');
  await organiser.fill('#open-boards', '1');
  await organiser.selectOption('#open-master', 'human');
  await organiser.fill('#open-master-name', 'GM Judit');
  await organiser.selectOption('#open-color', 'black');
  await organiser.selectOption('#open-start', 'fen');
  await organiser.fill('#open-clock', '30m');
  await organiser.fill('#open-extra-per-board', '5m');
  await organiser.fill('#open-fen', '8/8/8/8/8/8/8/8 w - - 0 1');
  await organiser.click('#open button');
  await until(organiser, () => /board is empty/.test(document.getElementById('open-fen-error').textContent));
  await organiser.fill('#open-fen', FEN);
  await organiser.click('#open button');
  await organiser.locator('#master-link-open').waitFor();
  await reads(organiser, '#master-link-text', /GM Judit plays “Another chess”/);
  const link = await organiser.getAttribute('#master-link-open', 'href');
  assert.match(link, /\/e\/2\/master#master=sm_/);

  const page = await sitDown(await visitor(server), 'Ada');
  const master = await (await visitor(server)).open(new URL(link).pathname + new URL(link).hash);
  await phase(page, 'your-move');
  assert.equal(await page.locator('#board.orientation-white').count(), 1);
  await reads(page, '#variant', 'Chess960');
  await reads(page, '#clock-master', '35:00');
  // The king goes onto its rook, and to no square that usual chess would take.
  await click(page, 'b1');
  await until(page, () => document.querySelector('#board square.move-dest'));
  const shown = await page.evaluate(() =>
    [...document.querySelectorAll('#board square.move-dest')].map(square => square.cgKey).sort(),
  );
  assert.deepEqual(shown, ['a1', 'c1', 'e1']);
  await click(page, 'e1');
  await until(master, () => document.body.dataset.phase === 'move');
  const { moves } = await server.get('/api/exhibitions/2/boards/1');
  assert.deepEqual(moves.map(({ uci, san }) => [uci, san]), [['b1e1', 'O-O']]);
  assert.equal(await master.locator('#board.orientation-black').count(), 1);
  await reads(master, '#variant', 'Chess960');
  await master.keyboard.type('0-0-0');
  await master.keyboard.press('Enter');
  await phase(page, 'your-move');
  await type(page, 'a2a3');
  await until(page, () => document.querySelectorAll('#moves button').length === 3);
  await page.click('#step-first');
  await until(page, () => document.querySelector('#board piece.king.white')?.cgKey === 'b1');
  await page.click('#step-forward');
  // A piece that is on its way has a shadow, without a square.
  const squares = role => [...document.querySelectorAll(`#board piece.${role}.white`)].map(piece => piece.cgKey).filter(Boolean);
  await until(page, () => document.querySelector('#board piece.king.white')?.cgKey === 'g1');
  assert.deepEqual((await page.evaluate(squares, 'rook')).sort(), ['a1', 'f1']);

  const watcher = await (await visitor(server)).open('/e/2');
  await watcher.locator('#follow-variant').waitFor();
  await reads(watcher, '#follow-variant', 'Chess960');
});

test('the organiser practises the master’s seat with one click, and replaces a lost link', async t => {
  const server = await startServer(t, { boards: 3, engine: 'random', 'bot-pace': '10ms' });
  const organiser = await (await visitor(server)).open(`/#organiser=${ORGANISER}`);
  await organiser.click('summary');
  await organiser.click('#rehearse');
  await organiser.locator('#master-link-open').waitFor();
  const link = await organiser.getAttribute('#master-link-open', 'href');
  const master = await (await visitor(server)).open(new URL(link).pathname + new URL(link).hash);
  await until(master, () => document.body.dataset.phase === 'move');
  await master.keyboard.type('e4');
  await master.keyboard.press('Enter');
  await until(master, () => document.getElementById('number').textContent === '2' && document.body.dataset.phase === 'move');
  // The link is lost: another one is had, and the old one's page says that it is no more.
  await organiser.getByRole('button', { name: 'New link for the master' }).click();
  await until(organiser, old => document.getElementById('master-link-open').href !== old, link);
  await master.locator('#door').waitFor();
  const again = await organiser.getAttribute('#master-link-open', 'href');
  const other = await (await visitor(server)).open(new URL(again).pathname + new URL(again).hash);
  await until(other, () => document.getElementById('number').textContent === '2' && document.body.dataset.phase === 'move');
});

test('the dashboard adds what the opponents bring the master, and counts each game in its colour', async t => {
  const server = await startServer(t, { boards: 2, engine: 'random', color: 'alternating', clock: '10m', 'master-extra-per-board': '1m' });
  const watcher = await (await visitor(server)).open('/e/current');
  await watcher.locator('#lobby').waitFor();
  const ada = await sitDown(await visitor(server), 'Ada');
  const ben = await sitDown(await visitor(server), 'Ben');
  await phase(ben, 'your-move');
  await watcher.locator('#boards li').nth(1).click();
  await until(watcher, () => document.getElementById('follow-clock-master').textContent === '12:00');
  assert.equal(await watcher.locator('#follow-board.orientation-black').count(), 1, 'the master has Black there');
  await ben.evaluate(() => {
    const button = document.getElementById('resign');
    button.click();
    button.click();
  });
  await phase(ben, 'ended');
  await until(watcher, () => document.getElementById('score-master').textContent === '1');
  await phase(ada, 'your-move');
});
