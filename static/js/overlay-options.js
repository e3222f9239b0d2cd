// What the overlay's address asks for: `?parts=board,names&size=480`. Whatever makes no sense there is as if it weren't. Pure.

/** Everything that can be shown, in the order in which it is. */
export const PARTS = ['status', 'names', 'board', 'clock', 'move', 'score', 'next'];

const USUAL_PARTS = ['status', 'names', 'board', 'clock', 'move', 'score'];
const SIZE = { usual: 480, least: 120, most: 2160 };
const TEXT = { usual: 100, least: 50, most: 400 };
const DELAY = { usual: 0, least: 0, most: 1_800 };
const BOARD = { usual: null, least: 1, most: 10_000 };

/** A number as near to the one asked for as possible. */
function number(text, { usual, least, most }) {
  const asked = text === null || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(asked) ? Math.min(most, Math.max(least, asked)) : usual;
}

const oneOf = (text, [usual, ...others]) => (others.includes(text) ? text : usual);

/**
 * The wishes in an address's query: `parts` (a set), `size` (the board's width in pixels), `text` (the letters' size, 1 as
 * usual), `align`, `theme` (the letters' colour), `delayMs`, and `board`: the one to stay with, or `null` to follow the master.
 */
export function overlayOptions(search) {
  const query = new URLSearchParams(search);
  const asked = (query.get('parts') ?? '').split(',').map(part => part.trim().toLowerCase());
  const known = PARTS.filter(part => asked.includes(part));
  const board = number(query.get('board'), BOARD);
  return {
    parts: new Set(known.length > 0 ? known : USUAL_PARTS),
    size: Math.round(number(query.get('size'), SIZE)),
    text: number(query.get('text'), TEXT) / 100,
    align: oneOf(query.get('align'), ['left', 'center', 'right']),
    theme: oneOf(query.get('theme'), ['light', 'dark']),
    delayMs: Math.round(number(query.get('delay'), DELAY) * 1_000),
    board: board === null ? null : Math.round(board),
  };
}
