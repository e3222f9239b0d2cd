// What all boards have in common.

import { givesCheck, squaresOf } from './position.js';

/** No drawing on boards: chessground's drawings need inline styles, which these pages don't allow. */
export const NO_DRAWING = { enabled: false, visible: false };

/** How pieces move, or don't, for those who asked their system for less motion. */
export const MOTION = { enabled: !matchMedia('(prefers-reduced-motion: reduce)').matches, duration: 220 };

/** A board to look at. */
export const VIEW_ONLY = { viewOnly: true, coordinates: false, drawable: NO_DRAWING };

/** What a board shows of a game: `{fen, turn, last_move, san}`. */
export const boardConfig = ({ fen, turn, last_move, san }) => ({
  fen,
  turnColor: turn,
  lastMove: squaresOf(last_move),
  check: givesCheck(san),
});
