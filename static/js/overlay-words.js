// What the overlay says. No DOM, so that the tests can read it.

import { formatElapsed } from './clock.js';
import { moveNumber } from './notation.js';
import { count, masterPoints, opponentPoints, points, resultForSpectator, who } from './words.js';

/** `12…Nf6`, or how the game ended. */
export function lastMove(board, master) {
  if (!board.result) return board.san ? `${moveNumber(board.fen)}${board.san}` : '';
  const text = resultForSpectator(board, board.result, board.termination, master);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The score, and how many games go on. */
export function scoreLine({ master, score, status }) {
  const line = `${master.name} ${points(masterPoints(score))} : ${points(opponentPoints(score))} opponents`;
  return status === 'running' && score.playing > 0 ? `${line} · ${count(score.playing, 'game')} going on` : line;
}

/** Where the master goes next, as far as one can see. */
export const nextLine = board => (board ? `Next: board ${board.board}, ${who(board.name)}` : '');

/** What is special just now; nothing while the games go on as they should. */
export function statusLine({ name, status, startsAt, announcement, paused, lastRound }, taken, seats, elapsed) {
  if (status === 'finished') return elapsed === null ? `${name} is over.` : `${name} is over after ${formatElapsed(elapsed)}.`;
  if (announcement) return announcement;
  if (status === 'open') {
    const at = startsAt ? ` at ${new Date(startsAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })}` : ' soon';
    return `${name} begins${at}. ${taken} of ${count(seats, 'seat')} taken.`;
  }
  if (paused) return 'A short break';
  return lastRound ? 'The last round' : '';
}
