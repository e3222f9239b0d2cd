import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, scrollsSideways, until, visitor } from './browser.mjs';
import { seat } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const text = (page, id) => page.textContent(`#${id}`);

/** A forecast is many evenings, played through by a debug build, perhaps beside others': it takes what it takes. */
const PATIENCE = { timeout: 120_000 };

/** Waits until the forecast has settled on a sentence that matches. */
const foretold = (page, id, pattern) =>
  until(
    page,
    ([id, pattern]) =>
      document.getElementById('forecast').getAttribute('aria-busy') === 'false' &&
      new RegExp(pattern).test(document.getElementById(id).textContent),
    [id, pattern],
    PATIENCE,
  );

/** The organiser's form, open. */
async function openForm(organiser) {
  const page = await organiser.open(`/#organiser=${ORGANISER}`);
  await page.locator('#organiser').waitFor();
  await page.click('summary');
  return page;
}

test('the form that opens an exhibition says how long it will take, and follows the fields', async t => {
  const server = await startServer(t, { boards: 24 });
  const page = await openForm(await visitor(server, { locale: 'en-GB' }));
  await foretold(page, 'forecast-end', '^24 boards at 2\\ss a move: about \\d.*, you end near .*\\d\\d:\\d\\d$');
  assert.match(await text(page, 'forecast-turn'), /^Up to 31 boards the master waits/);
  assert.match(await text(page, 'forecast-wait'), /^An opponent .* at worst\.$/);
  assert.equal(await text(page, 'forecast-risk'), '');
  assert.match(await text(page, 'forecast-said'), /^24 boards .* An opponent .* Up to 31 boards/);

  await page.fill('#open-boards', '6');
  await page.fill('#open-think', '5s');
  await foretold(page, 'forecast-end', '^6 boards at 5\\ss a move');
  assert.equal(await page.getAttribute('#forecast-master', 'placeholder'), '5s');
  await page.fill('#forecast-master', '20s ± 0s');
  await page.fill('#forecast-opponent', '10');
  await page.fill('#forecast-moves', '20');
  await foretold(page, 'forecast-end', '^6 boards at 20\\ss a move: about \\d+\\smin');
  assert.match(await text(page, 'forecast-turn'), /^From 2 boards on/);

  await page.click('#open-group-walk summary');
  await page.selectOption('#open-walk', 'one-at-a-time');
  await foretold(page, 'forecast-end', '^6 boards, one at a time,');
  assert.match(await text(page, 'forecast-wait'), /^The last opponent waits/);
  assert.equal(await text(page, 'forecast-turn'), '');
});

test('with a clock come the master’s extra time and the risk', async t => {
  const server = await startServer(t, { boards: 24 });
  const page = await openForm(await visitor(server));
  assert.ok(await page.isHidden('#open-extra'));
  await page.fill('#open-boards', '4');
  await page.fill('#open-clock', '5m+3s');
  await page.fill('#forecast-master', '30s');
  await foretold(page, 'forecast-risk', 'More extra time for the master helps');
  await page.fill('#open-extra', '3h');
  await foretold(page, 'forecast-risk', 'the master almost never');

  await page.click('#open button');
  await until(page, () => !document.getElementById('another').open);
  const made = await server.get('/api/exhibitions/current');
  assert.deepEqual(made.clock, { initial_ms: 300_000, increment_ms: 3_000, master_extra_ms: 10_800_000, master_extra_per_board_ms: 0 });
  assert.equal(made.boards.length, 4);
  await page.click('summary');
  assert.ok(await page.isHidden('#open-extra'));
});

test('what can’t be foretold is answered with a sentence, and the form stays', async t => {
  const server = await startServer(t, { boards: 6 });
  const people = await visitor(server, { serverGoesAway: true, width: 320, height: 640 });
  const page = await openForm(people);
  await foretold(page, 'forecast-end', '^6 boards');
  await page.fill('#forecast-opponent', 'a while');
  await foretold(page, 'forecast-problem', '^[A-Z].{10,}\\.$');
  assert.equal(await text(page, 'forecast-end'), '');
  await page.fill('#forecast-opponent', '');
  await foretold(page, 'forecast-end', '^6 boards');
  assert.equal(await text(page, 'forecast-problem'), '');
  assert.ok(!(await scrollsSideways(page)));
});

test('whoever types on hears only the last answer', async t => {
  const server = await startServer(t, { boards: 6 });
  const organiser = await visitor(server);
  const page = await openForm(organiser);
  await foretold(page, 'forecast-end', '^6 boards');
  const questions = [];
  // The first question is answered only when the second has been.
  await organiser.context.route('**/api/forecast?**', async route => {
    questions.push(new URL(route.request().url()).searchParams.get('boards'));
    if (questions.length === 1) return;
    await route.continue();
  });
  // Listened for before it is asked: a busy machine may have asked by the time that somebody listens.
  const asked = page.waitForRequest(/boards=1&/);
  await page.fill('#open-boards', '1');
  await asked;
  // All at once: between two keys of a slow typist the page rightly asks.
  await page.fill('#open-boards', '12');
  await foretold(page, 'forecast-end', '^12 boards');
  assert.deepEqual(questions, ['1', '12']);
});

test('the dashboard of a running exhibition says when it will end', async t => {
  const server = await startServer(t, { boards: 3 });
  const visits = await visitor(server, { locale: 'en-GB' });
  const watcher = await visits.open('/e/current');
  await seat(await visits.open('/'), ['Ada', 'Ben', 'Chiara']);
  await watcher.locator('#hall').waitFor();
  await watcher.locator('#ending').waitFor();
  const line = await text(watcher, 'ending');
  assert.match(line, /^At this pace it ends at (\w+,? )?\d\d:\d\d( \([^)]*–[^)]*\))?\.$/);
  assert.equal(await text(watcher, 'ending-said'), line);
});

test('before the first round is complete, the dashboard says nothing about the end', async t => {
  const server = await startServer(t, { boards: 2 });
  const visits = await visitor(server);
  const players = await visits.open('/');
  await seat(players, ['Ada', 'Ben'], { still: true });
  const watcher = await visits.open('/e/current');
  await watcher.locator('#hall').waitFor();
  await until(watcher, () => /^1\.\S+$/.test(document.getElementById('follow-latest').textContent));
  assert.ok(await watcher.isHidden('#ending'));
});
