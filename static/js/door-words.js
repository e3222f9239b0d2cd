// What is said on the way to a seat. No DOM, so that the tests can read it.

import { whenItBegins } from './evening-words.js';
import { count } from './words.js';

export const SEATS = { free: 'free', applied: 'asked for', reserved: 'kept for somebody', bot: 'bot', away: 'away' };

/** The door's fixed words, by the name of their place. */
export const LABELS = {
  code: 'Entry code',
  name: 'Your name',
  takeBack: 'Play here',
  watch: 'Watch the exhibition',
  bot: 'Connect a bot',
  who: 'Who sits where',
};

/** What the button says that sends the name. */
export const TAKE_A_SEAT = 'Take a seat';
export const BUTTONS = { sit: 'Sit down', ask: 'Ask for a seat', wait: 'Wait for a seat' };

/** For those whose seat is kept under their name. */
export const RESERVED_HINT = 'Some seats are kept for somebody. If yours is, type your name as the organiser has written it: it leads you there.';

const APPROVAL = 'The organiser lets you in.';
const MAY_CLOSE = 'You may close this page: your place is kept. Come back with this browser.';

/** How things are before one sits down; `found` is the exhibition's snapshot, `date` now. */
export function invitation({ status, boards, waiting = 0, starts_at: startsAt = null, admission }, date) {
  const taken = boards.filter(board => board.name !== null).length;
  const facts = [
    status === 'open'
      ? `${taken} of ${count(boards.length, 'seat')} taken.`
      : 'The games are on, and you can still sit down.',
  ];
  if (status === 'open' && startsAt !== null) facts.push(whenItBegins(startsAt, date));
  facts.push('No account, just a name.');
  if (admission === 'approval') facts.push(APPROVAL);
  if (waiting > 0) facts.push(`${waiting === 1 ? 'Somebody waits' : `${waiting} wait`} for a seat already.`);
  return facts.join(' ');
}

/** All seats are taken, and one may wait. */
export const FULL = {
  title: 'Every seat is taken',
  text: waiting =>
    `You can wait: when somebody leaves before the start, whoever came first has the seat.${waiting > 0 ? ` ${waiting === 1 ? '1 person waits' : `${waiting} people wait`} already.` : ''}`,
  late: 'The games are on, and every board is taken. You can watch.',
};

/** Somebody asks for a seat. */
export const applied = ({ board, name }) => ({
  title: 'You have asked for a seat',
  text: `The organiser lets you in, ${name}, at board ${board}. ${MAY_CLOSE}`,
});

/** Somebody waits for a seat. */
export const queued = ({ place, name }) => ({
  title: place === 1 ? 'You are the next' : `You are number ${place} in the queue`,
  text: `When a seat is free before the start, it is yours, ${name}, in your turn: the board comes up here by itself. ${MAY_CLOSE}`,
});

/** The front page's way back to what is kept. */
export function wayBack({ state, board, name }, status) {
  if (state === 'waiting') return `Back to the queue, ${name}`;
  if (state === 'applied') return `Back to the door, ${name}`;
  return status === 'finished' ? `Your game on board ${board}` : `Back to board ${board}, ${name}`;
}

/** Why somebody's way ends here, who was `seated`, `applied` or `waiting`, by the refusal's code. */
export function dismissed(state, code) {
  if (code === 'closed')
    return state === 'waiting'
      ? { title: 'No seat was left', text: 'The games have begun, and no seat was free for you. You are welcome to watch.' }
      : { title: 'It was called off', text: 'The organiser has ended this exhibition. Ask them when the next one is.' };
  return state === 'applied'
    ? { title: 'Not this time', text: 'The organiser has not let you in. Ask them if you think that it is a mistake. You are welcome to watch.' }
    : {
        title: 'Your seat was given up',
        text: 'The organiser has taken you from your board. Ask them if you think that it is a mistake. You are welcome to watch.',
      };
}

/** The server does not know what is kept here any more: what became of it while the page was closed. */
export function gone(state, status) {
  if (state === 'waiting' && status !== 'open') return dismissed('waiting', 'closed');
  if (state === 'applied') return dismissed('applied', 'not_allowed');
  return {
    title: state === 'waiting' ? 'Your place in the queue is gone' : 'Your seat is gone',
    text: 'The server doesn’t know it any more. Sit down anew, or watch.',
  };
}

export const ELSEWHERE = {
  title: 'You are playing elsewhere',
  text: 'This seat was opened in another tab or on another device.',
};

/** A refusal as the server says it, as a sentence of its own. */
export const sentence = text => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** Refusals that no other name would change. */
export const NO_SEAT = {
  closed: 'Too late for a seat',
  no_such_exhibition: 'No such exhibition',
};
export const NO_SEAT_AT_ALL = 'No seat';
export const SIT_DOWN = 'Sit down';

/** Nobody can sit down any more. */
export const closed = ({ status, name }) =>
  status === 'finished'
    ? { title: 'It is over', text: `${name} has finished. You can replay every game.` }
    : { title: 'It has started', text: `${name} takes nobody any more, but you can watch.` };

/** A code that no exhibition has. */
export const NO_SUCH_CODE = {
  title: 'No exhibition has this code',
  text: 'Look at it once more: it may be an evening that is over, or a letter that looks like another.',
  go: 'Go there',
};
