// The seats as the organiser may know them: asked for anew when events say so, many events together.

import { now } from './clock.js';

/** Events after which the seats are as before. */
const NO_NEWS = new Set(['moved', 'visit', 'draw_offered', 'draw_declined', 'retracted', 'grace', 'announced', 'paused', 'continued']);
/** So often at most it is asked; of a large exhibition, whose answers are long, less often. */
const EVERY_MS = 500;
const EVERY_MS_PER_BOARD = 2;
/** When it is asked again after it could not be answered. */
const AGAIN_MS = 4_000;

/** `load()` answers `[seats, waiting]`; `onChange({seats, waiting, readAt})` hears them, `onError(error)` why there are none. */
export function createSeatList({ load, onChange, onError }) {
  let timer = null;
  let loading = false;
  let stale = false;
  let ready = 0;

  async function refresh() {
    timer = null;
    loading = true;
    stale = false;
    try {
      const [seats, waiting] = await load();
      ready = now() + Math.max(EVERY_MS, EVERY_MS_PER_BOARD * seats.length);
      onChange({ seats, waiting, readAt: now() });
    } catch (error) {
      ready = now() + AGAIN_MS;
      // Gone for the moment, or too much asked for; anything else stays as it is.
      stale = error.status === 0 || error.status === 429 || error.status >= 500;
      onError(error);
    } finally {
      loading = false;
    }
    if (stale) want();
  }

  function want() {
    stale = true;
    if (!loading) timer ??= setTimeout(refresh, Math.max(0, ready - now()));
  }

  return {
    /** What was heard on the watch socket. */
    hear(message) {
      if (!NO_NEWS.has(message.type)) want();
    },
    want,
  };
}
