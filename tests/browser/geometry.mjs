// What can be wrong with the way a page is laid out, found by looking at where its texts, controls and boards are.

import { writeFile } from 'node:fs/promises';

/**
 * Runs in the page: a sentence for everything that is wrong at the window's present size. What people wrote may be
 * shortened where its `title` has all of it; what the page itself says may not.
 */
export function faults() {
  /** Rounding, and the rims of neighbours. */
  const SLACK = 1.5;
  const LARGE_BOARDS = '#board, #follow-board';
  const BOARDS = '.board-frame, .mini-frame';
  const CONTROLS = 'a[href], button, input, select, summary';
  /** What lies over other things on purpose. */
  const COVERS = '.mini-pick, .mini-result, .promotion';
  /** What covers whatever is behind it. */
  const PLATES = '.banner, .offer, .promotion-choices';

  const found = new Set();
  const wide = document.documentElement.clientWidth;
  const high = innerHeight;
  const pageScrolls = getComputedStyle(document.body).overflowY !== 'hidden';
  const tall = pageScrolls ? document.documentElement.scrollHeight : high;

  /** Whether it is for the eye: what is for the ear alone is clipped away, by itself or with what it stands in. */
  function visible(element) {
    for (let box = element; box; box = box.parentElement)
      if (getComputedStyle(box).clipPath === 'inset(50%)') return false;
    return element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  }
  const name = element => {
    const text = element.getAttribute('aria-label') ?? element.placeholder ?? element.textContent;
    const said = text.trim().replace(/\s+/g, ' ');
    return `“${said.length > 40 ? `${said.slice(0, 39)}…` : said}”`;
  };
  const meet = (a, b) => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const overlaps = (a, b) => {
    const { left, top, right, bottom } = meet(a, b);
    return right - left > SLACK && bottom - top > SLACK;
  };
  const empty = rect => rect.right - rect.left < 0.5 || rect.bottom - rect.top < 0.5;

  /** The boxes around `element`, itself included, beyond whose edges nothing is seen. */
  function* frames(element) {
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.overflowX !== 'visible' || style.overflowY !== 'visible')
        yield { box, style, edge: box.getBoundingClientRect() };
    }
  }

  /** What can be seen of a text or a control, or null when it is scrolled out of sight. */
  function seen(rect, element) {
    let left = rect;
    for (const { box, style, edge } of frames(element)) {
      const cutAcross = left.left < edge.left - SLACK || left.right > edge.right + SLACK;
      const cutDown = left.top < edge.top - SLACK || left.bottom > edge.bottom + SLACK;
      const scrolls = style.overflowY === 'auto' || style.overflowY === 'scroll';
      const shortened = style.textOverflow === 'ellipsis' && box.title !== '';
      if (cutAcross && !shortened) found.add(`${name(element)} is cut off at the side`);
      if (cutDown && !scrolls) found.add(`${name(element)} is cut off above or below`);
      left = meet(left, edge);
      if (empty(left)) return null;
      if (cutAcross && shortened && left.right - left.left < 24) found.add(`nothing is left of ${name(element)}`);
    }
    return left;
  }

  function inPage(rect, element) {
    if (rect.left < -SLACK || rect.right > wide + SLACK) found.add(`${name(element)} is beside the window`);
    if (rect.top + scrollY < -SLACK || rect.bottom + scrollY > tall + SLACK)
      found.add(`${name(element)} can’t be reached`);
  }

  /** Everything to read or to use: `{element, rect, control}`. */
  const things = [];
  function add(element, rect, control) {
    if (empty(rect)) return;
    const left = seen(rect, element);
    if (!left) return;
    inPage(left, element);
    things.push({ element, rect: left, control });
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const { currentNode: text } = walker;
    const element = text.parentElement;
    if (!text.data.trim() || element.closest('option, cg-container') || !visible(element)) continue;
    range.selectNodeContents(text);
    for (const { left, top, right, bottom, height } of range.getClientRects())
      // The letters themselves: lines may stand closer than their boxes are tall.
      add(element, { left, right, top: top + height * 0.2, bottom: bottom - height * 0.2 }, false);
  }
  for (const control of document.querySelectorAll(CONTROLS))
    if (visible(control)) for (const rect of control.getClientRects()) add(control, rect, true);

  // What stands in a field without being a text of the page.
  const pen = document.createElement('canvas').getContext('2d');
  for (const field of document.querySelectorAll('input, select')) {
    if (!visible(field)) continue;
    const style = getComputedStyle(field);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const list = field.tagName === 'SELECT';
    const said = list ? field.selectedOptions[0].text : field.value === '' ? field.placeholder : '';
    // A list's arrow takes some of the room.
    const arrow = list ? 20 : 0;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - arrow;
    if (pen.measureText(said).width > room + SLACK) found.add(`“${said}” is cut off in its field`);
  }

  /** Whether one is the other, or a part of it that one touches. */
  const together = (a, b) =>
    a.element === b.element ||
    (a.control && a.element.contains(b.element)) ||
    (b.control && b.element.contains(a.element));
  things.sort((a, b) => a.rect.top - b.rect.top);
  for (const [at, one] of things.entries()) {
    if (one.element.closest(COVERS)) continue;
    for (let next = at + 1; next < things.length && things[next].rect.top < one.rect.bottom; next++) {
      const other = things[next];
      if (other.element.closest(COVERS) || !overlaps(one.rect, other.rect)) continue;
      if (together(one, other)) continue;
      found.add(`${name(one.element)} and ${name(other.element)} overlap`);
    }
  }
  for (const [kind, selector] of [
    ['a board', BOARDS],
    ['a plate', PLATES],
  ])
    for (const box of document.querySelectorAll(selector)) {
      if (!visible(box)) continue;
      let rect = box.getBoundingClientRect();
      for (const { edge } of frames(box)) rect = meet(rect, edge);
      for (const { element, rect: its } of things)
        if (!box.contains(element) && !element.closest(COVERS) && overlaps(rect, its))
          found.add(`${name(element)} is under ${kind}`);
    }
  for (const { element, rect, control } of things) {
    const [x, y] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
    if (!control || y < 0 || y > high || x < 0 || x > wide) continue;
    const top = document.elementFromPoint(x, y);
    if (top && top !== element && !element.contains(top) && !top.closest('.promotion'))
      found.add(`${name(element)} is covered by ${top.id || top.className || top.tagName}`);
  }

  for (const scroller of document.querySelectorAll('*')) {
    if (scroller.scrollWidth <= scroller.clientWidth + SLACK || scroller.closest('cg-container')) continue;
    if (!visible(scroller)) continue;
    const { overflowX } = getComputedStyle(scroller);
    if (scroller === document.documentElement || overflowX === 'auto' || overflowX === 'scroll')
      found.add(`${scroller.id || scroller.tagName} scrolls sideways`);
  }
  for (const scroller of document.querySelectorAll('.moves, .events, .wall')) {
    if (visible(scroller) && scroller.scrollHeight > scroller.clientHeight + SLACK && scroller.clientHeight < 48)
      found.add(`${scroller.id} is too low to be read`);
  }

  for (const board of document.querySelectorAll(LARGE_BOARDS)) {
    if (!visible(board)) continue;
    const { left, top, right, bottom, width, height } = board.getBoundingClientRect();
    const [above, below] = [top + scrollY, bottom + scrollY];
    if (left < -SLACK || right > wide + SLACK || above < -SLACK || below > high + SLACK)
      found.add(`the board, ${Math.round(height)} px, ends ${Math.round(below)} px down and isn’t all in the window`);
    if (Math.abs(width - height) > SLACK) found.add('the board isn’t a square');
    if (width < Math.min(wide, high) * 0.4) found.add(`the board is but ${Math.round(width)} px`);
  }
  return [...found];
}

