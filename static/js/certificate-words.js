// What a certificate says. No DOM, so that the tests can read it.

import { COLORS, ENDINGS, movesOf } from './results-words.js';
import { count, outcomeFor, printedResult } from './words.js';

/** What stands there whatever the game was. */
export const CERTIFICATE = {
  lost: 'Connection lost. Trying again…',
  loading: 'Loading the certificate…',
  results: 'All results',
  print: 'Print',
  heading: 'Certificate',
  signatureMaster: 'The master',
  signatureOrganiser: 'The organiser',
};

/** From here on a game was a long one. */
const LONG_GAME = 20;

/** The document's title, which a browser makes the name of the printed file. */
export const certificateTitle = (name, exhibition) => `Certificate for ${name}, ${exhibition}`;

/** What the opponent has done, in words: true, and something to be proud of whatever the result. */
export function deed({ color, result, plies }, master) {
  const moves = count(movesOf(plies), 'move');
  switch (outcomeFor(color, result)) {
    case 'win':
      return plies > 0 ? `beat ${master} in ${moves}` : `won against ${master}`;
    case 'draw':
      return plies > 0 ? `held ${master} to a draw in ${moves}` : `drew with ${master}`;
    case 'loss':
      if (plies === 0) return `sat down against ${master}`;
      return movesOf(plies) >= LONG_GAME ? `stood up to ${master} for ${moves}` : `played ${master} in a game of ${moves}`;
    default:
      return `sat down against ${master}`;
  }
}

/** What this board has beyond that, in the whole exhibition; null where it is like others. */
export function honour(results, board) {
  if (results.status !== 'finished' || results.boards.length < 2) return null;
  const honours = [
    [results.first_to_win, 'the first to win that evening'],
    [results.last_to_stand, 'the last to stand that evening'],
    [results.longest_fight, 'the longest fight of the evening'],
    [results.dearest, 'the board that cost the master the most time'],
  ];
  return honours.find(([number]) => number === board)?.[1] ?? null;
}

/** Both players, White first. */
export const sides = ({ name, color }, master) => (color === 'white' ? [name, master] : [master, name]).join(' – ');

/** What came of it, and how. */
export const outcome = ({ result, termination }) => [printedResult(result), ENDINGS[termination]].filter(Boolean).join(', ');

/** Under the diagram. */
export const lastMove = (number, san) => (san === null ? 'Not a move was played' : `Final position, after ${number}${san}`);

/** Which board, of how many, and when. */
export const place = (board, boards, date) => [`Board ${board} of ${boards}`, date].filter(Boolean).join(' · ');

/** There is no such game. */
export const NO_SUCH_GAME = 'Nobody sits at this board.';

/** The certificate is written when the game is over. */
export const NOT_OVER = 'This game isn’t over yet. The certificate is here once it is.';

const ROLES = { k: 'king', q: 'queen', r: 'rook', b: 'bishop', n: 'knight', p: 'pawn' };

/** A position for those who hear it: `White: king g1, rook e1. Black: king g8.` */
export function positionSaid(placement) {
  const side = white =>
    [...placement]
      .filter(([, sign]) => (sign < 'a') === white)
      .sort(([, a], [, b]) => 'kqrbnp'.indexOf(a.toLowerCase()) - 'kqrbnp'.indexOf(b.toLowerCase()))
      .map(([square, sign]) => `${ROLES[sign.toLowerCase()]} ${square}`)
      .join(', ');
  return `${COLORS.white}: ${side(true)}. ${COLORS.black}: ${side(false)}.`;
}
