// Whether a free seat can be taken: before the start, and where it was settled so for some rounds after it.

/** `exhibition` is a snapshot, or what has been folded from one. */
export function takesPlayers({ status, late_rounds: lateRounds = 0, walk, closed, last_round, lastRound = last_round }) {
  if (status === 'open') return true;
  return status === 'running' && !closed && !lastRound && (walk?.rounds ?? 0) < lateRounds;
}
