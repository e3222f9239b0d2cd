// What everybody is told in the course of an evening. No DOM, so that the tests can read it.

import { formatDuration, formatElapsed } from './clock.js';

/** A time of day as one says it; with the date where that is another day than `now`. Both are Unix milliseconds. */
export function timeOfDay(at, now) {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const day = sameDay ? {} : { weekday: 'short', day: 'numeric', month: 'short' };
  return new Date(at).toLocaleString(undefined, { ...day, hour: '2-digit', minute: '2-digit' });
}

/** When it begins by itself. */
export const whenItBegins = (startsAt, now) =>
  startsAt > now ? `It begins at ${timeOfDay(startsAt, now)}.` : 'It is about to begin.';

export const LAST_ROUND = {
  all: 'Last round: the master comes to every board once more.',
  due: 'Last round: the master comes to you once more.',
  here: 'Last round: this is the master’s last visit to you.',
  met: 'Last round: the master has been at your board for the last time.',
};

/** The visit of all visits that ends them. */
export const THE_LAST_VISIT = 'This is the last visit of all. After it the organiser settles what is left.';

export const CLOSED = 'The master comes to nobody any more. The clocks stand still, and the organiser settles what is left.';

/** The seconds before the start, for the eye. */
const countdown = left => (left > 0 && left < 3_600_000 ? formatElapsed(Math.ceil(left / 1_000) * 1_000) : null);

/**
 * What is to be read at `now`, line by line, as `{kind, text, countdown}`: of the organiser's `text`, of the last round as
 * `lastRound` names it above, of when visits end (`closesAt`), that they have ended (`closed`), and of the start
 * (`startsAt`). Each is null or false where there is nothing to say of it; dates are Unix milliseconds.
 */
export function bulletin({ text = null, lastRound = null, closesAt = null, closed = false, startsAt = null }, now) {
  const lines = [];
  if (startsAt !== null)
    lines.push({
      kind: 'start',
      text: startsAt > now ? `${whenItBegins(startsAt, now).slice(0, -1)}: please be at your board.` : whenItBegins(startsAt, now),
      countdown: countdown(startsAt - now),
    });
  if (closed) lines.push({ kind: 'closed', text: CLOSED });
  else if (lastRound) lines.push({ kind: 'last-round', text: LAST_ROUND[lastRound] });
  if (closesAt !== null && !closed) lines.push({ kind: 'closing', text: `No more visits after ${timeOfDay(closesAt, now)}.` });
  if (text) lines.push({ kind: 'text', text });
  return lines;
}

/** Who speaks. */
export const FROM_THE_ORGANISER = 'The organiser says:';

/** An announcement in the list of events, or read out: what is new in it. */
export function announcedSentence({ text, lastRound, left, startsAt }, now) {
  const parts = [];
  if (text) parts.push(`Announced: ${text}`);
  if (lastRound) parts.push(LAST_ROUND.all);
  if (typeof left === 'number') parts.push(`No more visits in ${formatDuration(Math.round(left / 60_000) * 60_000)}.`);
  if (startsAt) parts.push(now === undefined ? 'It begins soon: please be at your boards.' : whenItBegins(startsAt, now));
  return parts.join(' ');
}

/** A player's name was corrected. */
export const renamedSentence = name => `The organiser has corrected your name: “${name}”.`;

/** A player has another board. */
export const reseatedSentence = board => `The organiser has given you another place: board ${board}.`;
