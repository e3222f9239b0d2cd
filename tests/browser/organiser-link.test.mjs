// The organiser's link: its secret is in the fragment, which no browser sends, and leaves the address at once.

import assert from 'node:assert/strict';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { after, test } from 'node:test';

import { closeBrowser, until, visitor } from './browser.mjs';
import { ORGANISER, startServer } from './server.mjs';

after(closeBrowser);

/** Stands between a browser and the server, and keeps what the browser sends, byte for byte. */
async function listenIn(t, server) {
  const heard = [];
  const { port, hostname } = new URL(server.address);
  const between = createServer(browser => {
    const to = connect(port, hostname);
    for (const socket of [browser, to]) socket.on('error', () => socket.destroy());
    browser.on('data', bytes => heard.push(bytes.toString('latin1')));
    browser.pipe(to).pipe(browser);
    browser.on('close', () => to.destroy());
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  t.after(() => between.close());
  return { address: `http://127.0.0.1:${between.address().port}`, visitors: server.visitors, heard };
}

/** The lines of all request heads, without the one header that is made for secrets. */
const lines = heard => heard.join('').split('\r\n');

test('the secret is sent in one header alone, and is gone from the address and from going back', async t => {
  const server = await startServer(t, { boards: 2, env: { RUST_LOG: 'trace' } });
  const between = await listenIn(t, server);
  const organiser = await visitor(between);
  const page = await organiser.open('/');
  await page.goto('about:blank');
  await page.goto(`${between.address}/#organiser=${ORGANISER}`);
  await page.locator('#organiser').waitFor();
  assert.equal(page.url(), `${between.address}/`);

  // On with every kind of request: links, a form, sockets.
  await page.click('summary');
  await page.fill('#open-name', 'Second round');
  await page.click('#open button');
  await until(page, () => document.getElementById('current-name').textContent === 'Second round');
  await page.click('#current-watch');
  await page.locator('#start').waitFor();
  await page.goBack();
  await page.locator('#organiser').waitFor();
  assert.equal(page.url(), `${between.address}/`);
  await page.goBack();
  await page.goForward();
  await page.locator('#organiser').waitFor();
  assert.equal(page.url(), `${between.address}/`);

  // The link again, where its page is open: no page is loaded by it.
  await page.evaluate(secret => location.assign(`/#organiser=${secret}`), ORGANISER);
  await until(page, () => location.hash === '' && !document.getElementById('organiser').hidden);
  await page.goBack();
  assert.ok(!page.url().includes(ORGANISER));

  const sent = lines(between.heard);
  const secret = sent.filter(line => line.includes(ORGANISER));
  assert.ok(secret.length > 3, 'the listener hears what is sent');
  assert.deepEqual([...new Set(secret)].map(line => line.toLowerCase()), [`authorization: bearer ${ORGANISER}`]);
  const requests = sent.filter(line => / HTTP\/1\.1$/.test(line));
  assert.ok(requests.some(line => line.startsWith('GET /ws/')) && requests.some(line => line.startsWith('POST ')));
  assert.deepEqual(sent.filter(line => /^(referer|cookie):/i.test(line)), []);
  assert.ok(server.log.includes('TRACE') && !server.log.includes(ORGANISER), 'nor does the server tell it');
});

test('a secret of a seat is never in an address either', async t => {
  const server = await startServer(t, { boards: 2 });
  const between = await listenIn(t, server);
  const ada = await visitor(between);
  const page = await ada.open('/');
  await page.fill('#player', 'Ada');
  await page.click('#join button');
  await page.locator('#table').waitFor();
  await page.reload();
  await until(page, () => document.getElementById('own-name').textContent === 'Ada');
  const { token } = await page.evaluate(() => JSON.parse(localStorage.getItem('simultan.seat.1')));
  assert.match(token, /^sp_[0-9a-f]{32}$/);
  // In frames it is masked, in heads it would stand in the clear.
  assert.ok(!between.heard.join('').includes(token));
  assert.ok(!page.url().includes(token));
});
