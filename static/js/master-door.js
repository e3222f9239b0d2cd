// The way to the master's seat: the secret from the link, kept for this exhibition, or pasted.

import { watchPage } from './address.js';
import { byId, setText } from './dom.js';
import { DOORS } from './master-words.js';

const key = exhibition => `simultan.master.${exhibition}`;

/** The secret in the page's address, once: it does not stay there. */
export function broughtToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('master');
  if (token) history.replaceState(null, '', location.pathname);
  return token;
}

export const keptToken = exhibition => localStorage.getItem(key(exhibition));
export const keepToken = (exhibition, token) => localStorage.setItem(key(exhibition), token);

/** `onToken(token)` when one is pasted, `onBack()` to go on here. */
export function createDoor({ exhibition, onToken, onBack }) {
  byId('door-form').addEventListener('submit', event => {
    event.preventDefault();
    const text = byId('token').value.trim();
    byId('token').value = '';
    // A whole link will do, too.
    onToken(text.split('#master=').at(-1));
  });
  byId('take-back').addEventListener('click', onBack);
  return {
    show(why) {
      const { title, text, form = false, back = false } = DOORS[why] ?? DOORS.none;
      setText(byId('door-title'), title);
      setText(byId('door-text'), text);
      byId('door-form').hidden = !form;
      byId('take-back').hidden = !back;
      byId('door-watch').href = watchPage(exhibition());
      byId('door').hidden = false;
      byId('cockpit').hidden = byId('connection').hidden = true;
    },
    close: () => (byId('door').hidden = true),
    isOpen: () => !byId('door').hidden,
  };
}
