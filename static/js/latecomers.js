// Whether a free seat can be taken: before the start, and where it was settled so for some rounds after it.

/** `exhibition` is a snapshot, or what has been folded from one. */
export const takesPlayers = ({ status, late_rounds: lateRounds = 0, walk }) =>
  status === 'open' || (status === 'running' && (walk?.rounds ?? 0) < lateRounds);
