// What everybody was told, as whoever watches all boards reads it. Pure.

import { timeNow } from './watch-state.js';

/** So long before the end of the visits it stands in the band. */
const CLOSING_MS = 15 * 60_000;
/** So long before the start everybody is asked to be there. */
const STARTING_MS = 5 * 60_000;

/** What `bulletin` in evening-words.js needs to know, at local time `now` and Unix time `date`. */
export function toldToAll(state, now, date) {
  const { status, announcement, closed, closesMs, lastRound, startsAt } = state;
  if (status === 'finished') return {};
  const left = closesMs === null ? Infinity : closesMs - timeNow(state, now);
  const starting = status === 'open' && startsAt !== null && startsAt - date <= STARTING_MS;
  return {
    text: announcement,
    lastRound: lastRound ? 'all' : null,
    closed,
    closesAt: status === 'running' && left <= CLOSING_MS ? date + left : null,
    startsAt: starting ? startsAt : null,
  };
}
