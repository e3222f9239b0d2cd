// Who sits where, before the start: a line a board.

import { h } from './dom.js';
import { SEATS } from './door-words.js';

/** What stands at a seat that nobody has. */
const nobody = state => ({ applied: SEATS.applied, reserved: SEATS.reserved })[state] ?? SEATS.free;

/** The line of one of a snapshot's boards. */
export function seatLine({ board, name, bot, connected, state }) {
  const tag = name === null ? null : bot ? SEATS.bot : connected === false ? SEATS.away : null;
  return h(
    'li',
    { class: name === null ? 'seat free' : 'seat', 'data-state': state },
    h('span', { class: 'seat-number' }, String(board)),
    h('span', { class: 'seat-name', title: name }, name ?? nobody(state)),
    tag && h('span', { class: 'tag' }, tag),
  );
}
