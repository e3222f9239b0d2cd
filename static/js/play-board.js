// The player's board: chessground in, moves as UCI out. It decides nothing about the game.

import { Chessground } from '/static/vendor/chessground/chessground.min.js';
import { MOTION, NO_DRAWING } from './board-look.js';
import { byId } from './dom.js';
import { destinations, givesCheck, movesBetween, opposite, squaresOf } from './position.js';
import { canMove, pendingMove } from './play-state.js';
import { askPromotion } from './promotion.js';

const ROLES = { q: 'queen', r: 'rook', b: 'bishop', n: 'knight' };

/** `onMove(uci)` for a move on the board; `onPremove()` when the premove changes. */
export function createPlayBoard({ onMove, onPremove }) {
  let state = null;
  /** What the board shows: `game`, `pending`, `mine` and `review` of the last drawing. */
  let shown = { review: null };
  /** The piece chosen for a premoved promotion. */
  let premoveRole = null;

  const ground = Chessground(byId('board'), {
    drawable: NO_DRAWING,
    animation: MOTION,
    movable: { free: false, color: undefined, events: { after: moved } },
    premovable: { enabled: true, events: { set: premoved, unset: () => onPremove(null) } },
  });

  async function moved(from, to, { premove }) {
    const { legal_moves, legal_san } = state.game;
    const moves = movesBetween(from, to, legal_moves, legal_san);
    const { ply } = state.game;
    let uci = moves[0];
    if (moves.length > 1) {
      const role = premove && premoveRole ? premoveRole : await askPromotion(byId('promotion'), state.seat.color);
      uci = moves.find(move => move[4] === role);
    }
    // Refused, or the game went on while the reader chose.
    if (!uci || !canMove(state) || state.game.ply !== ply || !state.game.legal_moves.includes(uci)) return draw(state, null, true);
    show(uci);
    shown.pending = uci;
    onMove(uci);
  }

  /** The pawn on the last rank becomes what it was promoted to, before the server has answered. */
  function show(uci) {
    if (uci[4])
      ground.setPieces(new Map([[uci.slice(2, 4), { role: ROLES[uci[4]], color: state.seat.color, promoted: true }]]));
  }

  async function premoved(from, to) {
    premoveRole = null;
    onPremove({ from, to });
    const pawn = ground.state.pieces.get(to)?.role === 'pawn' || ground.state.pieces.get(from)?.role === 'pawn';
    if (pawn && (to[1] === '8' || to[1] === '1')) {
      const role = await askPromotion(byId('promotion'), state.seat.color);
      if (role) premoveRole = role;
      else ground.cancelPremove();
    }
  }

  function draw(next, review, force = false) {
    const { game, seat } = next;
    state = next;
    const uci = pendingMove(next);
    byId('board').classList.toggle('pending', uci !== null && !review);
    byId('board').classList.toggle('reviewing', review !== null);
    const playing = game.status === 'playing' && !review;
    const mine = playing && canMove(next);
    const same = shown.game === game && shown.pending === uci && shown.mine === mine;
    if (!force && same && samePosition(shown.review, review)) return;
    const before = shown;
    shown = { game, pending: uci, mine, review };
    // This player's own move is on the board already; setting the position again would move the piece twice.
    if (!force && uci !== null && before.pending === uci && before.game === game && !before.review && !review) return;

    const at = review ?? { fen: game.fen, uci: game.moves.at(-1), san: game.san.at(-1), turn: game.turn };
    ground.set({
      fen: at.fen,
      orientation: seat.color,
      turnColor: at.turn,
      lastMove: squaresOf(at.uci),
      check: givesCheck(at.san),
      movable: {
        color: playing ? seat.color : undefined,
        dests: mine ? destinations(game.legal_moves, game.legal_san, game.variant) : new Map(),
      },
      premovable: { enabled: playing },
    });
    if (!playing) ground.cancelPremove();
    if (uci !== null && !review) {
      ground.move(uci.slice(0, 2), uci.slice(2, 4));
      show(uci);
      ground.set({ turnColor: opposite(seat.color) });
    }
  }

  return {
    draw,
    /** Plays the premove if there is one and it has become legal. */
    playPremove: () => ground.playPremove(),
    cancelPremove: () => ground.cancelMove(),
    /** Sets a premove by its squares, for those who type; tells whether that was possible. */
    premove(from, to) {
      ground.cancelMove();
      ground.selectSquare(from, true);
      ground.selectSquare(to);
      return Boolean(ground.state.premovable.current);
    },
    askPromotion: () => askPromotion(byId('promotion'), state.seat.color),
  };
}

const samePosition = (a, b) => a === b || (a && b && a.ply === b.ply && a.fen === b.fen);
