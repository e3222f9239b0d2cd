// After the games: the page of results, certificates on paper, and the list of exhibitions.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, scrollsSideways, until, visitor } from './browser.mjs';
import { lookAt } from './geometry.mjs';
import { answer, resign, seat, sitDown, speak, type } from './players.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

const SCRIPTED = fileURLToPath(new URL('../common/scripted-master.sh', import.meta.url));
const HOSTILE = '<img src=x onerror=alert(1)>';
const LONG = 'W'.repeat(32);
const EVENING = 'The Old Town chess club’s forty-second simultaneous exhibition, Friday evening';
/** The master has one move, after which nothing is left to mate with. */
const DRAWN = '7k/8/8/8/8/8/6q1/7K w - - 0 1';
const SIZES = [[320, 568], [360, 740], [600, 900], [768, 1024], [960, 700], [1280, 720], [1920, 1080]];

const row = (page, board) => page.locator(`#lines tr[data-board="${board}"]`);
const says = (page, id, text) => until(page, ([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);
const lineSays = (page, board, text) =>
  until(
    page,
    ([board, text]) => document.querySelector(`#lines tr[data-board="${board}"]`)?.textContent.includes(text),
    [board, text],
  );

/** How many sheets a page takes on paper of this size, and the file. */
async function sheets(page, format) {
  const pdf = await page.pdf({ format, preferCSSPageSize: true, printBackground: false });
  return pdf.toString('latin1').match(/\/Type ?\/Page\b/g).length;
}

test('the results follow the games to their end, and lead to everything', { timeout: 120_000 }, async t => {
  const server = await startServer(t, { boards: 4, engine: SCRIPTED, 'engine-option': 'Moves=f2f3 g2g4', think: '10m', name: 'Friday' });
  const people = await visitor(server);
  const ada = await sitDown(people, 'Ada');
  const crowd = await (await visitor(server)).open('/');
  const page = await people.open('/e/current/results');
  await says(page, 'status', 'Not started yet');
  assert.equal(new URL(page.url()).pathname, '/e/1/results', 'the address is the exhibition’s own');
  await seat(crowd, [HOSTILE, 'Cyd', 'Dan'], { still: true });
  await says(page, 'status', 'Still running');
  assert.equal(await page.locator('#lines tr').count(), 4);
  assert.equal(await row(page, 2).locator('.who a').textContent(), HOSTILE);
  assert.equal(await page.locator('main img, main script').count(), 0);

  await phase(ada, 'your-move');
  await type(ada, 'e5');
  await phase(ada, 'away', 'here', 'your-move');
  await phase(ada, 'your-move');
  await type(ada, 'Qh4');
  await phase(ada, 'ended');
  await lineSays(page, 1, 'won');
  assert.match(await row(page, 1).textContent(), /0–1.*won.*2.*checkmate/);
  assert.equal(await row(page, 1).getAttribute('data-outcome'), 'win');
  assert.deepEqual([await page.textContent('#score-master'), await page.textContent('#score-opponents')], ['0', '1']);
  assert.equal(await row(page, 2).locator('a').count(), 2, 'no certificate for a game that goes on');

  // A certificate that is not there yet comes by itself.
  const early = await people.open('/e/1/certificate/2');
  await says(early, 'missing', 'isn’t over yet');
  for (const name of [HOSTILE, 'Cyd', 'Dan']) await speak(crowd, name, { type: 'resign' });
  await says(page, 'status', 'Final results');
  await early.locator('#sheet').waitFor();
  await reads(early, '#player', HOSTILE);
  await lineSays(page, 4, 'lost');
  await reads(page, '#score-words', '3 wins · 0 draws · 1 loss for the master');
  const evening = await page.textContent('#evening');
  for (const fact of ['Longest fightAda, board 12 moves', 'First to win', 'First to fall', 'Last to stand'])
    assert.ok(evening.includes(fact), `${fact} in ${evening}`);

  // What it leads to.
  const results = await server.get('/api/exhibitions/1/results');
  assert.equal(results.boards.length, 4);
  assert.deepEqual(await server.get(await page.getAttribute('#json', 'href')), results);
  assert.match(await server.get(await page.getAttribute('#csv', 'href')), /^\ufeff?board,name,/);
  assert.equal((await server.get(await page.getAttribute('#pgn', 'href'))).match(/\[Event /g).length, 4);
  assert.match(await server.get(await row(page, 1).getByText('PGN').getAttribute('href')), /Qh4#/);
  await row(page, 1).locator('.who a').click();
  await until(page, () => document.getElementById('follow-number')?.textContent === 'Board 1');
  await until(page, () => document.querySelectorAll('#follow-moves button').length === 4);
  await page.click('#results');
  await says(page, 'status', 'Final results');
  await row(page, 1).getByText('Certificate').click();
  await page.locator('#sheet').waitFor();
  await says(page, 'deed', 'beat Scripted master in 2 moves');
  await page.click('#results');
  await page.locator('#paper').waitFor();

  // And what leads to it.
  await ada.click('#certificate');
  await ada.locator('#sheet').waitFor();
  await ada.goBack();
  await phase(ada, 'ended');
  await ada.click('#after-results');
  await says(ada, 'status', 'Final results');
  const hall = await people.open('/');
  await hall.click('#current-results');
  await says(hall, 'status', 'Final results');
});

test('the pictures of the walk can be saved, and look the same elsewhere', async t => {
  const server = await startServer(t, { boards: 3 });
  const people = await visitor(server, { colorScheme: 'dark' });
  const crowd = await people.open('/');
  await seat(crowd, ['Ada', 'Ben', 'Cyd'], { still: true });
  for (let i = 0; i < 3; i++) for (const board of [1, 2, 3]) await answer(crowd, board);
  for (const name of ['Ada', 'Ben', 'Cyd']) await speak(crowd, name, { type: 'resign' });
  await server.until(1, 'finished');
  const page = await people.open('/e/1/results');
  await page.locator('[data-chart="rounds"] svg').waitFor();
  for (const kind of ['rounds', 'boards']) {
    const figure = page.locator(`[data-chart="${kind}"]`);
    const bars = await figure.locator('.chart-bar').count();
    const { rounds } = await server.get('/api/exhibitions/1/results');
    assert.equal(bars, kind === 'boards' ? 3 : rounds.length);
    assert.match(await figure.locator('svg').getAttribute('aria-label'), /bars, .* on average, .* at most/);
    const saved = async text => {
      const [download] = await Promise.all([page.waitForEvent('download'), figure.getByText(text).click()]);
      return [download.suggestedFilename(), await readFile(await download.path())];
    };
    const [svgName, svg] = await saved('Save as SVG');
    assert.equal(svgName, `simul-1-${kind}.svg`);
    assert.match(svg.toString(), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    assert.equal(svg.toString().match(/class="chart-bar"/g).length, bars);
    assert.doesNotMatch(svg.toString(), /var\(|style=|undefined|NaN/);
    const [pngName, png] = await saved('Save as PNG');
    assert.equal(pngName, `simul-1-${kind}.png`);
    assert.deepEqual([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)], ['PNG', 1_920, 840]);
    // On paper of its own, also for a reader of dark pages.
    const corner = await page.evaluate(async bytes => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: 'image/png' }));
      const pen = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
      pen.drawImage(picture, 0, 0);
      return [...pen.getImageData(4, 4, 1, 1).data];
    }, [...png]);
    assert.deepEqual(corner, [0xff, 0xfd, 0xf9, 0xff]);
  }
});

test('a certificate is one sheet of A4 and of Letter, whoever has won and however long the names are', { timeout: 120_000 }, async t => {
  const server = await startServer(t, { boards: 2, engine: SCRIPTED, 'engine-option': 'Moves=f2f3 g2g4', think: '10m', name: EVENING });
  for (const [scheme, width] of [['light', 1_280], ['dark', 320]]) {
    const people = await visitor(server, { colorScheme: scheme, width });
    const { id } = await server.open({ boards: 2, name: 'W'.repeat(80) });
    const winner = await sitDown(people, LONG);
    const crowd = await people.open('/');
    await seat(crowd, ['Ben'], { still: true });
    await phase(winner, 'your-move');
    await type(winner, 'e5');
    await until(winner, () => document.querySelectorAll('#moves button').length === 3);
    await phase(winner, 'your-move');
    await type(winner, 'Qh4');
    await phase(winner, 'ended');
    await speak(crowd, 'Ben', { type: 'resign' });
    await server.until(id, 'finished');
    for (const [board, deed] of [[1, 'in 2 moves'], [2, 'in a game of']]) {
      const page = await people.open(`/e/${id}/certificate/${board}`);
      await says(page, 'deed', deed);
      assert.equal(await page.locator('#diagram image').count(), 32, 'all pieces have pictures');
      assert.ok((await page.locator('#diagram image').first().getAttribute('href')).startsWith('data:image/svg+xml'));
      assert.ok(!(await scrollsSideways(page)));
      for (const format of ['A4', 'Letter']) assert.equal(await sheets(page, format), 1, `${scheme} ${board} on ${format}`);
      await page.close();
    }
    // A person as the master, whose name is as long.
    const hosted = await server.open({ boards: 2, name: 'W'.repeat(80), master: { kind: 'human', name: LONG } });
    await seat(crowd, [LONG, 'Ben'], { still: true });
    await giveUp(crowd, hosted, [1, 2]);
    await server.until(hosted.id, 'finished');
    const longest = await people.open(`/e/${hosted.id}/certificate/1`);
    await says(longest, 'honour', 'first to win');
    assert.ok(!(await scrollsSideways(longest)));
    for (const format of ['A4', 'Letter']) assert.equal(await sheets(longest, format), 1, `${scheme}, long, on ${format}`);
    // The count of sheets is one that can be more.
    const page = await people.open(`/e/${id}/results`);
    await says(page, 'status', 'Final results');
    await page.evaluate(() => document.getElementById('lines').append(...Array.from({ length: 200 }, () => document.querySelector('#lines tr').cloneNode(true))));
    assert.ok((await sheets(page, 'A4')) > 2);
  }
});

/** The master of an exhibition resigns at these boards. */
const giveUp = (page, { id, master_token: token }, boards) =>
  page.evaluate(
    ({ id, token, boards }) => {
      const socket = new WebSocket(`ws://${location.host}/ws/${id}/master`, 'simultan.v1');
      socket.onopen = () => socket.send(JSON.stringify({ type: 'master', token }));
      socket.onmessage = ({ data }) => {
        const { type, paused } = JSON.parse(data);
        // Before there was a master, there was a break.
        if (type === 'walk' && paused) socket.send('{"type":"continue"}');
        if (type !== 'walk' || paused) return;
        for (const board of boards) socket.send(JSON.stringify({ type: 'resign', board }));
      };
    },
    { id, token, boards },
  );

test('a draw has its certificate, a free seat has none', async t => {
  const server = await startServer(t, { boards: 2, start: DRAWN });
  const people = await visitor(server, { provoked: /404|Failed to load/ });
  const crowd = await people.open('/');
  await seat(crowd, ['Ada', 'Ben'], { still: true });
  await server.until(1, 'finished');
  const page = await people.open('/e/1/certificate/2');
  await says(page, 'deed', 'held Random master to a draw in 1 move');
  await reads(page, '#outcome', '½–½, nothing left to mate with');
  await reads(page, '#last', 'Final position, after 1.Kxg2');
  assert.match(await page.locator('#diagram svg').getAttribute('aria-label'), /^White: king g2\. Black: king h8\.$/);
  for (const board of [3, 0]) {
    const none = await people.open(`/e/1/certificate/${board}`);
    await says(none, 'missing', 'Nobody sits at this board');
    assert.ok(await none.isHidden('#print'));
  }
  for (const path of ['/e/99/certificate/1', '/e/99/results']) {
    const nowhere = await people.open(path);
    await until(nowhere, () => !/Loading/.test(document.getElementById('missing').textContent));
    assert.ok(await nowhere.isVisible('#missing'));
  }
});

test('a lost line is told on the results, and what is shown stays', async t => {
  const server = await startServer(t, { boards: 2 });
  const people = await visitor(server, { serverGoesAway: true });
  const crowd = await people.open('/');
  const page = await people.open('/e/current/results');
  await seat(crowd, ['Ada', 'Ben'], { still: true });
  await says(page, 'status', 'Still running');
  await server.kill();
  await page.locator('#connection').waitFor();
  assert.equal(await page.locator('#lines tr').count(), 2);
  await server.start();
  await page.locator('#connection').waitFor({ state: 'hidden', timeout: 40_000 });
  const again = await people.open('/');
  await resumeAndResign(again, crowd);
  await says(page, 'score-words', '2 wins');
});

/** Those who were seated in `crowd` come back in `page` and give up. */
async function resumeAndResign(page, crowd) {
  const tokens = await crowd.evaluate(() => [...globalThis.seats.values()].map(seat => seat.token));
  await page.evaluate(
    tokens =>
      tokens.forEach(token => {
        const socket = new WebSocket(`ws://${location.host}/ws/current/play`, 'simultan.v1');
        socket.onopen = () => socket.send(JSON.stringify({ type: 'resume', token }));
        socket.onmessage = ({ data }) => JSON.parse(data).type === 'game' && socket.send('{"type":"resign"}');
      }),
    tokens,
  );
}

test('the list of exhibitions goes on to the first one', async t => {
  const server = await startServer(t, { boards: 1, env: { SIMULTAN_MAX_EXHIBITIONS: '200' } });
  for (let i = 2; i <= 104; i++) await server.open({ name: `Number ${i}`, boards: 1 });
  const page = await (await visitor(server)).open('/');
  const listed = () => page.locator('#list li').count();
  await until(page, () => document.querySelectorAll('#list li').length === 49);
  await page.click('#more');
  await until(page, () => document.querySelectorAll('#list li').length === 99);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Number 54', 'the keyboard goes on where the new ones begin');
  await server.open({ name: 'The newest', boards: 1 });
  await until(page, () => document.getElementById('current-name').textContent === 'The newest');
  assert.equal(await listed(), 100, 'none is lost when another one is opened');
  await page.click('#more');
  await until(page, () => document.querySelectorAll('#list li').length === 104);
  assert.ok(await page.isHidden('#more'));
  assert.equal(await page.locator('#list li a').last().textContent(), 'Simultaneous exhibition');
});

for (const colorScheme of ['light', 'dark'])
  test(`results and certificates are whole in every window, ${colorScheme}`, { timeout: 120_000 }, async t => {
    const server = await startServer(t, { boards: 6, name: EVENING, clock: '90m+30s' });
    const people = await visitor(server, { colorScheme, reducedMotion: 'reduce' });
    const crowd = await people.open('/');
    const names = [LONG, 'Wilhelmina Montgomery-Wainwright', 'Ada', 'Ben', 'Cyd', 'Dan'];
    await seat(crowd, names, { still: true });
    for (let i = 0; i < 3; i++) for (const board of [1, 2, 3, 4, 5, 6]) await answer(crowd, board);
    for (const name of names.slice(0, 4)) await speak(crowd, name, { type: 'resign' });
    const page = await people.open('/e/1/results');
    const wrong = [];
    for (const board of [1, 2, 3, 4]) await lineSays(page, board, 'lost');
    wrong.push(...(await lookAt(page, `results: running, ${colorScheme}`, SIZES)));
    for (const name of names.slice(4)) await speak(crowd, name, { type: 'resign' });
    await says(page, 'status', 'Final results');
    wrong.push(...(await lookAt(page, `results: finished, ${colorScheme}`, SIZES)));
    const sheet = await people.open('/e/1/certificate/1');
    await sheet.locator('#sheet').waitFor();
    wrong.push(...(await lookAt(sheet, `certificate, ${colorScheme}`, SIZES)));
    assert.deepEqual(wrong, []);
  });
