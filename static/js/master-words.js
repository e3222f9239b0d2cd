// What the master's page says. No DOM, so that the tests can read it.

import { CLOSED } from './evening-words.js';
import { VISITS_OVER, who } from './words.js';

/** How long somebody waits, as one reads it at a glance: `0:07`, `1:10`. */
export function waitingTime(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Whoever waits longer than this is marked. */
export const LONG_MS = 60_000;

export const LABELS = {
  help: 'Keys',
  'token-label': 'The master’s token, as it was printed: sm_…',
  'token-go': 'Take the seat',
  'take-back': 'Continue here',
  'door-watch': 'Watch the exhibition',
  accept: 'Accept',
  decline: 'Decline',
  'move-label': 'Type a move, or a board’s number',
  play: 'Play',
  next: 'Next board',
  back: 'Back',
  draw: 'Offer a draw',
  resign: 'Resign',
};

export const MOVE_HINT = 'Nf3, or 12';
export const NOT_DONE = 'The line is down just now: that was not done.';
export const RESIGN_SURE = 'Resign this game?';
export const DRAW_AGAIN = 'Press d once more to offer a draw.';
export const CONNECTING = 'Connecting… the clocks stand still until you are back.';
export const STAY = { on: 'Staying here', off: 'Stay here' };
export const PAUSE = { on: 'End the break', off: 'Break', organiser: 'The organiser’s break' };
export const ORGANISERS_BREAK = 'The organiser has stopped the games, and ends the break.';

export const KEYS = [
  ['Nf3 ↵', 'play a move: as one writes it, or e2e4'],
  ['12 ↵', 'go to board 12'],
  ['n', 'next board, without a move'],
  ['b', 'back to the board before'],
  ['s', 'stay here after a move, or go on again'],
  ['u', 'take the last move back'],
  ['d d', 'offer a draw; where one is offered, accept it'],
  ['p', 'a break, and its end'],
  ['?', 'these keys'],
];

/** Why there is no seat to be had. */
export const DOORS = {
  none: {
    title: 'The master’s seat',
    text: 'Open the link that the server printed for the master, or paste the token from it.',
    form: true,
  },
  bad_token: { title: 'Not the master’s token', text: 'The exhibition has another one.', form: true },
  no_such_exhibition: { title: 'No such exhibition', text: 'There is no exhibition at this address.' },
  closed: { title: 'It is over', text: 'This exhibition has ended.' },
  not_allowed: { title: 'A program plays here', text: 'A program is the master of this exhibition.' },
  replaced: { title: 'You went on elsewhere', text: 'Another page speaks for the master now.', back: true },
};

/** `board 9, Ada, waiting 1:10`. */
export const boardPhrase = ({ board, name }, waited) =>
  `board ${board}, ${who(name)}${waited === null ? '' : `, waiting ${waitingTime(waited)}`}`;

/** The line in the header: how many wait, and where the walk goes next. */
export function subtitle(state, waiting, next, due) {
  if (state.status === 'open') {
    const taken = state.boards.filter(board => board.name !== null).length;
    return `${taken} of ${state.boards.length} seats are taken. The games begin when the organiser starts them.`;
  }
  if (state.status === 'finished') return 'The exhibition is over.';
  if (state.closed) return `${VISITS_OVER}.`;
  if (state.lastRound) {
    const left = `Last round: ${due === 1 ? '1 board' : `${due} boards`} still to visit`;
    return next ? `${left} · next: ${next}` : left;
  }
  const some = waiting === 1 ? '1 board waits' : `${waiting} boards wait`;
  return next ? `${some} · next: ${next}` : some;
}

/** What is to be done now: headline and the line under it. */
export function situation({ status, paused, closed = false, board, turn, waited, next, stay, grace, hold }) {
  if (status === 'open') return ['Soon', 'The board comes up as soon as the games begin.'];
  if (status === 'finished') return ['The end', 'All games have ended. Thank you for playing.'];
  if (closed && board && turn) return [`Board ${board.board} · ${who(board.name)}`, 'The visits are over. You may still move here.'];
  if (closed) return [VISITS_OVER, CLOSED];
  if (paused === 'organiser') return ['A break', `${ORGANISERS_BREAK} The walk and all clocks stand still.`];
  if (paused === 'connection') return ['Back in a moment', 'The clocks stand still.'];
  if (paused) return ['A break', 'The walk and all clocks stand still. Everybody sees that.'];
  if (!board) return ['Nobody waits', 'You go on as soon as somebody has moved.'];
  const where = `Board ${board.board} · ${who(board.name)}`;
  if (grace > 0) return [where, `No move yet, and no pass left: you wait ${Math.ceil(grace / 1_000)} s, or go on.`];
  if (turn && hold > 0) return [where, `An instant reply. The walk goes on in ${Math.ceil(hold / 1_000)} s: answer, or stay.`];
  if (turn) return [where, waited === null ? 'Your move.' : `Your move. Waiting ${waitingTime(waited)}.`];
  if (board.status === 'ended') return [where, 'This game has ended.'];
  if (stay) return [where, 'You stay here until you go on.'];
  return [where, next ? 'The opponent thinks. “Next board” goes on.' : 'Nobody waits. You go on as soon as somebody has moved.'];
}

/** Over what the opponent at the board has written. */
export const CHAT = { label: 'What the opponent writes', spectator: 'to all' };
export const waitingTitle = number =>
  number === 0 ? 'Nobody waits' : number === 1 ? '1 board waits' : `${number} boards wait`;
export const offerText = name => `${who(name)} offers a draw.`;
export const undoText = (number, san) => `Board ${number}: ${san ? `you played ${san}.` : 'your last move.'}`;
export const undoLabel = 'Take it back';
export const nextLabel = next => (next ? `Next: board ${next}` : 'Next board');
export const awayNote = 'connection lost';
export const notMove = text => `${text} isn’t a legal move here.`;
export const whichMove = sans => `Which one: ${sans.join(' or ')}?`;
export const notMade = number => `The line was down: your move on board ${number} was not made.`;
export const noMoveNow = 'It isn’t your move here.';
/** Said aloud when the walk comes to a board. */
export const arrival = ({ board, name }, san) => `Board ${board}, ${who(name)}.${san ? ` ${san}.` : ''}`;
