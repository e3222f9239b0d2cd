// What a human master knows: what a spectator does, and how the walk stands. Pure.

import { sortByWalk } from './walk-order.js';
import { fold as foldEvents, nothing as nothingSeen, boardOf, expects, timeNow, waits } from './watch-state.js';

export const nothing = {
  ...nothingSeen,
  /** The last `walk`. */
  stands: null,
  /** What is possible where the master stands, as told last: `{board, ply, legal_moves, legal_san}`. */
  choices: null,
  /** The master's move that has no receipt yet: `{board, ply, uci, sent}`. */
  pending: null,
  /** What opponents have written last, by board: `{name, room, text}` each, the newest at the end. */
  chat: new Map(),
  /** Why the last wish came to nothing. */
  notice: '',
};

/** So many lines of a board are kept. */
const LINES_KEPT = 3;

/** The state after a frame that arrived at local time `now`. */
export function fold(state, message, now) {
  switch (message.type) {
    case 'walk':
      return withChoices({ ...state, stands: message }, message);
    case 'chat':
      return { ...state, chat: withLine(state.chat, message) };
    case 'error':
      return { ...state, pending: null, notice: message.message };
    default: {
      // A snapshot begins anew; what the master alone is told stays.
      const { stands, choices, notice } = state;
      const chat = stillShown(state.chat, message);
      let pending = state.pending;
      if (message.type === 'moved' && pending?.board === message.board && pending.ply === message.ply) pending = null;
      if (message.type === 'ended' && pending?.board === message.board) pending = null;
      const next = { ...foldEvents(state, message, now), stands, choices, pending, chat, notice };
      return message.type === 'visit' ? withChoices(next, message) : next;
    }
  }
}

function withLine(chat, { board, name, room, text }) {
  const lines = [...(chat.get(board) ?? []), { name, room, text }].slice(-LINES_KEPT);
  return new Map(chat).set(board, lines);
}

/** What is left of it: nothing once the organiser has switched it off, and of a board nothing once somebody else sits there. */
function stillShown(chat, { type, board, chat: shown }) {
  if (type === 'exhibition' && shown === false) return nothing.chat;
  const others = ['joined', 'left', 'reseated'].includes(type) && chat.has(board);
  return others ? new Map([...chat].filter(([number]) => number !== board)) : chat;
}

function withChoices(state, { board, ply, legal_moves, legal_san }) {
  if (!legal_moves) return state;
  return { ...state, choices: { board, ply, legal_moves, legal_san } };
}

/** The state after the master has made a move, which has left if there is a line. */
export const moving = (state, board, ply, uci, sent) => ({ ...state, pending: { board, ply, uci, sent }, notice: '' });

/** The state without a line: what had no answer may have come to nothing. */
export const lost = state => ({ ...state, pending: state.pending && { ...state.pending, sent: false } });

/** Whether the move without an answer can still be played, now that it is known how things stand. */
export function fits(state) {
  const board = here(state);
  const { board: number, ply } = state.pending;
  return board?.board === number && board.ply === ply - 1 && waits(state, board) && !state.stands.paused;
}

/** What the opponent at a board has written last, the newest at the end. */
export const chatAt = (state, number) => state.chat.get(number) ?? [];

/** The board where the master stands. */
export const here = state => boardOf(state, state.stands?.board) ?? null;

/** What can be played there now: legal moves, or nothing. */
export function possible(state) {
  const board = here(state);
  const { choices, pending } = state;
  const due = board && waits(state, board) && !state.stands.paused && pending === null;
  return due && choices?.board === board.board && choices.ply === board.ply ? choices : null;
}

/** For how long a board has waited, in milliseconds, or null where it does not. */
export function waited(state, board, now) {
  const at = timeNow(state, now);
  const since = board.waits_since ?? null;
  return since === null || at === null || !waits(state, board) ? null : Math.max(0, at - since);
}

/** The boards that wait, the next one of the walk first. */
export function queue(state) {
  const waiting = state.boards.filter(board => expects(state, board));
  const { board: stands, next } = state.stands ?? {};
  const others = waiting.filter(board => board.board !== stands);
  sortByWalk(others, state.walk?.mode);
  const first = others.findIndex(board => board.board === next);
  return first > 0 ? [...others.slice(first), ...others.slice(0, first)] : others;
}
