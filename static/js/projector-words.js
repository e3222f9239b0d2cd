// What the hall's wall says. No DOM, so that the tests can read it.

import { formatDuration } from './clock.js';
import { count, masterPoints, opponentPoints, points, printedResult, who } from './words.js';

export const LABELS = {
  'score-title': 'Score',
  'full-screen': 'Full screen',
  'gathering-title': 'Take a seat',
  'gathering-how': 'Point a phone’s camera here, or type',
  'outcome-title': 'The final score',
  'last-round': 'Last round',
};

export const OPPONENTS = 'Opponents';
export const CONNECTION_LOST = 'Connection lost. Trying again…';
export const ONLY_THIS_MACHINE =
  'Other machines can’t reach this server: it has been started for this machine alone.';

/** `Page 2 of 5`, short. */
export const pageOf = (page, pages) => `${page + 1} / ${pages}`;

/** Who will play. */
export const invites = master => `${master} plays everybody at once.`;

/** Who plays whom. */
export const against = (master, opponents) => `${master} against ${count(opponents, 'opponent')}`;

/** Where the master is. */
export const whereabouts = board => (board ? `Board ${board.board} · ${who(board.name)}` : '–');

/** What stands over the figures, and the figures. */
export const FIGURES = { where: 'The master is at', round: 'Round', visits: 'Visits', elapsed: 'Playing for' };

/** How many have sat down. */
export const seatsTaken = (taken, seats) => `${taken} of ${count(seats, 'seat')} taken`;

/** Those who have no room on the screen. */
export const andMore = number => `and ${number} more`;

/** When it begins: at the time set, or as soon as everybody is there. */
export function beginning(startsAt, nowDate, full) {
  if (startsAt === null || startsAt === undefined) return full ? 'It is about to begin.' : 'It begins when all seats are taken, or when the organiser says so.';
  const at = new Date(startsAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  const left = startsAt - nowDate;
  // Far away the time of day says enough.
  return left <= 0 || left > 3_600_000 ? `It begins at ${at}.` : `It begins at ${at}, in ${formatDuration(Math.ceil(left / 60_000) * 60_000)}.`;
}

/** Nothing goes on, and why. */
export const breakSentence = by =>
  by === 'connection' ? 'The master’s connection is lost. All clocks stand still.' : 'A short break. All clocks stand still.';

/** For latecomers, while seats are free. */
export const freeSeats = (free, address) => `${count(free, 'free seat')}: ${address}`;

/** The score as the hall reads it. */
export const scoreOf = score => ({ master: points(masterPoints(score)), opponents: points(opponentPoints(score)) });

/** Wins, draws and losses, as the master's. */
export const scoreWords = ({ wins, draws, losses }) =>
  [count(wins, 'win'), count(draws, 'draw'), count(losses, 'loss', 'losses')].join(' · ');

/** What an opponent who did not lose has made. */
export const heldOut = board => `${who(board.name)} ${printedResult(board.result)}`;

/** Over the names of those who did not lose. */
export const HELD_OUT = { none: 'Nobody has taken a point from the master.', some: 'Points against the master' };

/** How long it took. */
export const lasted = ms => `It took ${formatDuration(ms)}.`;
