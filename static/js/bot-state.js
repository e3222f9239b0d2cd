// What is known of a bot that was seated from this page: its token, and how its seats stand. Pure.

import { boardOf } from './watch-state.js';

/**
 * The bot that the server has answered for, which was to have `wanted` seats: `{token, name, wanted, seats}`, and of each
 * seat `{board, name, gone}`, and `seen` once the exhibition has had it; `name` is `null` as long as it isn't known. Who waits
 * for a seat has none.
 */
export function botOf({ token, name, board, boards = board === undefined ? [] : [board] }, wanted) {
  const seats = boards.map(number => ({ board: number, name: number === board ? name : null, gone: false }));
  return { token, name, wanted, seats };
}

const isTaken = board => board?.state === 'seated' || board?.state === 'applied';

/** The same bot as the exhibition knows it now; the same object where nothing has changed. */
export function follow(bot, state) {
  if (bot.seats.length === 0) {
    const found = state.boards.find(board => board.bot && board.name === bot.name);
    return found ? { ...bot, seats: [{ board: found.board, name: found.name, gone: false }] } : bot;
  }
  const seats = bot.seats.map(seat => seatNow(seat, state));
  return seats.some((seat, at) => seat !== bot.seats[at]) ? { ...bot, seats } : bot;
}

function seatNow(seat, state) {
  if (seat.gone) return seat;
  const at = boardOf(state, seat.board);
  if (isTaken(at) && (at.name === null || at.name === seat.name)) return seen(seat);
  // The organiser has moved it, or has given it another name.
  const moved = state.boards.find(board => board.bot && board.name !== null && board.name === seat.name);
  if (moved) return { ...seen(seat), board: moved.board };
  if (isTaken(at) && at.bot) return { ...seen(seat), name: at.name };
  // The server's answer may be here before the event that says the same: what was not there yet can't be gone.
  return seat.seen ? { ...seat, gone: true } : seat;
}

const seen = seat => (seat.seen ? seat : { ...seat, seen: true });

/** How one of its seats stands: `gone`, `applied`, `ended`, `away`, `here` (connected before the start) or `playing`. */
export function standing(seat, state) {
  const board = boardOf(state, seat.board);
  if (seat.gone || !board) return 'gone';
  if (board.state === 'applied') return 'applied';
  if (board.status === 'ended') return 'ended';
  if (!board.connected) return 'away';
  return board.status === 'playing' ? 'playing' : 'here';
}

/** How the bot stands, by all its seats: `waiting` where it has none yet, else what wants doing first. */
export function overall(bot, state) {
  if (bot.seats.length === 0) return 'waiting';
  const all = bot.seats.map(seat => standing(seat, state));
  return ['away', 'applied', 'playing', 'here', 'ended'].find(one => all.includes(one)) ?? 'gone';
}
