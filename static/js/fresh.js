// Keeps what a page has loaded fresh while an exhibition goes on: events say when to ask again.

import { watchSocket } from './address.js';
import { connect, CROWDS_FIRST_WAIT_MS } from './socket.js';

/** Events that change nothing in what is shown. */
const NO_NEWS = new Set(['visit', 'connected', 'disconnected', 'draw_offered', 'draw_declined', 'signal']);
/** So often at most it is asked again; of a large exhibition, whose answers are long, less often. */
const EVERY_MS = 1_500;
const EVERY_MS_PER_BOARD = 3;
/** When it is asked again after it could not be answered. */
const AGAIN_MS = 4_000;

/**
 * `load()` answers the results and is asked again while they are not final; `onChange(results)` hears them, `onError(error)`
 * why there are none, and `onLine(open)` whether the line is open.
 */
export function keepFresh({ load, onChange, onError, onLine }) {
  let socket = null;
  let seq = null;
  let timer = null;
  let loading = false;
  let stale = false;
  let pause = EVERY_MS;
  let ready = 0;

  async function refresh() {
    timer = null;
    loading = true;
    stale = false;
    try {
      const results = await load();
      pause = Math.max(EVERY_MS, EVERY_MS_PER_BOARD * results.boards.length);
      ready = performance.now() + pause;
      seq = Math.max(seq ?? 0, results.seq);
      onChange(results);
      if (results.status === 'finished') {
        socket?.stop();
        onLine(true);
        return;
      }
      follow(results.id);
    } catch (error) {
      // Gone for the moment, or too much asked for; anything else stays as it is.
      const passing = error.status === 0 || error.status === 429 || error.status >= 500;
      if (passing) ready = performance.now() + AGAIN_MS;
      onError(error);
      if (!passing) return;
      stale = true;
    } finally {
      loading = false;
    }
    if (stale) want();
  }

  function want() {
    stale = true;
    if (!loading) timer ??= setTimeout(refresh, Math.max(0, ready - performance.now()));
  }

  function follow(id) {
    socket ??= connect({
      url: () => watchSocket(id, seq),
      firstWait: CROWDS_FIRST_WAIT_MS,
      onMessage(message) {
        if (typeof message.seq === 'number') seq = Math.max(seq, message.seq);
        if (!NO_NEWS.has(message.type)) want();
      },
      onStatus: status => onLine(status === 'open'),
    });
  }

  refresh();
}
