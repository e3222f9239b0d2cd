// An evening in a club, from an empty hall to the certificate: the organiser has the front page and the desk, opponents have
// tablets on which they point a camera at the QR code or type the entry code, and the wall hangs beside.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { qrIn } from './pixels.mjs';
import { answer, click, findMove, plies, resign, seat, speak } from './players.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

const TABLET = { width: 768, height: 1024 };
/** Who fills the other boards, without a page of their own. */
const OTHERS = ['Dan', 'Eve', 'Fay', 'Gus', 'Hal', 'Ivo'];

const shows = (page, id, text) =>
  until(page, ([id, text]) => document.getElementById(id).textContent.includes(text), [id, text]);
const row = (desk, board) => desk.locator(`.seat-row[data-board="${board}"]`);
const rowSays = (desk, board, text) =>
  until(desk, ([board, text]) => document.querySelector(`.seat-row[data-board="${board}"]`)?.textContent.includes(text), [board, text]);
const said = (desk, text) => shows(desk, 'said', text);

/** Presses a button and says yes to what is asked, which is then done. */
async function confirmed(desk, button) {
  await desk.click(button);
  await desk.click('#ask-yes');
  await desk.locator('#ask[open]').waitFor({ state: 'hidden' });
}

/** Opens what there is to do about a board. */
async function about(desk, board) {
  await row(desk, board).locator('.seat-more').click();
  await desk.locator('#seat[open]').waitFor();
}

async function letIn(desk, board, name) {
  await rowSays(desk, board, name);
  await row(desk, board).locator('button.primary').click();
  await said(desk, `${name} is let in at board ${board}.`);
}

/** The organiser opens the evening with the template for a school, as they like it, and goes to the desk. */
async function openEvening(organiser) {
  const page = await organiser.open(`/#organiser=${ORGANISER}`);
  await page.locator('#organiser').waitFor();
  await page.click('#another > summary');
  await until(page, () => document.getElementById('open-boards').value !== '');
  await page.click('#template-school');
  await page.fill('#open-name', 'Friday in the library');
  await page.fill('#open-boards', '10');
  await page.fill('#open-clock', '30m+10s');
  for (const group of ['walk', 'guests', 'times', 'seats']) await page.click(`#open-group-${group} > summary`);
  await page.selectOption('#open-passes', 'none');
  await page.fill('#open-text', 'Shoes off, please.');
  await page.fill('#open-late-rounds', '90');
  // Tomorrow: so that it does not begin by itself once all seats are taken.
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  await page.fill('#open-starts-at', `${tomorrow}T12:00`);
  await page.click('#open-seats-row .pasting summary');
  await page.fill('#open-seats-paste', 'Ada, 3, 45m+30s\nBen, 1');
  await page.click('#open-seats-put');
  await page.click('#open button');
  await page.locator('#opened-desk').waitFor();
  await page.click('#opened-desk');
  await page.locator('.seat-row').first().waitFor();
  return page;
}

/** Somebody comes to the door by the QR code's address, or with the entry code at the front page, and asks for a seat. */
async function knock(server, name, { link, code }) {
  const tablet = await visitor(server, { ...TABLET, serverGoesAway: true });
  const page = await tablet.open(link ?? '/');
  await page.locator('#join').waitFor();
  if (link) await until(page, () => document.getElementById('code').value !== '');
  else await page.fill('#code', code);
  await page.fill('#player', name);
  await page.click('#sit');
  return { tablet, page };
}

const atBoard = (page, board) => shows(page, 'own-board', `Board ${board}`);
const atDoor = (page, title) => shows(page, 'door-title', title);

