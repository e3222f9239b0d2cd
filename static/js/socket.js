// The only WebSocket: connects, and connects again until told to stop. It knows JSON and time, nothing of chess.

const FIRST_WAIT_MS = 1_000;
/** The same for those who only look: a server may lose thousands of them at once, and none of them loses time on a clock. */
export const CROWDS_FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
/** A line that was open for so long has held. */
const HELD_MS = 3_000;

/**
 * How long to wait before the next attempt: anywhere between nothing and a bound that doubles ("full jitter"), so that
 * a hall full of browsers doesn't come back to a restarted server in step.
 */
export function retryDelay(attempt, random = Math.random(), first = FIRST_WAIT_MS) {
  return Math.round(random * Math.min(LONGEST_WAIT_MS, first * 2 ** attempt));
}

/**
 * Opens a connection that heals itself.
 *
 * - `url()` is asked before every attempt, since what to continue from changes.
 * - `onOpen()` may send the first frame; `onMessage(message)` gets each parsed frame.
 * - `onStatus(status)`: `'connecting'`, `'open'` or `'stopped'`.
 * - `onClose(code)` answers `false` to stop instead of coming back.
 * - `firstWait`: the bound on the first wait, in ms.
 */
export function connect({ url, onOpen = () => {}, onMessage, onStatus = () => {}, onClose = () => true, firstWait }) {
  let socket = null;
  let attempt = 0;
  let openedAt = Infinity;
  let timer = null;
  let stopped = false;

  function open() {
    clearTimeout(timer);
    if (stopped || socket) return;
    onStatus('connecting');
    const mine = new WebSocket(url(), 'simultan.v1');
    socket = mine;
    mine.onopen = () => {
      openedAt = performance.now();
      onStatus('open');
      onOpen();
    };
    mine.onmessage = event => {
      if (mine !== socket) return;
      let message;
      try {
        message = JSON.parse(event.data);
      } catch {
        return;
      }
      onMessage(message);
    };
    mine.onclose = event => {
      if (mine === socket) lost(event.code);
    };
  }

  function lost(code) {
    socket = null;
    // A line that held starts the pauses anew; a server that accepts and closes at once is asked ever more rarely.
    if (performance.now() - openedAt > HELD_MS) attempt = 0;
    openedAt = Infinity;
    if (onClose(code) === false) return stop();
    onStatus('connecting');
    timer = setTimeout(open, retryDelay(attempt, Math.random(), firstWait));
    attempt += 1;
  }

  function drop() {
    const old = socket;
    socket = null;
    old?.close();
  }

  function stop() {
    stopped = true;
    clearTimeout(timer);
    drop();
    removeEventListener('online', now);
    removeEventListener('offline', offline);
    document.removeEventListener('visibilitychange', visible);
    onStatus('stopped');
  }

  // A network that is back, or a reader who looks again, shouldn't wait out the pause.
  const now = () => {
    attempt = 0;
    open();
  };
  const visible = () => document.visibilityState === 'visible' && now();
  // The browser may take minutes to notice that a socket without a network is dead.
  const offline = () => {
    if (!socket) return;
    drop();
    lost(1006);
  };

  addEventListener('online', now);
  addEventListener('offline', offline);
  document.addEventListener('visibilitychange', visible);
  open();

  return {
    /** Sends a frame if the line is open; the caller resends after a reconnect what must not be lost. */
    send(message) {
      if (socket?.readyState !== WebSocket.OPEN) return false;
      socket.send(JSON.stringify(message));
      return true;
    },
    /** Drops the line and comes back at once. */
    restart() {
      drop();
      attempt = 0;
      open();
    },
    stop,
  };
}
