// The room that the small boards have: how large they may be, and what of them is in sight.

import { now } from './clock.js';
import { fitBoards } from './fit.js';

const GAP = 10;
const PADDING = 16;
/** The lines of text with each board, without and with clocks. */
const CAPTION = { untimed: 22, timed: 40 };
/** After the reader has scrolled, the wall stays where it was put for so long. */
const HANDS_OFF_MS = 10_000;
/** A fast master mustn't make the wall flicker. */
const BETWEEN_SCROLLS_MS = 1_500;

/** `onChange()` when the wall has another size or another part of it is in sight, and should be drawn anew. */
export function createWall(wall, { onChange }) {
  let fitted = '';
  /** What there is room for, until it changes: asking for it would have the browser lay the page out. */
  let room = null;
  let touchedAt = -Infinity;
  let scrolledAt = -Infinity;

  new ResizeObserver(() => {
    room = null;
    onChange();
  }).observe(wall);
  // On narrow screens it is the page that scrolls.
  for (const scroller of [wall, document]) scroller.addEventListener('scroll', onChange, { passive: true });
  for (const kind of ['wheel', 'touchmove', 'keydown'])
    wall.addEventListener(kind, () => (touchedAt = now()), { passive: true });

  return {
    /** Makes `count` boards as large as the room allows; tells whether that changed anything. */
    fit(count, timed) {
      room ??= { clientWidth: wall.clientWidth, clientHeight: wall.clientHeight };
      const { clientWidth, clientHeight } = room;
      const key = `${count}/${clientWidth}/${clientHeight}/${timed}`;
      if (key === fitted) return false;
      fitted = key;
      wall.classList.toggle('timed', timed);
      // On narrow screens the wall is as tall as it needs to be, and the stylesheet sets the size.
      if (getComputedStyle(wall).overflowY === 'visible') {
        wall.style.removeProperty('--mini');
        return true;
      }
      const inside = { width: clientWidth - PADDING, height: clientHeight - PADDING };
      const size = fitBoards(count, { ...inside, caption: timed ? CAPTION.timed : CAPTION.untimed, gap: GAP });
      wall.style.setProperty('--mini', `${size}px`);
      return true;
    },

    /** Scrolls the wall, where it scrolls by itself, so that `place` (`{top, bottom}`) is in sight. */
    keepInSight(place) {
      if (!place || now() - touchedAt < HANDS_OFF_MS || now() - scrolledAt < BETWEEN_SCROLLS_MS) return;
      if (getComputedStyle(wall).overflowY === 'visible') return;
      const { scrollTop, clientHeight } = wall;
      if (place.top >= scrollTop && place.bottom <= scrollTop + clientHeight) return;
      wall.scrollTop = place.top - clientHeight / 3;
      scrolledAt = now();
    },
  };
}
