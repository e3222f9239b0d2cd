// Entry codes, as they are typed: in capitals by themselves; and the way on for a code that nobody has.

import { codePath } from './address.js';
import { byId } from './dom.js';
import { asCode } from './seat.js';

/** Keeps what is typed into `field` in capitals. */
export function listenForCapitals(field) {
  field.addEventListener('input', () => {
    const at = field.selectionStart;
    field.value = field.value.toUpperCase();
    field.setSelectionRange(at, at);
  });
}

/** Where `/j/CODE` has led here with a code that no exhibition has: says so, and takes another one. */
export function offerCode() {
  if (location.hash !== '#no-such-code') return;
  history.replaceState(null, '', location.pathname);
  const field = byId('code-again');
  byId('no-such-code').hidden = false;
  field.focus();
  if (byId('code-form').dataset.listens) return;
  byId('code-form').dataset.listens = 'yes';
  listenForCapitals(field);
  byId('code-form').addEventListener('submit', event => {
    event.preventDefault();
    const code = asCode(field.value);
    if (code) location.assign(codePath(code));
  });
}
