// What the printed sheet says: the rules of the evening, in plain words. No DOM, so that the tests can read it.

import { formatDuration } from './clock.js';
import { count } from './words.js';

export const LABELS = {
  print: 'Print',
  enlarge: 'Large code',
  'large-close': 'Close',
  'seat-title': 'Take a seat',
  'seat-scan': 'Point your phone’s camera at the code, or open this address in a browser:',
  'seat-name': 'Type your name, and sit down. You need no account and no app.',
  'code-label': 'The code:',
  'rules-title': 'How the evening goes',
  fair: 'Play fair: your own moves, no chess engine, no help from anybody.',
};

export const ONLY_THIS_MACHINE =
  'Nobody else can open this address: the server has been started for this machine alone. Start it with --bind 0.0.0.0:8000, or say where people find it with --public-address.';

/** Who plays. */
export const masterLine = ({ name, kind }) => `${name}${kind === 'engine' ? ' (a computer)' : ''} plays everybody at once`;

/** The evening's date and time, as one writes it here; nothing where none is set. */
export const dateLine = startsAt =>
  startsAt ? new Date(startsAt).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'short' }) : '';

const WALKS = {
  'in-turn': 'The master goes from board to board in the order of the numbers and makes one move at each.',
  'ready-first': 'The master makes one move at each board, and goes first to whoever has waited longest.',
  'urgent-first': 'The master makes one move at each board, and goes first to where their own time is shortest.',
  'one-at-a-time': 'The master plays one game to its end, then the next.',
};

function colors(boards) {
  const white = boards.filter(board => board.color === 'white').length;
  if (white === 0) return 'The master has White everywhere; you have Black.';
  if (white === boards.length) return 'The master has Black everywhere; you have White and move first.';
  return 'Your page shows which colour you have: it is not the same at every board.';
}

function beginnings(boards) {
  if (boards.some(board => board.variant === 'chess960')) return 'The pieces begin in an order that was drawn by lot (Chess960).';
  return boards.some(board => board.initial_fen) ? 'The games begin with a position that was chosen for the evening.' : null;
}

function clocks({ clock, boards }) {
  const own = boards.some(board => 'own_clock' in board) ? ' Some boards have clocks of their own.' : '';
  if (!clock) return `There is no clock.${own}`;
  const more = clock.increment_ms > 0 ? `, and ${formatDuration(clock.increment_ms)} more for each move` : '';
  const each = clock.master_extra_per_board_ms > 0 ? `${formatDuration(clock.master_extra_per_board_ms)} for each of you` : '';
  const once = clock.master_extra_ms > 0 ? formatDuration(clock.master_extra_ms) : '';
  const extra = once || each ? ` The master has ${[once, each].filter(Boolean).join(' and ')} on top.` : '';
  return `You have ${formatDuration(clock.initial_ms)} for the game${more}. Who runs out of time loses.${extra}${own}`;
}

function passing({ passes, grace_ms: grace }) {
  const later = 'the master goes past and comes again in the next round';
  if (passes === null || passes === undefined) return `If you have not moved by then, ${later}. Nothing is lost by it.`;
  const waits = grace > 0 ? `waits ${formatDuration(grace)} for your move, then goes on` : 'goes on';
  if (passes === 0) return `If you have not moved by then, the master ${waits}, and comes again. No game is lost by it.`;
  return `If you have not moved by then, ${later}: ${count(passes, 'time')} a game. After that the master ${waits}, and no game is lost by it.`;
}

const late = ({ late_rounds: rounds }) =>
  rounds > 0
    ? `Who comes late can take a free seat until the end of round ${rounds}.`
    : 'Be there when it begins: nobody can join later.';

const retracting = ({ master, retract }) =>
  master.kind === 'human' && retract
    ? 'The master may take a move back until their next one at another board. Your moves stand.'
    : null;

/** The rules of an evening, from the snapshot of its exhibition: a sentence or two each. */
export function rules(snapshot) {
  const { boards, walk } = snapshot;
  return [
    WALKS[walk?.mode] ?? WALKS['in-turn'],
    `${colors(boards)} ${beginnings(boards) ?? ''}`.trim(),
    'Your move is due when the master stands at your board. You may play it earlier, as soon as you have found it.',
    passing(snapshot),
    clocks(snapshot),
    retracting(snapshot),
    'Offer a draw or resign with the buttons beside your board.',
    late(snapshot),
    'If your device fails, open the page there again: your seat is kept.',
  ].filter(Boolean);
}
