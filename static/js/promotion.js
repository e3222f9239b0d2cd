// Which piece a pawn becomes: a small dialog over the board, for mouse, touch and keyboard.

import { h } from './dom.js';

const ROLES = { q: 'queen', r: 'rook', b: 'bishop', n: 'knight' };

/** Asks inside `box`; resolves to `q`, `r`, `b`, `n`, or null when the reader thinks better of it. */
export function askPromotion(box, color) {
  const before = document.activeElement;
  return new Promise(resolve => {
    const close = answer => {
      removeEventListener('keydown', onKey, true);
      box.hidden = true;
      box.replaceChildren();
      before?.focus?.({ preventScroll: true });
      resolve(answer);
    };

    const choices = Object.entries(ROLES).map(([letter, role]) =>
      h(
        'button',
        { type: 'button', 'aria-label': role, title: role, onclick: () => close(letter) },
        h('piece', { class: `${color} ${role}`, 'aria-hidden': 'true' }),
      ),
    );
    const dialog = h(
      'div',
      { class: 'promotion-choices cg-wrap', role: 'dialog', 'aria-modal': 'true', 'aria-label': 'Promote to' },
      choices,
    );

    function onKey(event) {
      const at = choices.indexOf(document.activeElement);
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (event.key === 'Escape') close(null);
      else if (step) choices[(at + step + choices.length) % choices.length].focus();
      else if (event.key.toLowerCase() in ROLES) close(event.key.toLowerCase());
      else if (event.key === 'Tab') choices[(at + (event.shiftKey ? -1 : 1) + choices.length) % choices.length].focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    addEventListener('keydown', onKey, true);
    box.onclick = event => event.target === box && close(null);
    box.replaceChildren(dialog);
    box.hidden = false;
    choices[0].focus();
  });
}
