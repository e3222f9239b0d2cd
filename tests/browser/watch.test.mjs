import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, scrollsSideways, until, visitor } from './browser.mjs';
import { answer, resign, seat, sitDown } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const text = (page, id) => page.textContent(`#${id}`);

test('the dashboard follows the master from board to board', async t => {
  const server = await startServer(t, { boards: 6 });
  const watcher = await (await visitor(server)).open('/e/current');
  await watcher.locator('#lobby').waitFor();
  const players = await (await visitor(server)).open('/');
  // They move when they are told to: games that go on by themselves are over before a busy machine has looked.
  await seat(players, ['Ada', 'Ben', 'Chiara', 'Dmitri', 'Esra', 'Farid'], { still: true });

  await watcher.locator('#hall').waitFor();
  assert.equal(await watcher.locator('.mini').count(), 6);
  for (const board of [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]) {
    await answer(players, board);
    await until(
      watcher,
      board =>
        document.getElementById('follow-number').textContent === `Board ${board}` &&
        document.querySelectorAll('.mini [aria-current]').length === 1 &&
        document.querySelector(`.mini[data-board="${board}"] [aria-current]`),
      board,
    );
  }
  await until(watcher, () => Number(document.getElementById('rounds').textContent) > 2);
  await until(watcher, () => /Board \d: \w+ plays \d+…\S+/.test(document.getElementById('events').textContent));

  await watcher.click('.mini[data-board="3"] button');
  await until(watcher, () => document.getElementById('follow-number').textContent === 'Board 3');
  await watcher.locator('#follow-replay').waitFor();
  await watcher.keyboard.press('Home');
  await until(watcher, () => document.getElementById('replay-back').disabled);
  await watcher.click('#follow-master');
  await watcher.locator('#follow-replay').waitFor({ state: 'hidden' });
});

test('names are text, whatever they are', async t => {
  const server = await startServer(t, { boards: 2 });
  const name = '<img src=x onerror=alert(1)>';
  const people = await visitor(server);
  const player = await sitDown(people, name);
  const watcher = await people.open('/e/current');
  await until(watcher, wanted => document.getElementById('lobby-seats').textContent.includes(wanted), name);
  await seat(player, ['"><script>alert(2)</script>']);
  await phase(player, 'your-move');
  assert.equal(await text(player, 'own-name'), name);
  await until(watcher, wanted => document.getElementById('boards').textContent.includes(wanted), name);
  for (const page of [player, watcher]) assert.equal(await page.locator('img, main script').count(), 0);
});

test('a lost connection is told, and heals by itself', async t => {
  const server = await startServer(t, { boards: 2 });
  const watcher = await (await visitor(server, { serverGoesAway: true })).open('/e/current');
  const ada = await sitDown(await visitor(server, { serverGoesAway: true }), 'Ada');
  await until(watcher, () => document.getElementById('lobby-count').textContent.startsWith('1 of 2'));
  await server.kill();
  await watcher.locator('#connection').waitFor();
  await server.start();
  await watcher.locator('#connection').waitFor({ state: 'hidden', timeout: 40_000 });
  await sitDown(await visitor(server), 'Ben');
  await watcher.locator('#hall').waitFor();
  await ada.locator('#connection').waitFor({ state: 'hidden', timeout: 40_000 });
  await phase(ada, 'your-move');
});

test('the first snapshot comes where it can be kept for all, and the socket goes on from it', async t => {
  const server = await startServer(t, { boards: 2 });
  const people = await visitor(server, { provoked: /Failed to load resource/ });
  const sockets = [];
  const watch = async (path, keep = () => {}) => {
    const page = await people.context.newPage();
    page.on('websocket', socket => sockets.push(new URL(socket.url())));
    await keep(page);
    await page.goto(server.address + path);
    await until(page, () => document.title.length > 'Simultan'.length);
    return page;
  };
  for (const path of ['/e/current', '/e/1/wall', '/e/1/overlay']) {
    await watch(path);
    const { pathname, search } = sockets.at(-1);
    assert.deepEqual([pathname, search], ['/ws/1/watch', '?since=0'], path);
  }
  // Without it the socket gives its own.
  await watch('/e/1', page => page.route('**/api/exhibitions/1', route => route.abort()));
  assert.equal(sockets.at(-1).search, '');
});

