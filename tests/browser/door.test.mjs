// Sitting down, and being told: codes, admission, the queue, and what an organiser does meanwhile, over HTTP as they would.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, scrollsSideways, until, visitor } from './browser.mjs';
import { answer, seat, sitDown } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

/** What the organiser wants of the current exhibition; it must be done. */
async function order(server, method, path, body) {
  const response = await fetch(`${server.address}/api/exhibitions/current${path}`, {
    method,
    headers: { authorization: `Bearer ${ORGANISER}` },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) assert.fail(`${method} ${path}: ${await response.text()}`);
  return response.json();
}

const settle = (server, settings) => order(server, 'PATCH', '', settings);
const door = (page, title) => until(page, title => document.getElementById('door-title').textContent === title, title);
const shows = (page, id, text) =>
  until(page, ({ id, text }) => document.getElementById(id).textContent.includes(text), { id, text });
const board = (page, number) => shows(page, 'own-board', `Board ${number}`);

/** Sits down at the door itself, or tries to. */
async function knock(page, name, code) {
  await page.locator('#join').waitFor();
  if (code !== undefined) await page.fill('#code', code);
  await page.fill('#player', name);
  await page.click('#sit');
}

const openDoor = async (server, path = '/e/current/play', options) => (await visitor(server, options)).open(path);

test('who has the code sits down, who hasn’t is told at the field', async t => {
  const server = await startServer(t, { boards: 5 });
  await settle(server, { code: 'CLUB', text: 'Welcome!\nTea is at nine.', seats: [{ board: 5, name: 'Eve' }] });
  const page = await openDoor(server);
  await page.locator('#code').waitFor();
  await reads(page, '#about', 'Welcome!\nTea is at nine.');
  await reads(page, '#join-hint', /type your name as the organiser has written it/);
  await page.click('#door-who summary');
  await reads(page, '#door-seats', /5kept for somebody/);
  await knock(page, 'Ada', 'club');
  await board(page, 1);
  await page.close();

  const wrong = await openDoor(server);
  await knock(wrong, 'Ben', 'clxb');
  await shows(wrong, 'code-error', "That is not this exhibition's entry code.");
  assert.equal(await wrong.inputValue('#code'), 'CLXB');
  assert.deepEqual(
    await wrong.evaluate(() => [document.activeElement.id, document.activeElement.getAttribute('aria-invalid')]),
    ['code', 'true'],
  );
  assert.equal(await wrong.inputValue('#player'), 'Ben');
  await wrong.keyboard.press('ControlOrMeta+A');
  await wrong.keyboard.type('club');
  assert.equal(await wrong.inputValue('#code'), 'CLUB', 'in capitals by itself');
  await wrong.click('#sit');
  await board(wrong, 2);

  // By the short address, as a QR code has it: the code is filled in, and leaves the address bar.
  const short = await openDoor(server, '/j/club');
  await short.locator('#join').waitFor();
  assert.equal(await short.inputValue('#code'), 'CLUB');
  assert.equal(new URL(short.url()).hash, '');
  await short.reload();
  await short.locator('#join').waitFor();
  assert.equal(await short.inputValue('#code'), 'CLUB', 'remembered for this tab');
  await knock(short, 'Eve');
  await board(short, 5);

  const hall = await openDoor(server, '/');
  await hall.fill('#code', 'club');
  await hall.fill('#player', 'Fay');
  await hall.click('#sit');
  await board(hall, 3);
});

test('a code that nobody has leads to the front page, which says so and takes another one', async t => {
  const server = await startServer(t, { boards: 2 });
  await settle(server, { code: 'CLUB' });
  const page = await openDoor(server, '/j/NONE');
  await page.locator('#no-such-code').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), 'code-again');
  assert.equal(new URL(page.url()).hash, '');
  await page.keyboard.type('nobody');
  await page.keyboard.press('Enter');
  await until(page, () => !document.getElementById('no-such-code').hidden && document.getElementById('code-again').value === '');
  await page.fill('#code-again', 'club');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/e/1/play');
  await page.locator('#join').waitFor();
  assert.equal(await page.inputValue('#code'), 'CLUB');
});

