// What happened, newest on top, as sentences.

import { formatElapsed } from './clock.js';
import { h } from './dom.js';
import { eventSentence } from './words.js';

/** The sentence, with a move kept on one line: browsers like to break after the dots of `12…Nf6`. */
function sentence(event) {
  const text = eventSentence(event);
  if (event.kind !== 'moved') return [text];
  const at = text.lastIndexOf(' ') + 1;
  return [text.slice(0, at), h('span', { class: 'move' }, text.slice(at))];
}

/** The list inside `list`; `onPick(board)` when a line's board is chosen. */
export function createEventList(list, { onPick }) {
  let newest = null;

  function line(event, startedMs) {
    const time = startedMs === null || event.atMs === null ? '' : formatElapsed(event.atMs - startedMs);
    const text = event.board
      ? h('button', { type: 'button', onclick: () => onPick(event.board) }, sentence(event))
      : h('span', {}, sentence(event));
    return h('li', { class: `event event-${event.kind}` }, h('time', {}, time), text);
  }

  return {
    /** Adds the events that came since; keeps as many lines as the state keeps events. */
    draw({ events, walk, id }) {
      const known = newest && newest.id === id ? newest.seq : -1;
      const fresh = events.filter(event => event.seq > known);
      if (newest && newest.id !== id) list.replaceChildren();
      if (fresh.length === 0) return;
      list.prepend(...fresh.reverse().map(event => line(event, walk.started_ms)));
      while (list.childElementCount > events.length) list.lastElementChild.remove();
      newest = { id, seq: events.at(-1).seq };
    },
  };
}
