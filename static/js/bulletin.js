// The band with what everybody was told. It stays until it is no longer so; what is new is read out by who draws it.

import { h, setText } from './dom.js';
import { FROM_THE_ORGANISER } from './evening-words.js';

/** The band inside `element`, hidden while it is empty. */
export function createBulletin(element) {
  let shown = '';
  return {
    /** Draws lines of `bulletin` in evening-words.js. */
    draw(lines) {
      element.hidden = lines.length === 0;
      // Only a countdown changes by itself: what is read stays in the page meanwhile.
      const key = JSON.stringify(lines.map(({ kind, text, countdown }) => [kind, text, Boolean(countdown)]));
      if (key !== shown) element.replaceChildren(...lines.map(line));
      shown = key;
      lines.forEach(({ countdown }, at) => countdown && setText(element.children[at].lastElementChild, countdown));
    },
  };
}

function line({ kind, text, countdown }) {
  return h(
    'p',
    { class: 'bulletin-line', 'data-kind': kind },
    kind === 'text' && h('small', {}, FROM_THE_ORGANISER),
    h('span', {}, text),
    countdown && h('time', { role: 'timer' }, countdown),
  );
}
