// The next move, chosen before the master's. It is meant for one position: it goes with whatever it stands on. Pure.

/** The moves of `game`, with the one that waits for an answer. */
const played = (game, pending) =>
  pending?.type === 'move' ? [...game.moves.slice(0, pending.ply - 1), pending.uci] : game.moves;

/** Two squares chosen in `game` while `pending` has no answer: the answer to the master's next move, and to no other. */
export function premove({ from, to }, game, pending) {
  const after = played(game, pending);
  const ply = (pending?.type === 'move' ? pending.ply : game.ply) + 2;
  return { from, to, ply, after };
}

const beginsWith = (moves, first) => first.every((uci, at) => moves[at] === uci);

/** Whether all that it stands on is on record. */
export const onRecord = ({ after }, game) => beginsWith(game.moves, after);

/** Whether it is still meant: its turn is yet to come, and what it stands on is on record or waits to be. */
export const stands = ({ ply, after }, game, pending) =>
  game.status === 'playing' && game.ply < ply && beginsWith(played(game, pending), after);

/** Whether it is this move's turn. */
export const due = ({ ply }, game) => game.ply + 1 === ply;
