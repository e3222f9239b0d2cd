// A button that asks once more.

import { setText } from './dom.js';

/** A button that needs a second click within four seconds. */
export function armed(button, question, act) {
  const quiet = button.textContent;
  let timer = null;
  const disarm = () => {
    clearTimeout(timer);
    timer = null;
    button.classList.remove('armed');
    setText(button, quiet);
  };
  button.addEventListener('click', () => {
    if (timer !== null) {
      disarm();
      act();
      return;
    }
    button.classList.add('armed');
    setText(button, question);
    timer = setTimeout(disarm, 4_000);
  });
  return disarm;
}