test('who asks for a seat may go and come back, is let in or turned away, and is told kindly', async t => {
  const server = await startServer(t, { boards: 3 });
  await settle(server, { admission: 'approval' });
  const ada = await visitor(server);
  const page = await ada.open('/e/current/play');
  await page.locator('#join').waitFor();
  await reads(page, '#sit', 'Ask for a seat');
  const watcher = await openDoor(server, '/e/current');
  await knock(page, 'Ada');
  await door(page, 'You have asked for a seat');
  await reads(page, '#door-text', /lets you in, Ada, at board 1.*may close this page/);
  await until(watcher, () => document.querySelector('.seat')?.dataset.state === 'applied');
  assert.equal(await watcher.textContent('.seat .seat-name'), 'asked for', 'the name is nobody’s business yet');

  // Closed, and opened again: from the front page, whose button leads back.
  await page.close();
  const hall = await ada.open('/');
  await shows(hall, 'own-seat-link', 'Back to the door, Ada');
  await hall.click('#own-seat-link');
  await door(hall, 'You have asked for a seat');
  await order(server, 'PATCH', '/seats/1', { name: 'Ada L.' });
  await shows(hall, 'door-text', 'lets you in, Ada L., at');
  await order(server, 'POST', '/announce', { text: 'We begin soon' });
  await shows(hall, 'door-bulletin', 'We begin soon');
  await order(server, 'POST', '/seats/1/admit');
  await board(hall, 1);
  await reads(hall, '#own-name', 'Ada L.');
  await shows(hall, 'bulletin', 'We begin soon');
  await until(watcher, () => document.querySelector('.seat .seat-name').textContent === 'Ada L.');

  // Turned away while the page is open, and while it is closed.
  const ben = await openDoor(server);
  await knock(ben, 'Ben');
  await door(ben, 'You have asked for a seat');
  await order(server, 'DELETE', '/seats/2');
  await door(ben, 'Not this time');
  assert.ok(await ben.isVisible('#door-watch'));
  await ben.reload();
  await ben.locator('#join').waitFor();

  const cyd = await visitor(server);
  const first = await cyd.open('/e/current/play');
  await knock(first, 'Cyd');
  await door(first, 'You have asked for a seat');
  await first.close();
  await order(server, 'DELETE', '/seats/2');
  await door(await cyd.open('/e/current/play'), 'Not this time');

  // Removed from a seat.
  await order(server, 'DELETE', '/seats/1');
  await door(hall, 'Your seat was given up');
});

test('where every seat is taken one waits, moves up, may close the page, and sits down in turn', async t => {
  const server = await startServer(t, { boards: 2 });
  // So that it does not begin once all seats are taken.
  await settle(server, { starts_at: Date.now() + 3_600_000 });
  const players = await openDoor(server, '/');
  await seat(players, ['Ada', 'Ben']);

  const hall = await openDoor(server, '/');
  await until(hall, () => document.getElementById('sit').textContent === 'Wait for a seat');
  await hall.fill('#player', 'Cyd');
  await hall.click('#sit');
  await door(hall, 'You are the next');
  const dee = await visitor(server);
  const page = await dee.open('/e/current/play');
  await door(page, 'Every seat is taken');
  await reads(page, '#door-text', /1 person waits already/);
  await knock(page, 'Dee');
  await door(page, 'You are number 2 in the queue');
  const watcher = await openDoor(server, '/e/current');
  await shows(watcher, 'lobby-hint', '2 people wait for a seat');

  await order(server, 'DELETE', '/seats/2');
  await board(hall, 2);
  await door(page, 'You are the next');
  await shows(watcher, 'lobby-hint', '1 person waits for a seat');
  await page.close();
  // Freed while nobody is there to see it: the seat is theirs when they come back.
  const back = await dee.open('/');
  await shows(back, 'own-seat-link', 'Back to the queue, Dee');
  await order(server, 'DELETE', '/seats/1');
  await back.click('#own-seat-link');
  await board(back, 1);
  await reads(back, '#own-name', 'Dee');

  // In vain: while the page is open, and while it is closed.
  const eve = await openDoor(server);
  await knock(eve, 'Eve');
  await door(eve, 'You are the next');
  const fay = await visitor(server);
  const gone = await fay.open('/e/current/play');
  await knock(gone, 'Fay');
  await door(gone, 'You are number 2 in the queue');
  await gone.close();
  await order(server, 'POST', '/start');
  await door(eve, 'No seat was left');
  await door(await fay.open('/e/current/play'), 'No seat was left');
});

