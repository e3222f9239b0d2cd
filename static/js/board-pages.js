// More boards than fit onto a screen: how many a page has, and which page comes next. Pure.

import { fitBoards } from './fit.js';

/**
 * How `count` boards are shown in `width` × `height`, each with `caption` pixels of text and `gap` around it, none under
 * `smallest` where there is room for that: `pages`, of `perPage` boards in `columns`, each `size` pixels wide. Pages have
 * as many boards as each other, and rows too, but for what is left for the last.
 */
export function layOut(count, { width, height, caption, gap, smallest }) {
  const least = Math.floor(smallest / 8) * 8;
  const across = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const down = Math.max(1, Math.floor((height + gap) / (least + caption + gap)));
  const pages = Math.max(1, Math.ceil(count / (across * down)));
  const perPage = Math.max(1, Math.ceil(count / pages));
  const size = fitBoards(perPage, { width, height, caption, gap, smallest: least, largest: Infinity });
  const rows = Math.ceil(perPage / Math.max(1, Math.floor((width + gap) / (size + gap))));
  return { pages, perPage, size, columns: Math.ceil(perPage / rows) };
}

/**
 * The page after `page`, where `other` was the last one shown that was not the master's: `{page, other}`. Every second one
 * is the master's (`masters`, or `null`), those between are the others in order, leaving out what `worth` says no to.
 */
export function nextPage({ page, other }, { pages, masters, worth = () => true }) {
  if (masters !== null && page !== masters) return { page: masters, other: page };
  for (let step = 1; step <= pages; step++) {
    const next = (other + step) % pages;
    if (next !== masters && worth(next)) return { page: next, other: next };
  }
  return { page: masters ?? page, other };
}
