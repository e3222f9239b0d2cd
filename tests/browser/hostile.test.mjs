// Names that would be something else if a page let them: every one is shown as text, on every page that shows names.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, test } from 'node:test';

import { closeBrowser, phase, reads, until, visitor } from './browser.mjs';
import { resign, seat, sitDown } from './players.mjs';
import { startServer } from './server.mjs';

after(closeBrowser);

const beside = path => fileURLToPath(new URL(path, import.meta.url));
const { shown: names } = JSON.parse(await readFile(beside('../fixtures/hostile-names.json'), 'utf8'));
const engine = beside('../common/scripted-master.sh');

/** A visitor in whose pages nothing may run, open or load but what the pages are made of. */
async function wary(server) {
  const someone = await visitor(server);
  const events = [];
  await someone.context.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      globalThis.violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  someone.context.on('dialog', dialog => events.push(`dialog ${dialog.message()}`));
  someone.context.on('request', request => {
    if (!request.url().startsWith(`${server.address}/`)) events.push(`request ${request.url()}`);
  });
  return {
    ...someone,
    /** Checks a page as it is now. */
    async unharmed(page) {
      const found = await page.evaluate(() => ({
        ran: globalThis.__xss,
        violations: globalThis.violations,
        strangers: document.querySelectorAll(
          'body script, body style, body img, body iframe, body base, body meta, body svg, body details:not(#another, #another details, #door-who, .client), ' +
            '[autofocus], [onload], [onerror], [onfocus], [onmouseover], [ontoggle], [href^="javascript:"], [href^="data:"]',
        ).length,
      }));
      assert.deepEqual(found, { ran: undefined, violations: [], strangers: 0 }, page.url());
      assert.deepEqual(events, []);
    },
  };
}

const texts = (page, selector) => page.locator(selector).allTextContents();

test('players’ names are text in the lobby, on the wall, at the large board, in the events and on the play page', async t => {
  const [own, ...others] = names;
  const server = await startServer(t, { boards: names.length, name: names[3] });
  const people = await wary(server);
  const watcher = await people.open('/e/current');
  const players = await people.open('/');
  await seat(players, others, { still: true });
  await until(watcher, wanted => document.getElementById('lobby-count').textContent.startsWith(wanted), `${others.length} of`);
  assert.deepEqual((await texts(watcher, '#lobby-seats .seat-name')).slice(0, -1).sort(), others.toSorted());
  await people.unharmed(watcher);

  const player = await sitDown(people, own);
  await phase(player, 'your-move');
  await reads(player, '#own-name', own);
  await people.unharmed(player);

  await watcher.locator('#hall').waitFor();
  const seated = (await server.get('/api/exhibitions/current')).boards.map(board => board.name);
  assert.deepEqual(seated.toSorted(), names.toSorted());
  assert.deepEqual(await texts(watcher, '.mini-name'), seated);
  assert.deepEqual(await watcher.locator('.mini-name').evaluateAll(all => all.map(one => one.title)), seated);
  for (const [index, name] of seated.entries()) {
    if (index % 10 !== 0) continue;
    await watcher.locator('.mini-pick').nth(index).dispatchEvent('click');
    await until(watcher, wanted => document.getElementById('follow-name').textContent === wanted, name);
  }
  await player.fill('#move', 'e5');
  await player.press('#move', 'Enter');
  await until(watcher, wanted => document.getElementById('events').textContent.includes(`${wanted} plays`), own);
  const told = (await texts(watcher, '#events li')).join('\n');
  assert.ok(names.filter(name => told.includes(`${name} sits down`)).length > 20, told);
  await people.unharmed(watcher);

  await resign(player);
  await phase(player, 'ended');
  await people.unharmed(player);
});

test('exhibitions’ names are text in the hall, in titles, on the dashboard and at the door', async t => {
  const server = await startServer(t, { name: names[0], env: { SIMULTAN_MAX_EXHIBITIONS: '100' } });
  for (const name of names.slice(1)) await server.open({ name, boards: 1 });
  const people = await wary(server);
  const hall = await people.open('/');
  await until(hall, () => document.querySelectorAll('#list li').length > 0);
  await hall.click('#more');
  await until(hall, count => document.querySelectorAll('#list li').length === count, names.length - 1);
  const newestFirst = [...names].reverse();
  assert.deepEqual([await hall.textContent('#current-name'), ...(await texts(hall, '#list li a'))], newestFirst);
  await people.unharmed(hall);

  const page = await people.open('/');
  for (const [index, name] of names.entries()) {
    if (index % 6 !== 0) continue;
    await page.goto(`${server.address}/e/${index + 1}`);
    await until(page, wanted => document.getElementById('name').textContent === wanted, name);
    assert.equal(await page.evaluate(() => document.title), `${name} · Simultan`);
    await people.unharmed(page);
    await page.goto(`${server.address}/e/${index + 1}/play`);
    await until(page, wanted => document.getElementById('door-title').textContent === wanted, name);
    await people.unharmed(page);
  }
});