/** Everybody comes, one is turned away, one waits until somebody else goes home again. */
async function gather(server, desk, link, code) {
  const ada = await knock(server, 'Ada', { link });
  await atDoor(ada.page, 'You have asked for a seat');
  await letIn(desk, 3, 'Ada');
  await atBoard(ada.page, 3);
  const ben = await knock(server, 'ben', { code });
  await letIn(desk, 1, 'ben');
  await atBoard(ben.page, 1);
  const cyd = await knock(server, 'Sid', { link });
  await letIn(desk, 2, 'Sid');
  await atBoard(cyd.page, 2);

  const mallory = await knock(server, 'Mallory', { link });
  await rowSays(desk, 4, 'Mallory');
  await about(desk, 4);
  await confirmed(desk, '[data-action="turnAway"]');
  await atDoor(mallory.page, 'Not this time');

  // The others come in one after the other, and each is let in from the table.
  const hall = await (await visitor(server, { serverGoesAway: true })).open('/');
  for (const [place, name] of [...OTHERS, 'Jo'].entries()) {
    const seated = seat(hall, [name], { still: true, code });
    await letIn(desk, 4 + place, name);
    await seated;
  }
  await shows(desk, 'stage', '10 of 10 seats taken');
  const kim = await knock(server, 'Kim', { link });
  await atDoor(kim.page, 'You are the next');
  await shows(desk, 'queue', 'Kim');
  await about(desk, 10);
  await confirmed(desk, '[data-action="remove"]');
  await letIn(desk, 10, 'Kim');
  await atBoard(kim.page, 10);
  return { hall, ada, ben, cyd, kim };
}

/** What the organiser does from the desk before the start. */
async function putRight(desk, { cyd, ada }) {
  await about(desk, 2);
  await desk.fill('#rename', 'Cyd');
  await desk.click('#rename-do');
  await shows(cyd.page, 'notice', 'corrected your name');
  await shows(cyd.page, 'own-name', 'Cyd');
  await desk.click('#settings-title');
  await until(desk, () => document.getElementById('set-boards')?.value === '10');
  await desk.fill('#set-boards', '12');
  await desk.click('#settings-save');
  await said(desk, 'The settings are changed.');
  await desk.click('#settings-title');
  await desk.click('#announce');
  await desk.fill('#announcement', 'Welcome, everybody');
  await desk.click('#ask-yes');
  await desk.locator('#ask[open]').waitFor({ state: 'hidden' });
  await shows(ada.page, 'bulletin', 'Welcome, everybody');
}

/** A break, in which Ben's tablet dies; another page of it comes back to the seat. */
async function rest(desk, wall, { ada, ben }) {
  await desk.click('#pause');
  await shows(ada.page, 'detail', 'A short break');
  await ben.page.close();
  await rowSays(desk, 1, 'away since');
  ben.page = await ben.tablet.open('/');
  await ben.page.click('#own-seat-link');
  await atBoard(ben.page, 1);
  await shows(ben.page, 'detail', 'A short break');
  await rowSays(desk, 1, 'here');
  await desk.click('#continue');
  await said(desk, 'The games go on.');
  await phase(ben.page, 'your-move');
}

/** Any legal move, by hand. */
async function move({ page }) {
  const squares = await findMove(page);
  const played = await plies(page);
  await click(page, ...squares);
  await until(page, played => document.querySelectorAll('#moves button').length > played, played);
}

/** How many sheets of paper a page takes. */
async function sheets(page) {
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: false });
  return pdf.toString('latin1').match(/\/Type ?\/Page\b/g).length;
}