test('a player is told of another name, another board and the hour, also after a reload', async t => {
  const server = await startServer(t, { boards: 3 });
  const page = await sitDown(await visitor(server), 'Adda');
  await board(page, 1);
  const watcher = await openDoor(server, '/e/current');
  await order(server, 'PATCH', '/seats/1', { name: 'Ada' });
  await shows(page, 'notice', 'corrected your name: “Ada”.');
  await reads(page, '#own-name', 'Ada');
  await order(server, 'PATCH', '/seats/1', { to: 3 });
  await board(page, 3);
  await reads(page, '#notice', /another place: board 3/);
  await until(watcher, () => document.querySelectorAll('.seat .seat-name')[2]?.textContent === 'Ada');

  // Within five minutes of the start everybody is asked to be there.
  await settle(server, { starts_at: Date.now() + 200_000 });
  const wanted = () => {
    const line = document.querySelector('#bulletin [data-kind="start"]');
    return /^It begins at .*: please be at your board\./.test(line?.textContent) && /^\d:\d\d$/.test(line.querySelector('time').textContent);
  };
  await until(page, wanted);
  await until(watcher, wanted);
  await order(server, 'POST', '/announce', { text: 'Phones off, please' });
  await shows(page, 'bulletin', 'Phones off, please');
  await page.reload();
  await until(page, wanted);
  await shows(page, 'bulletin', 'Phones off, please');
  await page.goto(`${server.address}/`);
  await shows(page, 'own-seat-link', 'Back to board 3, Ada');

  await page.click('#own-seat-link');
  await board(page, 3);
  await order(server, 'POST', '/cancel');
  await door(page, 'It was called off');
});

test('announcements, a break, the last round and the end of the visits are seen by all, also after a reload', async t => {
  const server = await startServer(t, { boards: 2, master: 'human', 'master-name': 'Judit' });
  await settle(server, { closes_after: '10m' });
  const page = await sitDown(await visitor(server), 'Ada');
  const players = await openDoor(server, '/');
  await seat(players, ['Ben'], { still: true });
  const master = await openDoor(server, `/e/current/master#master=${server.masterToken}`);
  const watcher = await openDoor(server, '/e/current');
  await until(master, () => document.body.dataset.phase === 'move');
  await phase(page, 'here');
  const all = [page, master, watcher];
  const everybody = async check => {
    for (const one of all) await until(one, check);
  };
  // Ten minutes are less than the quarter of an hour after which it is told.
  await everybody(() => /No more visits after \d/.test(document.body.innerText));
  await order(server, 'POST', '/announce', { text: 'Tea at nine' });
  await everybody(() => /The organiser says:\s*Tea at nine/.test(document.body.innerText));
  await reads(page, '#announcer', /Tea at nine/);

  await order(server, 'POST', '/pause');
  await until(master, () => document.getElementById('pause').textContent === 'The organiser’s break');
  assert.ok(await master.isDisabled('#pause'));
  await master.keyboard.press('p');
  await shows(master, 'notice', 'ends the break');
  await shows(page, 'detail', 'A short break');
  await order(server, 'POST', '/continue');
  await until(master, () => document.getElementById('pause').textContent === 'Break' && document.body.dataset.phase === 'move');

  await order(server, 'POST', '/last-round');
  await shows(page, 'bulletin', 'the master comes to you once more');
  await shows(master, 'subtitle', 'Last round: 2 boards still to visit');
  const reload = () => Promise.all(all.map(one => one.reload()));
  await reload();
  await shows(page, 'bulletin', 'the master comes to you once more');
  await shows(master, 'subtitle', 'Last round: 2 boards still to visit');
  await everybody(() => /Tea at nine/.test(document.body.innerText) && /Last round/.test(document.body.innerText));
  // The master stands at board 1 since before: this visit is not yet the last one.
  await until(master, () => document.body.dataset.phase === 'move');
  await master.keyboard.type('e4');
  await master.keyboard.press('Enter');
  await until(master, () => document.getElementById('number').textContent === '2');
  await shows(master, 'subtitle', 'Last round: 1 board still to visit');
  await phase(page, 'your-move');
  await page.fill('#move', 'e5');
  await page.press('#move', 'Enter');
  await until(master, () => document.body.dataset.phase === 'move' && document.getElementById('number').textContent === '2');
  await master.keyboard.type('d4');
  await master.keyboard.press('Enter');
  // With the last visit begun there is no other to come; it may be finished all the same.
  await shows(page, 'bulletin', 'this is the master’s last visit to you');
  await shows(page, 'phase', 'The master is here');
  await shows(master, 'subtitle', 'The visits are over.');
  await shows(master, 'detail', 'You may still move here');
  await page.reload();
  await shows(page, 'phase', 'The master is here');
  await master.keyboard.type('nf3');
  await master.keyboard.press('Enter');
  await shows(page, 'phase', 'The visits are over');
  await shows(master, 'phase', 'The visits are over');
});

