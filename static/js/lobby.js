// Before the start: who sits where, and which seats are free.

import { byId, h, setText } from './dom.js';
import { playPage } from './address.js';
import { seated } from './watch-state.js';
import { count } from './words.js';

/** Draws the seats of an exhibition that hasn't started. */
export function drawLobby(state) {
  const taken = seated(state);
  setText(byId('lobby-count'), `${taken.length} of ${count(state.boards.length, 'seat')} taken`);
  setText(
    byId('lobby-hint'),
    state.boards.length === taken.length
      ? 'Every seat is taken: the exhibition is about to start.'
      : 'It starts when every seat is taken, or when the organiser starts it.',
  );
  byId('lobby-sit').href = playPage(state.id);
  byId('lobby-sit').hidden = state.boards.length === taken.length;
  byId('lobby-seats').replaceChildren(
    ...state.boards.map(({ board, name, bot, connected }) =>
      h(
        'li',
        { class: name === null ? 'seat free' : 'seat' },
        h('span', { class: 'seat-number' }, String(board)),
        h('span', { class: 'seat-name', title: name }, name ?? 'free'),
        name !== null &&
          (bot ? h('span', { class: 'tag' }, 'bot') : connected === false && h('span', { class: 'tag' }, 'away')),
      ),
    ),
  );
}
