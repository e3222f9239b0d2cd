// In which order the walk goes to boards that wait, as far as everybody can see it. Pure.

import { expects, seated } from './watch-state.js';

/**
 * When the flag of whoever is to move would fall, by this page's clock, as if there were no break; where no clock has run
 * yet that board comes first.
 */
const flagAt = ({ clock, heardAt, ply, turn }) => (clock && ply > 0 ? heardAt + clock[`${turn}_ms`] : 0);

/** Sorts boards that wait, which stand in the order of the seats, by who comes first in a walk of this `mode`. */
export function sortByWalk(waiting, mode) {
  if (mode === 'ready-first') waiting.sort((a, b) => a.waits_since - b.waits_since);
  if (mode === 'urgent-first') waiting.sort((a, b) => flagAt(a) - flagAt(b));
}

/**
 * The board that the walk goes to from where the master stands, if nothing changes meanwhile; null where nobody else
 * waits. The walk itself decides only when the master leaves.
 */
export function nextVisit(state) {
  if (state.status !== 'running') return null;
  const { mode } = state.walk;
  const others = seated(state).filter(board => expects(state, board) && board.board !== state.master.board);
  sortByWalk(others, mode);
  const beyond = board => board.board > (state.lastVisited ?? 0);
  return (mode === 'in-turn' && others.find(beyond)) || (others[0] ?? null);
}