test('while a node does not hear the hall, the screens say so, and their clocks stand still', async t => {
  const server = await startServer(t, { boards: 1, clock: '30m', 'house-bots': 1, 'bot-pace': '9m' });
  const people = await visitor(server);
  const signals = [];
  const open = async path => {
    const page = await people.context.newPage();
    await page.routeWebSocket(/\/watch/, socket => {
      socket.connectToServer();
      signals.push(signal => socket.send(JSON.stringify({ type: 'signal', ...signal })));
    });
    await page.clock.install();
    await page.goto(server.address + path);
    await until(page, () => document.title.length > 'Simultan'.length);
    return page;
  };
  const [dashboard, wall, overlay] = [await open('/e/1'), await open('/e/1/wall'), await open('/e/1/overlay')];
  signals.forEach(say => say({ lost_ms: 12_000 }));
  await reads(dashboard, '.bulletin-line[data-kind="signal"]', /No signal from the hall\. The clocks stand still\.1\d s/);
  await reads(dashboard, '#announcer', 'No signal from the hall. The clocks stand still.');
  await reads(wall, '#signal', /No signal from the hall for 1\d s/);
  await reads(overlay, '#status', /No signal from the hall for 1\d s/);
  // The bot thinks.
  const stood = await text(dashboard, 'follow-clock-theirs');
  assert.match(stood, /^\d\d:\d\d$/);
  await dashboard.clock.runFor(60_000);
  assert.equal(await text(dashboard, 'follow-clock-theirs'), stood);
  await reads(dashboard, '.bulletin-line[data-kind="signal"] time', /^1 min 1\d s$/);
  signals.forEach(say => say({ lost_ms: 73_000, stopped: 'Line 7 is missing.' }));
  await reads(dashboard, '.bulletin-line[data-kind="signal"]', /Nothing newer comes from the hall\. Line 7 is missing\./);
  await reads(wall, '#signal', /Line 7 is missing\./);
  for (const page of [dashboard, wall, overlay]) assert.equal(await scrollsSideways(page), false);
  signals.forEach(say => say({ lost_ms: null }));
  await reads(dashboard, '#announcer', 'The hall is heard again.');
  await until(dashboard, () => !document.querySelector('.bulletin-line[data-kind="signal"]'));
  await until(dashboard, stood => document.getElementById('follow-clock-theirs').textContent !== stood, stood);
  await until(wall, () => document.getElementById('signal').hidden);
  await until(overlay, () => !document.getElementById('status').textContent.includes('signal'));
});