test('once no visit begins any more everybody knows, also after a reload, until their game is settled', async t => {
  const server = await startServer(t, { boards: 2 });
  const page = await sitDown(await visitor(server), 'Ada');
  const players = await openDoor(server, '/');
  await seat(players, ['Ben'], { still: true });
  const watcher = await openDoor(server, '/e/current');
  await phase(page, 'your-move');
  await order(server, 'POST', '/last-round');
  await page.fill('#move', 'e5');
  await page.press('#move', 'Enter');
  await answer(players, 2);
  const over = one => until(one, () => document.body.innerText.includes('The master comes to nobody any more.'));
  await over(page);
  await reads(page, '#phase', 'The visits are over');
  await over(watcher);
  await page.reload();
  await over(page);
  await until(watcher, () => document.querySelectorAll('.mini').length === 2);
  assert.doesNotMatch(await watcher.textContent('#boards'), /●/, 'nobody waits for the master');
  const dashboard = await openDoor(server, '/e/current');
  await over(dashboard);
  await order(server, 'POST', '/boards/1/adjudicate', { result: '1/2-1/2' });
  await phase(page, 'ended');
  await reads(page, '#phase', 'A draw');
  assert.ok(await page.isHidden('#bulletin'), 'what was announced is over');
});

test('whatever is announced can be read on any window, and nothing is pushed out of it', async t => {
  const server = await startServer(t, { boards: 2, clock: '90m+30s' });
  const long = `${'W'.repeat(60)} and ${'a long word about the tea '.repeat(5)}`.slice(0, 200).trim();
  await settle(server, { code: 'CLUB', text: long.repeat(3), seats: [{ board: 2, name: 'W'.repeat(32) }] });
  const shoot = async (page, name) => {
    for (const [width, height] of [[320, 568], [768, 1024], [1280, 800]]) {
      await page.setViewportSize({ width, height });
      assert.ok(!(await scrollsSideways(page)), `${name} at ${width}`);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png`, fullPage: true });
    }
  };
  const page = await openDoor(server);
  await page.locator('#join').waitFor();
  await page.click('#door-who summary');
  await shoot(page, 'door');
  await knock(page, 'Ada', 'NOPE');
  await shows(page, 'code-error', 'entry code');
  await shoot(page, 'bad-code');
  await knock(page, 'Ada', 'CLUB');
  await board(page, 1);
  await order(server, 'POST', '/announce', { text: long });
  await settle(server, { starts_at: Date.now() + 200_000 });
  await until(page, () => document.querySelectorAll('#bulletin .bulletin-line').length === 2);
  await shoot(page, 'told');
  const watcher = await openDoor(server, '/e/current');
  await until(watcher, () => document.querySelectorAll('#bulletin .bulletin-line').length === 2);
  await shoot(watcher, 'lobby');
  await order(server, 'POST', '/start');
  await phase(page, 'your-move');
  await order(server, 'POST', '/last-round');
  await shows(page, 'bulletin', 'Last round');
  await shoot(page, 'last-round');
  await until(watcher, () => /Last round/.test(document.getElementById('side-bulletin').textContent));
  await shoot(watcher, 'dashboard');
});
