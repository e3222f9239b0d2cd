import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { click, drag, findMove, pawnOnTheSeventh, plies, resign, sitDown, type } from './players.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

test('somebody sits down by name and plays by typing, dragging and clicking', async t => {
  const server = await startServer(t);
  const page = await sitDown(await visitor(server), 'Ada');
  await reads(page, '#own-name', 'Ada');

  await phase(page, 'your-move');
  await type(page, 'e5');
  await until(page, () => document.querySelectorAll('#moves button').length === 3);
  await drag(page, ...(await findMove(page)));
  await until(page, () => document.querySelectorAll('#moves button').length === 5);
  await click(page, ...(await findMove(page)));
  await until(page, () => document.querySelectorAll('#moves button').length === 7);

  const { moves } = await server.get('/api/exhibitions/current/boards/1');
  assert.equal(moves[1].san, 'e5');
  assert.deepEqual(
    moves.map(move => move.san),
    await page.locator('#moves button').allTextContents(),
  );
});

test('a typed move that isn’t one is explained and changes nothing', async t => {
  const server = await startServer(t);
  const page = await sitDown(await visitor(server), 'Ada');
  await phase(page, 'your-move');
  await type(page, 'Ke4');
  await reads(page, '#typed-error', /Ke4 isn’t a legal move/);
  assert.equal(await plies(page), 1);
});

test('a promotion asks for the piece, by mouse and by keyboard, and can be thought better of', async t => {
  const page = await pawnOnTheSeventh(t);
  await drag(page, 'b2', 'a1');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await phase(page, 'your-move');
  assert.equal(await plies(page), 9);

  await type(page, 'bxa1');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Escape');
  await click(page, 'b2', 'a1');
  await page.getByRole('button', { name: 'knight' }).click();
  await until(page, () => document.querySelectorAll('#moves button')[9]?.textContent.startsWith('bxa1=N'));
});

test('the page says that the master has moved: in its title, and aloud', async t => {
  const server = await startServer(t);
  const page = await sitDown(await visitor(server), 'Ada');
  await phase(page, 'your-move');
  assert.match(await page.title(), /^● Your move · Board 1/);
  await until(page, () => /\. Your move\.$/.test(document.getElementById('announcer').textContent));
});

test('a premove waits for the master and is played when he has moved', async t => {
  const server = await startServer(t, { boards: 2, walk: 'one-at-a-time' });
  const first = await sitDown(await visitor(server), 'Ada');
  const second = await sitDown(await visitor(server), 'Ben');
  await phase(second, 'away');

  await click(second, 'e7', 'e5');
  await until(second, () => document.getElementById('premove-text').textContent.includes('e7–e5'));
  await second.keyboard.press('Escape');
  await second.locator('#premove').waitFor({ state: 'hidden' });
  await type(second, 'd7d5');
  await until(second, () => document.getElementById('premove-text').textContent.includes('d7–d5'));

  await resign(first);
  await phase(first, 'ended');
  await until(second, () => document.querySelectorAll('#moves button').length >= 2);
  assert.equal(await second.locator('#moves button').nth(1).textContent(), 'd5');
});

test('a reload, a closed tab and a second tab keep the seat', async t => {
  const server = await startServer(t, { boards: 2 });
  const ada = await visitor(server);
  const page = await sitDown(ada, 'Ada');
  await page.reload();
  await until(page, () => document.getElementById('own-name').textContent === 'Ada');
  await page.close();

  const again = await ada.open('/');
  await again.click('#own-seat-link');
  await until(again, () => document.getElementById('own-name').textContent === 'Ada');

  const other = await ada.open('/e/current/play');
  await until(other, () => document.getElementById('own-name').textContent === 'Ada');
  await until(again, () => document.getElementById('door-title').textContent === 'You are playing elsewhere');
  // Whatever is drawn from now on, the table stays away.
  await again.evaluate(() => document.getElementById('step-back').click());
  assert.ok(await again.isHidden('#table'));
  await again.click('#take-back');
  await until(again, () => document.getElementById('table').hidden === false);
  await until(other, () => document.getElementById('door-title').textContent === 'You are playing elsewhere');
  assert.equal((await server.get('/api/exhibitions/current')).boards.filter(board => board.name).length, 1);
});

