// What the page says on which a bot is connected. No DOM, so that the tests can read it.

import { count, printedResult } from './words.js';

/** What never changes, by the name of its place. */
export const LABELS = {
  title: 'Connect a bot',
  watch: 'All boards',
  connection: 'Connecting… the bot’s seat is kept.',
  connecting: 'Connecting…',
  name: 'The bot’s name',
  seats: 'Games at once',
  seatsHint: 'Most bots play one game at a time. Where yours plays more, one token opens all its seats.',
  code: 'Entry code',
  backToBot: 'Back',
  choose: 'Seated from this browser',
  token: 'Token',
  tokenHint: 'Whoever has the token has the seat. It is shown in this browser alone, on this page.',
  base: 'Base URL',
  copy: 'Copy',
  clients: 'What to write where',
  another: 'Connect another bot',
  drop: 'Forget the token here',
};

export const COPY = { token: 'Copy the token', base: 'Copy the base URL', lines: client => `Copy the lines for ${client}` };
export const COPIED = { token: 'The token is copied.', base: 'The base URL is copied.', lines: client => `The lines for ${client} are copied.` };
export const DROP_SURE = 'It is shown nowhere else';

/** What the button says that asks for the seats. */
export function sitLabel({ seats, asks, waits }) {
  if (waits) return 'Wait for a seat';
  const many = Number.isInteger(seats) && seats > 1;
  if (asks) return many ? `Ask for ${seats} seats` : 'Ask for a seat';
  return many ? `Take ${seats} seats` : 'Take a seat';
}

/** What follows the way things are before one sits down. */
export const TOKEN_COMES = 'Your program gets a token for its seat.';

/** How it stands with the bot: what is to be done, or what comes. */
export function situation(overall, { status, delayed }) {
  const later = delayed && !['waiting', 'gone'].includes(overall) ? ' This page is told everything later, as all spectators are.' : '';
  const now = {
    waiting: 'It has no seat yet: when one is free before the start, it is the bot’s in its turn. You can connect it already.',
    applied: 'The organiser has to let it in. You can connect it already.',
    away: 'The server doesn’t see it yet. Start your program with its lines from below, and this changes by itself.',
    here: 'It is connected. Its game begins with the exhibition.',
    playing: 'It is connected, and plays.',
    ended: 'Its game has ended.',
    gone: status === 'finished' ? 'It has no seat any more.' : 'Its seat was given up. Ask the organiser if you think that it is a mistake, or take another.',
  }[overall];
  return `${now}${later}`;
}

/** That it got fewer seats than it was to have; empty where it got all. */
export const fewer = ({ seats, wanted }) =>
  seats.length > 0 && seats.length < wanted ? `Only ${count(seats.length, 'seat was', 'seats were')} free.` : '';

/** How one seat stands: a mark for the eye, and the same in words. */
export const seatLine = (standing, board) =>
  ({
    gone: ['✕', 'given up'],
    applied: ['?', 'asked for'],
    ended: ['■', board ? `has ended, ${printedResult(board.result)}` : 'has ended'],
    away: ['○', 'not connected'],
    here: ['●', 'connected'],
    playing: ['●', 'connected, plays'],
  })[standing];

export const boardName = number => `Board ${number}`;

/** Each program: what it is called, and where its lines go. */
export const CLIENTS = {
  'lichess-bot': { name: 'lichess-bot', text: 'In its config.yml. Its engine and everything else stays as it is.' },
  botli: { name: 'BotLi', text: 'In its config.yml. The url is not in its example; it is understood.' },
  berserk: { name: 'berserk, in Python', text: 'Where the client is made. All else is as with Lichess.' },
  websocket: { name: 'A WebSocket of your own', text: 'The address, and the first frame that is sent there.' },
  uci: { name: 'A UCI engine without a bot', text: 'On the command line, with the simultan program. The engine is a path or a name.' },
};

/** Said of a program that plays at one of several boards. */
export const FIRST_BOARD = number => `It plays at board ${number} alone.`;