test('a finished exhibition keeps its score and every game', async t => {
  const server = await startServer(t, { boards: 2 });
  const people = [await sitDown(await visitor(server), 'Ada'), await sitDown(await visitor(server), 'Ben')];
  const visits = await visitor(server);
  const watcher = await visits.open('/e/current');
  for (const page of people) {
    await phase(page, 'your-move');
    await page.fill('#move', 'e5');
    await page.press('#move', 'Enter');
    await until(page, () => document.querySelectorAll('#moves button').length === 3);
    await resign(page);
    await phase(page, 'ended');
  }
  await until(watcher, () => document.body.dataset.status === 'finished');
  await watcher.reload();
  await until(watcher, () => document.getElementById('score-master')?.textContent === '2');
  assert.equal(await text(watcher, 'score-words'), '2 wins · 0 draws · 0 losses');
  await watcher.click('.mini[data-board="2"] button');
  await until(watcher, () => document.getElementById('follow-number').textContent === 'Board 2');
  await until(watcher, () => document.querySelectorAll('#follow-moves button').length === 3);
  // One goes back from where one is: the board is drawn a moment after its moves.
  await until(watcher, () => document.querySelector('#follow-moves [aria-current]') !== null);
  await watcher.keyboard.press('ArrowLeft');
  await until(watcher, () => document.querySelector('#follow-moves [aria-current]')?.textContent === 'e5');
  await watcher.click('#replay-first');
  await until(watcher, () => document.getElementById('replay-first').disabled);
  const pgn = await server.get(await watcher.getAttribute('#pgn', 'href'));
  assert.equal(pgn.match(/\[Event /g).length, 2);

  const hall = await visits.open('/');
  await until(hall, () => document.getElementById('current-facts').textContent.includes('2–0'));
  await server.open({ name: 'The next one' });
  await until(hall, () => /· master\s2\s:\s0\sopponents/.test(document.getElementById('list').textContent));
});

test('the organiser starts with the seats taken and opens another exhibition', async t => {
  const server = await startServer(t, { boards: 8 });
  const organiser = await visitor(server);
  const page = await organiser.open(`/#organiser=${ORGANISER}`);
  await page.locator('#organiser').waitFor();
  assert.equal(new URL(page.url()).hash, '');
  const ada = await sitDown(await visitor(server), 'Ada');
  await page.locator('#startable button:enabled').click();
  await phase(ada, 'your-move');

  await page.click('summary');
  await page.fill('#open-name', 'Second round');
  await page.fill('#open-boards', '3');
  await page.fill('#open-clock', '5m+3s');
  await page.click('#open button');
  await until(page, () => document.getElementById('current-name').textContent === 'Second round');
  assert.match(await text(page, 'list'), /running/);
  const made = await server.get('/api/exhibitions/current');
  assert.equal(made.boards.length, 3);

  const dashboard = await organiser.open('/e/current');
  await dashboard.locator('#lobby').waitFor();
  const stranger = await (await visitor(server)).open('/');
  await until(stranger, () => document.getElementById('current-name').textContent === 'Second round');
  assert.ok(await stranger.isHidden('#organiser'));
});

test('settings that make no sense are refused with a sentence', async t => {
  const server = await startServer(t);
  const people = await visitor(server, { serverGoesAway: true });
  const page = await people.open(`/#organiser=${ORGANISER}`);
  await page.locator('#organiser').waitFor();
  await page.click('summary');
  await page.fill('#open-clock', 'a while');
  await page.click('#open button');
  await until(page, () => document.getElementById('organiser-error').textContent.length > 10);
});

test('on a phone nothing scrolls sideways', async t => {
  const server = await startServer(t, { boards: 3 });
  const phone = await visitor(server, { width: 320, height: 640, hasTouch: true, isMobile: true });
  const long = 'W'.repeat(32);
  const player = await sitDown(phone, long);
  const hall = await phone.open('/');
  const watcher = await phone.open('/e/current');
  await watcher.locator('#lobby').waitFor();
  for (const page of [player, hall, watcher]) assert.ok(!(await scrollsSideways(page)), page.url());
  await seat(hall, ['Ada', `${long.slice(1)}m`]);
  await phase(player, 'your-move');
  await watcher.locator('.mini').first().waitFor();
  for (const page of [player, watcher]) assert.ok(!(await scrollsSideways(page)), page.url());
});

test('twenty-four boards fit on a laptop’s screen', async t => {
  const server = await startServer(t, { boards: 24 });
  const people = await visitor(server, { width: 1366, height: 768 });
  const watcher = await people.open('/e/current');
  const players = await people.open('/');
  await seat(
    players,
    Array.from({ length: 24 }, (_, i) => `Player ${i + 1}`),
    { still: true },
  );
  await until(watcher, () => document.querySelectorAll('.mini cg-board').length === 24);
  await until(watcher, () => {
    const inside = element =>
      element.getBoundingClientRect().bottom <= innerHeight && element.getBoundingClientRect().right <= innerWidth;
    return [
      ...document.querySelectorAll('.mini'),
      document.getElementById('follow'),
      document.querySelector('.score'),
    ].every(inside);
  });
});

test('an exhibition that doesn’t exist is said not to exist', async t => {
  const server = await startServer(t);
  const page = await (await visitor(server, { serverGoesAway: true })).open('/e/no-such-thing');
  await until(page, () => !/Connecting|Trying/.test(document.getElementById('missing').textContent));
});
