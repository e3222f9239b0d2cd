// Asks before something is done, does it, and says what came of it.

import { byId, setText } from './dom.js';
import { sentence } from './settings-words.js';

/** For so long what was done can be read without listening. */
const SAID_MS = 12_000;
/** A second tap of the same finger isn't meant for what stands there now. */
const SAME_FINGER_MS = 700;

/** What was done last, for the eye and the ear. */
export function createSaid() {
  let timer = null;
  return function say(text) {
    clearTimeout(timer);
    const said = byId('said');
    // The same sentence twice in a row is spoken twice.
    said.textContent = said.textContent === text ? `${text}\u00a0` : text;
    timer = setTimeout(() => setText(said, ''), SAID_MS);
  };
}

/**
 * `ask({title, text, yes, danger, fields, act})` opens the dialog; `act()` is done on the yes. It closes when that is done, and
 * stays with the server's sentence where it is refused. `fields` are elements to fill in.
 */
export function createAsk() {
  const dialog = byId('ask');
  let act = null;
  let busy = false;
  let from = null;

  byId('ask-form').addEventListener('submit', async event => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    byId('ask-yes').disabled = true;
    setText(byId('ask-error'), '');
    try {
      await act();
      dialog.close();
    } catch (error) {
      setText(byId('ask-error'), sentence(error.message));
    } finally {
      busy = false;
      byId('ask-yes').disabled = false;
    }
  });
  byId('ask-no').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => returnFocus(from));

  return function ask({ title, text, yes, danger = false, fields = [], act: doIt }) {
    act = doIt;
    from = document.activeElement;
    setText(byId('ask-title'), title);
    setText(byId('ask-text'), text);
    setText(byId('ask-yes'), yes);
    byId('ask-yes').className = danger ? 'danger' : 'primary';
    byId('ask-error').textContent = '';
    byId('ask-fields').replaceChildren(...fields);
    dialog.showModal();
  };
}

/** Where somebody goes on who used the keyboard: where they were, or to the heading, if that is gone. */
export function returnFocus(to) {
  if (to?.isConnected && to.checkVisibility() && !to.disabled) to.focus();
  else if (!document.activeElement || document.activeElement === document.body) byId('stage').focus();
}

/** Has `button` do `act()` at once, where it can be undone; `say(sentence)` and `refuse(message)` tell of it. */
export function atOnce(button, { act, done, say, refuse }) {
  let ready = 0;
  button.addEventListener('click', async () => {
    if (performance.now() < ready) return;
    ready = Infinity;
    try {
      await act();
      say(done);
    } catch (error) {
      refuse(sentence(error.message));
    } finally {
      ready = performance.now() + SAME_FINGER_MS;
    }
  });
}