test('an evening, from an empty hall to the certificate', { timeout: 240_000 }, async t => {
  const server = await startServer(t, { boards: 1 });
  const organiser = await visitor(server, { serverGoesAway: true });
  const desk = await openEvening(organiser);
  await reads(desk, '#code', /^[A-Z]{4}$/);
  const code = await desk.textContent('#code');
  await desk.locator('#qr svg').waitFor();
  const address = new URL(await qrIn(desk, desk.locator('#qr svg')));
  assert.deepEqual([address.origin, address.pathname], [server.address, `/j/${code}`]);
  const wall = await (await visitor(server, { width: 1920, height: 1080, serverGoesAway: true })).open('/e/2/wall');
  await wall.locator('#gathering').waitFor();

  const guests = await gather(server, desk, address.pathname, code);
  const { hall, ada, ben, cyd, kim } = guests;
  await shows(wall, 'gathering-count', '10 of 10 seats taken');
  await putRight(desk, guests);
  await confirmed(desk, '#start');
  await until(desk, () => document.body.dataset.status === 'running');
  await reads(ada.page, '#clock-own', /^(45:0|44:5)/, 'Ada has more time');
  await reads(cyd.page, '#clock-own', /^(30:0|29:5)/);
  await wall.locator('.mini').first().waitFor();

  for (const guest of [ada, ben, cyd, kim]) await move(guest);
  for (const board of [4, 5, 6]) await answer(hall, board);
  await rest(desk, wall, guests);

  // Two come late.
  const late = [];
  for (const [name, board] of [['Lea', 11], ['Moe', 12]]) {
    const guest = await knock(server, name, { link: address.pathname });
    await letIn(desk, board, name);
    await atBoard(guest.page, board);
    await phase(guest.page, 'your-move');
    late.push(guest);
  }
  await until(wall, () => document.querySelectorAll('.mini').length === 12);

  // Most give up; Moe has to go home.
  for (const name of OTHERS) await speak(hall, name, { type: 'resign' });
  for (const { page } of [kim, late[0]]) await resign(page);
  await about(desk, 12);
  await confirmed(desk, '[data-action="abandon"]');
  await rowSays(desk, 12, '1–0');
  await phase(late[1].page, 'ended');

  // The last round, and what it leaves is settled.
  for (const { page } of [ada, ben, cyd]) await phase(page, 'your-move');
  await confirmed(desk, '#last-round');
  for (const { page } of [ada, ben, cyd]) await shows(page, 'bulletin', 'once more');
  for (const guest of [ben, cyd, ada]) await move(guest);
  await until(desk, () => document.querySelectorAll('#settle-games .settle-game').length === 3);
  for (const [board, result] of [[1, '1/2-1/2'], [2, '1-0'], [3, '0-1']])
    await confirmed(desk, `#settle-games .settle-game[data-board="${board}"] [data-result="${result}"]`);
  await until(desk, () => document.body.dataset.status === 'finished');
  const { score } = await server.get('/api/exhibitions/2');
  assert.deepEqual(score, { wins: 10, draws: 1, losses: 1, playing: 0 });
  await until(wall, () => document.body.innerText.includes('10½'));

  // What they take home.
  await phase(ada.page, 'ended');
  await shows(ada.page, 'detail', 'You won by adjudication');
  await ada.page.click('#certificate');
  await ada.page.locator('#sheet').waitFor();
  await reads(ada.page, '#player', 'Ada');
  assert.equal(await sheets(ada.page), 1);
  const results = await organiser.open('/e/2/results');
  await until(results, () => document.querySelectorAll('#lines tr').length === 12);
  assert.match(await results.locator('#lines tr[data-board="2"]').textContent(), /Cyd.*1–0/);
  const csv = async () => (await (await fetch(`${server.address}/api/exhibitions/2/results.csv`)).text()).split('\r\n');
  assert.equal((await csv()).length, 14, 'a heading, twelve lines and the end of the last one');

  // A name is forgotten, and what is kept survives.
  await about(desk, 10);
  await confirmed(desk, '[data-action="forget"]');
  await rowSays(desk, 10, 'Board 10');
  const before = await csv();
  assert.ok(before.join().includes('Board 10') && !before.join().includes('Kim'));
  await server.kill();
  await server.start();
  assert.deepEqual(await csv(), before);
  await results.reload();
  await until(results, () => document.querySelector('#lines tr[data-board="10"]')?.textContent.includes('Board 10'));
});
