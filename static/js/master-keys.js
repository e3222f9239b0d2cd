// The master's keyboard: whatever is typed goes into the field; a letter that stands alone for a moment is a command.

import { byId } from './dom.js';

/** How long a letter stands alone before it is a command: `b` goes back, `b4` is a move. */
const ALONE_MS = 450;
const COMMANDS = 'nbsudp?';

/** `onCommand(letter)` and `onText(text)`, for moves and numbers. */
export function listen({ onCommand, onText }) {
  const field = byId('move');
  let timer = null;

  const forget = () => {
    clearTimeout(timer);
    timer = null;
  };
  const clear = () => {
    forget();
    field.value = '';
    field.blur();
  };

  addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('[role=dialog]')) return;
    const typing = document.activeElement === field;
    if (event.key === 'Escape' && typing) return clear();
    if (typing || event.target.closest('input, select, textarea')) return forget();
    // A button that has the focus keeps its own keys.
    if (event.key.length !== 1 || event.key === ' ' || byId('cockpit').hidden) return;
    event.preventDefault();
    field.focus();
    field.value = event.key;
    if (COMMANDS.includes(event.key)) {
      timer = setTimeout(() => {
        const alone = field.value === event.key;
        if (!alone) return;
        clear();
        onCommand(event.key);
      }, ALONE_MS);
    }
  });
  field.addEventListener('input', forget);

  byId('typed').addEventListener('submit', async event => {
    event.preventDefault();
    const text = field.value.trim();
    forget();
    if (COMMANDS.includes(text) && text.length === 1) {
      clear();
      return onCommand(text);
    }
    if (text === '') return field.blur();
    if (await onText(text)) clear();
    // What comes next takes its place.
    else field.select();
  });
}
