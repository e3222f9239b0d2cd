// The sheet to print: one page of paper, a code that leads to a seat, and the evening's own rules.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { dateLine, rules } from '../../static/js/sheet-words.js';
import { closeBrowser, reads, scrollsSideways, until, visitor } from './browser.mjs';
import { ALL, lookAt } from './geometry.mjs';
import { qrIn } from './pixels.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

const EVENING = 'The Old Town chess club’s forty-second simultaneous exhibition, Friday evening';
const PUBLIC = 'https://simultaneous-exhibitions.old-town-chess-club.example.org';
/** Everything that can be said on one sheet. */
const FULL = {
  boards: 24,
  master: 'human',
  'master-name': 'Wilhelmina Montgomery-Wainwright',
  clock: '90m+30s',
  'master-extra': '1h',
  'master-extra-per-board': '1m',
  color: 'alternating',
  start: 'chess960',
  passes: 3,
  'late-rounds': 3,
  walk: 'urgent-first',
};

/** How many pages a PDF has, and how large they are, in points. */
function paper(pdf) {
  const text = pdf.toString('latin1');
  const pages = text.match(/\/Type\s*\/Page\b(?!s)/g)?.length;
  return { pages, box: text.match(/\/MediaBox\s*\[([^\]]*)\]/)[1].trim().split(/\s+/).map(number => Math.round(Number(number))) };
}

test('it is one page of A4 and of Letter, whatever there is to say', async t => {
  for (const name of ['Simul', EVENING, 'W'.repeat(80)]) {
    const server = await startServer(t, { ...FULL, name, 'public-address': PUBLIC });
    const page = await (await visitor(server)).open('/e/current/sheet');
    await page.locator('#code-drawn svg').waitFor();
    for (const [format, box] of [['A4', [0, 0, 596, 843]], ['Letter', [0, 0, 612, 792]]])
      assert.deepEqual(paper(await page.pdf({ format })), { pages: 1, box }, `${name} on ${format}`);
  }
});

test('the code on it leads to a seat, on the screen, on paper and across the hall', async t => {
  const server = await startServer(t, { ...FULL, name: EVENING, 'public-address': PUBLIC });
  const page = await (await visitor(server, { colorScheme: 'dark', reducedMotion: 'reduce' })).open('/e/current/sheet');
  const code = page.locator('#code-drawn svg');
  await code.waitFor();
  assert.equal(await qrIn(page, code), `${PUBLIC}/e/1/play`);
  await reads(page, '#address', `${PUBLIC.slice(8)}/e/1/play`);
  assert.deepEqual(await lookAt(page, 'sheet', ALL), []);
  await page.emulateMedia({ media: 'print' });
  assert.equal(await qrIn(page, code), `${PUBLIC}/e/1/play`);
  for (const id of ['print', 'enlarge', 'large']) assert.equal(await page.isVisible(`#${id}`), false, `${id} is not printed`);
  await page.emulateMedia({ media: 'screen' });

  await page.click('#enlarge');
  const large = page.locator('#large svg');
  await large.waitFor();
  assert.equal(await qrIn(page, large), `${PUBLIC}/e/1/play`);
  assert.ok((await large.boundingBox()).height > 300);
  await page.click('#large-close');
  await large.waitFor({ state: 'hidden' });
  await until(page, () => document.fullscreenElement === null);
});

test('opened on the server’s own machine it has the address by which others find it; opened by them, theirs', async t => {
  const server = await startServer(t, { boards: 2, bind: '0.0.0.0:0' });
  const { addresses } = await server.get('/api/addresses');
  // Under an address without https the browser says that it ignores one of the headers.
  const people = await visitor(server, { provoked: /Cross-Origin-Opener-Policy/ });
  const page = await people.open('/e/current/sheet');
  const code = page.locator('#code-drawn svg');
  await code.waitFor();
  const port = new URL(server.address).port;
  const best = addresses[0] ?? server.address;
  assert.ok(best.endsWith(`:${port}`));
  assert.equal(await qrIn(page, code), `${best}/e/1/play`);
  assert.equal(await page.isVisible('#alone'), addresses.length === 0);
  if (addresses.length === 0) return t.diagnostic('this machine has no network: nobody else could be asked');
  const elsewhere = addresses.at(-1);
  await page.goto(`${elsewhere}/e/current/sheet`);
  await code.waitFor();
  assert.equal(await qrIn(page, code), `${elsewhere}/e/1/play`);
});

test('a server for its own machine alone says so', async t => {
  const server = await startServer(t, { boards: 2 });
  const page = await (await visitor(server, { width: 320, height: 640 })).open('/e/1/sheet');
  await page.locator('#alone').waitFor();
  await reads(page, '#alone', /--public-address/);
  assert.equal(await scrollsSideways(page), false);
  const none = await (await visitor(server, { provoked: /404/ })).open('/e/99/sheet');
  await until(none, () => document.getElementById('missing').textContent.includes('no such exhibition'));
});

test('the rules are those of the exhibition', async t => {
  const server = await startServer(t, { boards: 2 });
  const of = async settings => rules(await server.get(`/api/exhibitions/${(await server.open(settings)).id}`)).join(' ');
  const plain = await of({});
  for (const said of [/master has White everywhere; you have Black/, /There is no clock/, /order of the numbers/, /Nothing is lost/, /nobody can join later/])
    assert.match(plain, said);
  assert.doesNotMatch(plain, /take a move back|Chess960|lot/);
  const other = await of({
    color: 'black',
    clock: '30m+20s',
    master_extra: '1h',
    master_extra_per_board: '60s',
    passes: 1,
    grace: '15s',
    late_rounds: 3,
    walk: 'ready-first',
    start: 'chess960',
    master: { kind: 'human', name: 'Judit' },
  });
  for (const said of [/you have White and move first/, /30 min for the game, and 20 s more for each move/, /The master has 1 h and 1 min for each of you on top/, /1 time a game/, /waits 15 s/, /until the end of round 3/, /waited longest/, /Chess960/, /take a move back/])
    assert.match(other, said);
  const odd = await of({ color: 'alternating', passes: 0, grace: '0s', seats: [{ board: 1, clock: '5m' }], start: '4k3/8/8/8/8/8/4P3/4K3 w - - 0 1', retract: false, master: { kind: 'human' } });
  for (const said of [/not the same at every board/, /the master goes on, and comes again/, /clocks of their own/, /position that was chosen/]) assert.match(odd, said);
  assert.doesNotMatch(odd, /take a move back/);
  assert.equal(dateLine(null), '');
  assert.match(dateLine(Date.UTC(2030, 0, 4, 18)), /2030/);
});
