// The dashboard's line about its end, for the eye and, when it has changed, for the ear.

import * as api from './api.js';
import { announce, byId, setText } from './dom.js';
import { createEnding } from './ending.js';
import { endingWords, worthSaying } from './forecast-words.js';

/** `follow(state, now)` keeps the line right; `now` is the time on the wall. */
export function createEndingLine() {
  let said = null;

  return createEnding({
    ask: api.remaining,
    onChange(ends) {
      byId('ending').hidden = ends === null;
      if (ends === null) return;
      const { at, range } = endingWords(ends, Date.now());
      setText(byId('ending-at'), at);
      setText(byId('ending-range'), range);
      if (!worthSaying(ends.p50, said)) return;
      said = ends.p50;
      announce(byId('ending-said'), byId('ending').textContent);
    },
  });
}
