// The wall of small boards: one card a board, drawn from the state, at most once a frame.

import { createCard } from './card.js';
import { inSight } from './sight.js';
import { seated } from './watch-state.js';

/** From here on, boards that are out of sight aren't in the page at all. */
const ALL_UP_TO = 100;

/**
 * The wall inside `list`, which scrolls with `wall` or, on narrow screens, with the page. `onPick(number)` when somebody
 * chooses a board, where one can. `waited(board)`, where it is given, says for how long a board has waited, to be shown with
 * it. `range(count)`, where it is given, says which of the boards are shown, whatever is in sight.
 */
export function createBoards(list, wall, { onPick, waited, range }) {
  /** The cards in the page, by board number. */
  const cards = new Map();
  let boards = [];
  /** The rows' geometry, measured once for each size of the wall. */
  let rows = null;
  let drawn = { trail: [] };

  function measure() {
    const style = getComputedStyle(list);
    const card = list.firstElementChild;
    rows = {
      columns: style.gridTemplateColumns.split(' ').length,
      rowHeight: card.offsetHeight + parseFloat(style.rowGap),
    };
  }

  function sight() {
    if (range) return { ...range(boards.length), before: 0, after: 0 };
    if (boards.length <= ALL_UP_TO) return { from: 0, to: boards.length, before: 0, after: 0 };
    if (rows === null) measure();
    const scrolls = getComputedStyle(wall).overflowY !== 'visible';
    const [edge, height] = scrolls ? [wall.getBoundingClientRect().top, wall.clientHeight] : [0, innerHeight];
    return inSight({ ...rows, count: boards.length, top: edge - list.getBoundingClientRect().top, height });
  }

  /** Puts exactly these boards' cards into the page, in order. */
  function hang(shown, { before, after }) {
    const wanted = new Set(shown.map(board => board.board));
    let changed = false;
    for (const [number, card] of cards) {
      if (wanted.has(number)) continue;
      card.remove();
      cards.delete(number);
      changed = true;
    }
    for (const board of shown) {
      if (cards.has(board.board)) continue;
      cards.set(board.board, createCard(board, { onPick, waited }));
      changed = true;
    }
    if (changed) list.replaceChildren(...shown.map(board => cards.get(board.board).element));
    list.style.paddingTop = `${before}px`;
    list.style.paddingBottom = `${after}px`;
  }

  return {
    /** Brings the wall to `state`; `pinned` is the board that the reader has chosen. */
    draw(state, pinned) {
      boards = seated(state);
      // The first card tells how large all are.
      if (!range && boards.length > ALL_UP_TO && cards.size === 0) hang(boards.slice(0, 1), { before: 0, after: 0 });
      const seen = sight();
      const shown = boards.slice(seen.from, seen.to);
      hang(shown, seen);
      // A visit concerns the boards on the trail and a choice the boards chosen; all others wait for their own events.
      const touched = new Set([...state.trail, ...drawn.trail, pinned, drawn.pinned, drawn.master]);
      const all = state.status !== drawn.status || state.closed !== drawn.closed;
      for (const board of shown) cards.get(board.board).draw(board, state, pinned, all || touched.has(board.board));
      drawn = { pinned, trail: state.trail, status: state.status, closed: state.closed, master: state.master.board };
    },

    /** The cards have another size: measure anew. */
    resized: () => (rows = null),

    /** Lets the running clocks go on, for the boards in the page. */
    tick(now) {
      for (const card of cards.values()) card.tick(now);
    },

    elementOf: number => cards.get(number)?.element ?? null,

    /** Where a board hangs within the wall, whether it is in the page or not. */
    placeOf(number) {
      const element = cards.get(number)?.element;
      if (element) return { top: element.offsetTop, bottom: element.offsetTop + element.offsetHeight };
      const at = boards.findIndex(board => board.board === number);
      if (at < 0 || rows === null) return null;
      const top = Math.floor(at / rows.columns) * rows.rowHeight;
      return { top, bottom: top + rows.rowHeight };
    },
  };
}
