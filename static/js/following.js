// Which board to show large to whoever follows the master.

import { now } from './clock.js';
import { boardOf } from './watch-state.js';

/** How long a move on the large board stays in view before the board follows the master to the next one. */
const LINGER_MS = 700;

/** `onChange()` when it is time to go on to another board. */
export function createFollowing(onChange) {
  /** The board shown, when the master moved on it last, and when to go on to where the master is now. */
  let followed = null;
  let movedAt = -Infinity;
  let leaveAt = null;

  /** The board to show next: the master's, once the last move on the board shown has been in view for a moment. */
  function next(stands) {
    if (stands === followed || stands === null || followed === null) {
      if (leaveAt < now()) leaveAt = null;
      return stands ?? followed;
    }
    // Set when the master leaves, and not put off by a return meanwhile: a fast master comes back all the time.
    leaveAt ??= movedAt + LINGER_MS;
    const wait = leaveAt - now();
    if (wait > 0) {
      setTimeout(onChange, wait);
      return followed;
    }
    leaveAt = null;
    return stands;
  }

  return {
    /** Takes notice of a message that has led to `state`. */
    hear(message, state) {
      if (message.type !== 'moved' || message.board !== followed) return;
      if (message.turn === boardOf(state, message.board)?.color) movedAt = now();
    },

    /** The board to show while the master stands at board `stands`, or nowhere (`null`). */
    board(state, stands) {
      followed = next(stands);
      return boardOf(state, followed);
    },
  };
}
