// A clock beside a large board.

import { formatClock, remaining } from './clock.js';
import { setText } from './dom.js';

/** From here on a clock is marked, in milliseconds. */
const SHORT_MS = 20_000;

/** Shows in `element` what `color` has left in a game, `elapsed` ms after its clocks were told. */
export function drawClock(element, { clock, status }, color, elapsed) {
  const left = clock ? remaining(clock, color, elapsed) : null;
  setText(element, left === null ? '' : formatClock(left));
  element.classList.toggle('running', clock?.running === color);
  element.classList.toggle('short', left !== null && left < SHORT_MS && status === 'playing');
}
