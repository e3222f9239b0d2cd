// What the opponent at the board has written: a few quiet lines.

import { h } from './dom.js';
import { CHAT } from './master-words.js';

export function createChat(list) {
  let shown = null;
  list.setAttribute('aria-label', CHAT.label);
  return {
    draw(lines) {
      // The lines of a board keep their identity until there is another one.
      if (lines === shown || (lines.length === 0 && list.hidden)) return;
      shown = lines;
      list.hidden = lines.length === 0;
      list.replaceChildren(...lines.map(line));
    },
  };
}

/** One line; what there is no room for is in the titles. */
const line = ({ name, room, text }) =>
  h(
    'li',
    {},
    h('bdi', { class: 'chat-name', title: name }, name),
    room === 'spectator' && h('span', { class: 'chat-room' }, CHAT.spectator),
    h('bdi', { title: text }, text),
  );
