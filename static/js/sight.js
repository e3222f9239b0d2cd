// Which boards of a long wall are in sight. Pure arithmetic: with a thousand boards, only these are in the page.

/** Rows kept ready above and below what is in sight, so that scrolling finds them drawn. */
const SPARE_ROWS = 2;

/**
 * Of `count` boards in rows of `columns`, `rowHeight` pixels each, those between `top` and `top + height`: the range
 * `from` to `to`, and the room that the rows before and after it would take.
 */
export function inSight({ count, columns, rowHeight, top, height }) {
  const rows = Math.ceil(count / columns);
  const clamp = row => Math.max(0, Math.min(rows, row));
  const first = clamp(Math.floor(top / rowHeight) - SPARE_ROWS);
  const last = clamp(Math.ceil((top + height) / rowHeight) + SPARE_ROWS);
  return {
    from: Math.min(count, first * columns),
    to: Math.min(count, last * columns),
    before: first * rowHeight,
    after: (rows - last) * rowHeight,
  };
}
