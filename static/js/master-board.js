// The master's large board. From one board to the next nothing slides: it is another game.

import { Chessground } from '/static/vendor/chessground/chessground.min.js';
import { boardConfig, MOTION, NO_DRAWING } from './board-look.js';
import { byId } from './dom.js';
import { destinations, movesBetween, opposite } from './position.js';
import { askPromotion } from './promotion.js';

/** `onMove(uci)` when a move was made by hand. */
export function createMasterBoard({ onMove }) {
  let drawn = {};
  const ground = Chessground(byId('board'), {
    coordinates: true,
    animation: MOTION,
    drawable: NO_DRAWING,
    premovable: { enabled: false },
    movable: { free: false, showDests: true, rookCastle: true, events: { after: moved } },
  });

  async function moved(from, to) {
    const { choices, color } = drawn;
    const moves = choices ? movesBetween(from, to, choices.legal_moves, choices.legal_san) : [];
    let uci = moves[0];
    if (moves.length > 1) {
      const role = await askPromotion(byId('promotion'), color);
      uci = moves.find(move => move[4] === role);
    }
    // Thought better of, or the walk went on meanwhile.
    if (!uci || drawn.choices !== choices) return draw(drawn.board, drawn.choices, null, true);
    onMove(uci);
  }

  /** Shows `board`, where the moves of `choices` are possible, or `pending` has been made. */
  function draw(board, choices, pending, force = false) {
    const before = drawn;
    const color = opposite(board.color);
    drawn = { board, choices, pending, color };
    const same = before.board?.board === board.board;
    if (!force && same && before.board.fen === board.fen && before.choices === choices && before.pending === pending)
      return;
    byId('board').classList.toggle('pending', pending !== null);
    const other = !same || before.board.fen !== board.fen;
    if (pending && !other && !force) {
      ground.move(pending.slice(0, 2), pending.slice(2, 4));
      ground.set({ movable: { color: undefined, dests: new Map() } });
      return;
    }
    ground.set({
      ...boardConfig(board),
      orientation: color,
      animation: { ...MOTION, enabled: MOTION.enabled && same },
      movable: {
        color: choices ? color : undefined,
        dests: choices ? destinations(choices.legal_moves, choices.legal_san, board.variant) : new Map(),
      },
    });
    if (!same) ground.cancelMove();
    if (pending) ground.move(pending.slice(0, 2), pending.slice(2, 4));
  }

  return { draw, askPromotion: () => askPromotion(byId('promotion'), drawn.color) };
}
