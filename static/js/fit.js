// How large the small boards may be so that all of them fit. Pure geometry.

/**
 * The largest board, in pixels, with which `count` boards fit into `width` × `height`, each with `caption` pixels of
 * text and `gap` around it; never under `smallest` (then the wall scrolls) nor over `largest`. Multiples of eight, so
 * that squares are whole pixels.
 */
export function fitBoards(count, { width, height, caption, gap, smallest = 88, largest = 240 }) {
  let best = smallest;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const across = (width - (columns - 1) * gap) / columns;
    const down = (height - (rows - 1) * gap) / rows - caption;
    best = Math.max(best, Math.min(across, down));
  }
  return Math.floor(Math.min(best, largest) / 8) * 8;
}
