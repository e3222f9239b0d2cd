// The large board: the one where the master stands, or the one that the reader has chosen.

import { Chessground } from '/static/vendor/chessground/chessground.min.js';
import { gamePgn } from './address.js';
import { boardConfig, MOTION, VIEW_ONLY } from './board-look.js';
import { formatClock, remaining } from './clock.js';
import { byId, setAttribute, setName, setTag, setText } from './dom.js';
import { createMoveList } from './move-list.js';
import { moveNumber } from './notation.js';
import { opposite, turnOf } from './position.js';
import { resultForSpectator, variantTag, who } from './words.js';

/** `onFollow()` when the reader wants to follow the master; `replay` steps through the game shown. */
export function createFollow({ onFollow, onPin, replay }) {
  const ground = Chessground(byId('follow-board'), { ...VIEW_ONLY, coordinates: true, animation: MOTION });
  const moveList = createMoveList(byId('follow-moves'), { onPick: ply => replay.goTo(ply) });
  let drawn = {};

  byId('follow-master').addEventListener('click', onFollow);
  byId('follow-pin').addEventListener('click', onPin);
  byId('replay-first').addEventListener('click', () => replay.goTo(0));
  byId('replay-back').addEventListener('click', () => replay.step(-1));
  byId('replay-forward').addEventListener('click', () => replay.step(1));
  byId('replay-last').addEventListener('click', () => replay.goTo(Infinity));
  addEventListener('keydown', event => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || !replay.moves() || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest('input, select, textarea, [role=dialog]')) return;
    event.preventDefault();
    replay.step(steps[event.key]);
  });

  function drawBoard(board, position) {
    const shown = position ?? board;
    const config = boardConfig({ ...shown, turn: turnOf(shown.fen) });
    // Pieces must not fly from one game's position to another's.
    const sameGame = drawn.board?.board === board.board;
    ground.set({ ...config, orientation: opposite(board.color), animation: { enabled: sameGame && MOTION.enabled } });
  }

  function drawClocks(board, clock, elapsed) {
    for (const [side, color] of [
      ['theirs', board.color],
      ['master', opposite(board.color)],
    ]) {
      const element = byId(`follow-clock-${side}`);
      setText(element, clock ? formatClock(remaining(clock, color, elapsed)) : '');
      element.classList.toggle('running', clock?.running === color);
    }
  }

  function drawMoves(state, board, pinned, position) {
    const moves = pinned ? replay.moves() : null;
    byId('follow-replay').hidden = !moves;
    if (moves) moveList.draw(moves, replay.ply(), replay.initialFen());
    setText(byId('follow-latest'), latest(state, board, moves));
    setText(byId('follow-note'), note(state, board));
    byId('replay-back').disabled = byId('replay-first').disabled = replay.ply() === 0;
    byId('replay-forward').disabled = byId('replay-last').disabled = !position;
  }

  return {
    /** Shows `board` of `state`. */
    draw(state, board, pinned) {
      const position = pinned ? replay.position() : null;
      if (drawn.board !== board || drawn.position?.fen !== position?.fen) drawBoard(board, position);
      setText(byId('follow-number'), `Board ${board.board}`);
      setName(byId('follow-name'), who(board.name));
      byId('follow-bot').hidden = !board.bot;
      setTag(byId('follow-variant'), variantTag(board.variant));
      setName(byId('follow-master-name'), state.master.name);
      setAttribute(byId('follow-master'), 'aria-pressed', String(!pinned));
      setAttribute(byId('follow-pin'), 'aria-pressed', String(pinned));
      byId('follow-switch').hidden = state.status === 'finished';
      setText(byId('follow-pin'), `Board ${board.board}`);
      setAttribute(byId('follow'), 'data-here', state.master.board === board.board ? 'true' : null);
      setAttribute(byId('follow-pgn'), 'href', gamePgn(state.id, board.board));
      drawClocks(board, position ? frozen(position.clock) : board.clock, 0);
      drawMoves(state, board, pinned, position);
      drawn = { board, position };
    },

    /** Lets the running clock go on. */
    tick(now) {
      const { board, position } = drawn;
      if (board?.clock?.running && !position) drawClocks(board, board.clock, now - board.heardAt);
    },
  };
}

const frozen = clock => clock && { ...clock, running: null };
const capital = text => text.charAt(0).toUpperCase() + text.slice(1);

/** The end of the game, or else its last move where the list of all of them isn't shown. */
function latest(state, board, moves) {
  if (board.result) return capital(resultForSpectator(board, board.result, board.termination, state.master.name));
  return board.san && !moves ? `${moveNumber(board.fen)}${board.san}` : '';
}

function note(state, board) {
  if (state.master.board === board.board) return 'Master here';
  if (board.draw_offer) return board.draw_offer === board.color ? 'Offers a draw' : 'The master offers a draw';
  if (board.status !== 'playing') return '';
  return board.turn === board.color ? 'Thinking' : 'Waiting for the master';
}