/** Windows of people and of halls. */
export const USUAL = [
  ...[[320, 568], [360, 740], [412, 915], [568, 320], [740, 360], [915, 412]],
  ...[[768, 1024], [820, 1180], [900, 600], [1000, 768], [1024, 768], [1180, 820]],
  ...[[1280, 625], [1280, 720], [1366, 768], [1920, 1080], [2560, 1440]],
];

/** Those, what lies between them, and both sides of where a layout changes. */
export const ALL = [
  ...USUAL,
  ...[[320, 480], [390, 844], [479, 700], [480, 320], [481, 420], [540, 720], [560, 560], [600, 960], [667, 375]],
  ...[[703, 800], [705, 640], [720, 590], [800, 661], [831, 700], [833, 630], [844, 390], [960, 540], [1024, 600]],
  ...[[1024, 1366], [1080, 900], [1100, 1000], [1151, 720], [1153, 599], [1153, 601], [1366, 1024], [1440, 900]],
  ...[[1600, 700], [1920, 500], [2200, 1300]],
];

const screens = new WeakMap();

/** One session for each page, kept as long as the page: one that ends resizes the window once more, at some later time. */
async function screenOf(page) {
  if (!screens.has(page)) screens.set(page, await page.context().newCDPSession(page));
  return screens.get(page);
}

/**
 * Resizes `page`, which is in the state `state`, through `sizes` and answers what is wrong, and at which sizes. With
 * `SIMULTAN_PICTURES`, a folder, it also keeps what the page looks like.
 */
export async function lookAt(page, state, sizes = USUAL) {
  const wrong = new Map();
  // Not by playwright's `setViewportSize`, which takes its time over each.
  const screen = await screenOf(page);
  const become = async (width, height) => {
    await screen.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    // The boards are fitted in the first frame after a resize and drawn in the second.
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
  };
  await page.bringToFront();
  for (const [width, height] of sizes) {
    await become(width, height);
    for (const fault of await page.evaluate(faults))
      wrong.set(fault, [...(wrong.get(fault) ?? []), `${width}×${height}`]);
    if (PICTURES) await picture(screen, `${state} ${width}×${height}`);
  }
  const { width, height } = page.viewportSize();
  await become(width, height);
  return [...wrong].map(([fault, where]) => `${state}: ${fault} at ${where.join(', ')}`);
}

const PICTURES = process.env.SIMULTAN_PICTURES;

/** Not by playwright's `screenshot` either, which first gives the window its old size back. */
async function picture(screen, name) {
  const { data } = await screen.send('Page.captureScreenshot');
  await writeFile(`${PICTURES}/${name.replaceAll(/[^\p{L}\d×]+/gu, '-')}.png`, data, 'base64');
}
