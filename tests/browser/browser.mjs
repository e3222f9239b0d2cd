// A real browser for the tests. A page that complains in its console fails its test.

import assert from 'node:assert/strict';

import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a browser says while the server is away, whatever the page does about it. */
const SERVER_AWAY =
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|WebSocket connection to|Failed to load resource/;

let running = null;

/** The browser, one for all tests of a file; it is closed when the last test's cleanup asks. */
async function browser() {
  running ??= await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ARGUMENTS });
  return running;
}

export async function closeBrowser() {
  await running?.close();
  running = null;
}

/**
 * Somebody's browser: own storage, own pages. `open(path)` opens a page of `server`. At the end of the test no page may
 * have complained; with `serverGoesAway`, about anything but that, and with `provoked`, about anything but what it matches.
 */
export async function visitor(server, { width = 1280, height = 800, serverGoesAway = false, provoked = null, ...more } = {}) {
  const context = await (await browser()).newContext({ viewport: { width, height }, ...more });
  context.setDefaultTimeout(15_000);
  const complaints = [];
  const complain = text => {
    if (!(serverGoesAway && SERVER_AWAY.test(text)) && !provoked?.test(text)) complaints.push(text);
  };
  context.on('console', message => ['error', 'warning'].includes(message.type()) && complain(message.text()));
  context.on('weberror', error => complain(error.error().stack));
  server.visitors.push(async () => {
    await context.close();
    assert.deepEqual(complaints, [], 'the console stays silent');
  });
  return {
    context,
    async open(path) {
      const page = await context.newPage();
      await page.goto(server.address + path);
      return page;
    },
  };
}

/** Waits until `check` holds in the page. */
export const until = (page, check, argument, options) => page.waitForFunction(check, argument, options);

/** Waits until a play page is in one of these phases. */
export const phase = (page, ...phases) => until(page, wanted => wanted.includes(document.body.dataset.phase), phases);

/** Waits until what a selector stands for says `wanted`, a text or a pattern: a server tells many things a moment after the page is there. */
export async function reads(page, selector, wanted, why) {
  const pattern = wanted instanceof RegExp ? { source: wanted.source, flags: wanted.flags } : null;
  const isSo = ({ selector, pattern, wanted }) => {
    const text = document.querySelector(selector)?.textContent;
    return text !== undefined && (pattern ? new RegExp(pattern.source, pattern.flags).test(text) : text === wanted);
  };
  try {
    await until(page, isSo, { selector, pattern, wanted: pattern ? null : wanted }, { timeout: 15_000 });
  } catch {
    const text = await page.textContent(selector);
    if (pattern) assert.match(text, wanted, why);
    else assert.equal(text, wanted, why);
  }
}

const fits = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;

/**
 * Whether a page can be scrolled sideways once it has come to rest: after a resize the boards are fitted in the first
 * frame and drawn in the second, and until then an old width stands in a new window.
 */
export async function scrollsSideways(page) {
  await page.bringToFront();
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  return until(page, fits).then(
    () => false,
    () => true,
  );
}
