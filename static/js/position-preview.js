// A small board beside a FEN that somebody types: do the pieces stand where they should?

import { VIEW_ONLY } from './board-look.js';
import { h } from './dom.js';
import { PREVIEW } from './settings-words.js';

/** Whether this may be a FEN: eight ranks of eight squares. */
export function hasPlacement(text) {
  const ranks = text.trim().split(' ')[0].split('/');
  const width = rank => [...rank].reduce((sum, sign) => sum + (/[1-8]/.test(sign) ? Number(sign) : 1), 0);
  return ranks.length === 8 && ranks.every(rank => /^[1-8pnbrqk]+$/i.test(rank) && width(rank) === 8);
}

/** The board, hidden until `show(fen)` has something to show. Chessground comes when it is needed first. */
export function createPositionPreview() {
  const square = h('div', { class: 'preview-board' });
  const element = h('div', { class: 'preview', role: 'img', 'aria-label': PREVIEW, hidden: true }, square);
  let ground = null;
  let wanted = '';

  async function show(fen) {
    wanted = fen;
    element.hidden = !hasPlacement(fen);
    if (element.hidden) return;
    const { Chessground } = await import('/static/vendor/chessground/chessground.min.js');
    // Somebody types faster than a file comes.
    if (wanted !== fen) return;
    if (ground) ground.set({ fen });
    else ground = Chessground(square, { ...VIEW_ONLY, animation: { enabled: false }, fen });
    ground.redrawAll();
  }

  return { element, show };
}
