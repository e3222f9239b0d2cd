// The list of programs, each with the lines with which it finds its seat.

import { linesOf, ONE_BOARD } from './bot-clients.js';
import { CLIENTS, COPIED, COPY, FIRST_BOARD, LABELS } from './bot-words.js';
import { h, setText } from './dom.js';

/** Builds it into `container`; `onCopy(element, done)` copies what stands in an element. */
export function clientList(container, { onCopy }) {
  const parts = Object.entries(CLIENTS).map(([key, { name, text }], at) => {
    const code = h('code', {});
    const alone = h('p', { class: 'quiet', hidden: true });
    const button = h('button', { type: 'button', 'aria-label': COPY.lines(name), onclick: () => onCopy(code, COPIED.lines(name)) }, LABELS.copy);
    container.append(
      h('details', { name: 'client', class: 'client', id: `client-${key}`, open: at === 0 }, h('summary', {}, name), h('p', {}, text), alone, h('div', { class: 'client-lines' }, h('pre', {}, code), button)),
    );
    return { key, code, alone };
  });
  return {
    /** Shows what is true of a bot; `board` is where a program sits that plays at one alone. */
    draw(bot, board) {
      const lines = linesOf(bot);
      for (const { key, code, alone } of parts) {
        setText(code, lines[key]);
        alone.hidden = bot.seats < 2 || !ONE_BOARD.has(key);
        if (!alone.hidden) setText(alone, FIRST_BOARD(board));
      }
    },
    clear() {
      for (const { code } of parts) setText(code, '');
    },
  };
}
