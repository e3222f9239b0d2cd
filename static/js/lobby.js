// Before the start: who sits where, and which seats are free.

import { playPage } from './address.js';
import { byId, setText } from './dom.js';
import { BUTTONS, TAKE_A_SEAT } from './door-words.js';
import { whenItBegins } from './evening-words.js';
import { seatLine } from './seat-list.js';
import { seated } from './watch-state.js';
import { count, WAITING } from './words.js';

/** Draws the seats of an exhibition that hasn't started. */
export function drawLobby(state) {
  const taken = seated(state);
  setText(byId('lobby-count'), `${taken.length} of ${count(state.boards.length, 'seat')} taken`);
  const full = state.boards.every(board => board.name !== null || board.state === 'applied');
  const begins =
    state.startsAt !== null
      ? whenItBegins(state.startsAt, Date.now())
      : state.boards.length === taken.length
        ? 'Every seat is taken: the exhibition is about to start.'
        : 'It starts when every seat is taken, or when the organiser starts it.';
  setText(byId('lobby-hint'), state.waiting > 0 ? `${begins} ${WAITING(state.waiting)}` : begins);
  byId('lobby-text').hidden = !state.text;
  setText(byId('lobby-text'), state.text);
  byId('lobby-sit').href = playPage(state.id);
  byId('lobby-sit').hidden = state.boards.length === taken.length && state.startsAt === null;
  setText(byId('lobby-sit'), full ? BUTTONS.wait : TAKE_A_SEAT);
  byId('lobby-seats').replaceChildren(...state.boards.map(seatLine));
}