test('a server that dies and comes back finds its players waiting', async t => {
  const server = await startServer(t);
  const page = await sitDown(await visitor(server, { serverGoesAway: true }), 'Ada');
  await phase(page, 'your-move');
  await type(page, 'e5');
  await until(page, () => document.querySelectorAll('#moves button').length === 3);

  await server.kill();
  await page.locator('#connection').waitFor();
  await reads(page, '#connection', /your seat is kept/);
  // Played while nobody listens: it is sent again as soon as somebody does.
  await click(page, ...(await findMove(page)));
  await phase(page, 'waiting-for-line');
  await server.start();
  await page.locator('#connection').waitFor({ state: 'hidden', timeout: 40_000 });
  await until(page, () => document.querySelectorAll('#moves button').length === 5);
  assert.equal((await server.get('/api/exhibitions/current/boards/1')).moves.length, 5);
});

test('resigning takes a second click, and the end is told in words', async t => {
  const server = await startServer(t);
  const page = await sitDown(await visitor(server), 'Ada');
  await phase(page, 'your-move');
  await page.click('#resign');
  await reads(page, '#resign', 'Really resign?');
  await until(page, () => document.getElementById('resign').textContent === 'Resign');
  await resign(page);
  await phase(page, 'ended');
  await reads(page, '#phase', 'You lost');
  await reads(page, '#detail', /^You resigned\. 1–0/);

  const pgn = await server.get(await page.getAttribute('#pgn', 'href'));
  assert.match(pgn, /\[Black "Ada"\]/);
  assert.match(pgn, /1-0\s*$/);
  await page.keyboard.press('ArrowLeft');
  assert.ok(await page.locator('#board.reviewing').count());
  await page.click('#after a[href="/"]');
  await until(page, () => document.getElementById('own-seat-link').textContent.startsWith('Your game'));
  await page.click('#own-seat-link');
  await phase(page, 'ended');
  await reads(page, '#phase', 'You lost');
});

test('a seat that the server doesn’t know is said to be gone, and another can be taken', async t => {
  const server = await startServer(t, { boards: 2 });
  const ada = await visitor(server);
  const hall = await ada.open('/');
  await hall.evaluate(() =>
    localStorage.setItem('simultan.seat.1', JSON.stringify({ token: 'x'.repeat(43), board: 1, name: 'Ada' })),
  );
  const page = await ada.open('/e/1/play');
  await until(page, () => document.getElementById('door-title').textContent === 'Your seat is gone');
  await page.fill('#player', 'Ada');
  await page.click('#join button');
  await page.locator('#table').waitFor();
  await reads(page, '#own-name', 'Ada');
});

test('a draw offer shows that it stands', async t => {
  const server = await startServer(t);
  const page = await sitDown(await visitor(server), 'Ada');
  await phase(page, 'your-move');
  await page.click('#draw');
  await until(page, () => document.getElementById('draw').textContent === 'Draw offered');
  assert.ok(await page.isDisabled('#draw'));
  await page.reload();
  await until(page, () => document.getElementById('draw').textContent === 'Draw offered');
});

test('a name that is none is refused with a sentence, on the way in', async t => {
  const server = await startServer(t, { boards: 2 });
  const page = await (await visitor(server)).open('/e/current/play');
  await page.fill('#player', '   ');
  await page.click('#join button');
  await until(page, () => document.getElementById('join-error').textContent.length > 10);
  await page.fill('#player', 'Ada');
  await page.click('#join button');
  await page.locator('#table').waitFor();
});

test('who comes too late can watch', async t => {
  const server = await startServer(t);
  await sitDown(await visitor(server), 'Ada');
  const late = await (await visitor(server)).open('/e/current/play');
  await until(late, () => document.getElementById('door-title').textContent === 'It has started');
  await late.click('#door-watch');
  await until(late, () => document.querySelectorAll('.mini').length === 1);
});