test('bots’ names are text where their tokens are given out', async t => {
  const some = names.filter((_, index) => index % 9 === 0);
  // One more, so that it does not begin meanwhile.
  const server = await startServer(t, { boards: some.length + 1 });
  const people = await wary(server);
  const page = await people.open('/e/current/bot');
  for (const name of some) {
    await page.locator('#join').waitFor();
    await page.fill('#bot-name', name);
    await page.click('#sit');
    await until(page, wanted => document.getElementById('bot-title').textContent === wanted, name);
    await people.unharmed(page);
    await page.click('#another');
  }
  await page.click('#take-not');
  assert.deepEqual(await texts(page, '#choose button'), some.toReversed());
});

test('an engine’s name is text wherever the master is named', async t => {
  for (const MASTER_NAME of [names[0], names[18]]) {
    const server = await startServer(t, { engine, 'engine-option': 'Moves=e2e4 g1f3', env: { MASTER_NAME } });
    const people = await wary(server);
    const hall = await people.open('/');
    await until(hall, () => document.getElementById('current-facts').textContent !== '');
    assert.ok((await hall.textContent('#current-facts')).includes(MASTER_NAME));
    const player = await sitDown(people, 'Ada');
    const watcher = await people.open('/e/current');
    await phase(player, 'your-move');
    await reads(player, '#master-name', MASTER_NAME);
    await until(watcher, wanted => document.getElementById('follow-master-name').textContent.includes(wanted), MASTER_NAME);
    await player.fill('#move', 'e5');
    await player.press('#move', 'Enter');
    await until(watcher, wanted => document.getElementById('events').textContent.includes(`${wanted} plays`), MASTER_NAME);
    await resign(player);
    await phase(player, 'ended');
    for (const page of [hall, player, watcher]) await people.unharmed(page);
  }
});

test('the pages’ policy holds: what a page would run or load from a name is refused', async t => {
  const server = await startServer(t);
  const page = await (await visitor(server, { provoked: /has been blocked|Content Security Policy/ })).open('/');
  const refused = await page.evaluate(async () => {
    const tried = [];
    const seen = [];
    // What the test itself says is exempt; what is said later is the page's.
    await new Promise(resolve => setTimeout(resolve));
    document.addEventListener('securitypolicyviolation', event => seen.push(event.effectiveDirective));
    for (const attempt of [
      () => (document.createElement('p').innerHTML = '<img src=x onerror=__xss=1>'),
      () => document.createElement('p').insertAdjacentHTML('beforeend', '<b>x</b>'),
      () => document.write('<b>x</b>'),
      () => eval('__xss=1'),
      () => Function('__xss=1'),
      () => setTimeout('__xss=1'),
      () => (document.createElement('script').text = '__xss=1'),
      () => (document.createElement('script').src = '//evil.example/x.js'),
    ]) {
      try {
        attempt();
        tried.push('went through');
      } catch (error) {
        tried.push(error.name);
      }
    }
    const style = document.createElement('style');
    style.textContent = '* { display: none }';
    document.body.append(style);
    document.body.append(Object.assign(document.createElement('img'), { src: 'http://127.0.0.2/x' }));
    for (let tries = 0; tries < 200 && !seen.includes('img-src'); tries++) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    return { tried, seen: [...new Set(seen)].sort(), ran: globalThis.__xss, shown: getComputedStyle(document.body).display };
  });
  assert.ok(refused.tried.every(outcome => /Error$/.test(outcome)), String(refused.tried));
  assert.equal(refused.ran, undefined);
  assert.notEqual(refused.shown, 'none');
  for (const directive of ['require-trusted-types-for', 'style-src-elem', 'img-src']) {
    assert.ok(refused.seen.includes(directive), `${directive} in ${refused.seen}`);
  }
});
