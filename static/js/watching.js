// One exhibition, watched: the socket, what has been folded from it, and how the line is. For every page that only looks.

import { watchSocket } from './address.js';
import * as api from './api.js';
import { now } from './clock.js';
import { connect } from './socket.js';
import { fold, nothing } from './watch-state.js';

/** How often a page that shows whichever exhibition is current looks for a newer one. */
const LOOK_EVERY_MS = 15_000;

/**
 * Watches `exhibition`, an id or `current`.
 *
 * - `onState(state, message)` after each message that has changed something.
 * - `onLine(since)`: the connection is lost since then, by this page's clock, or `null`: it is there.
 * - `onTrouble(sentence)` while there is nothing to show yet.
 * - `delayMs`: everything is shown so much later than it comes.
 * - `token`: the organiser's, who sees everything as it is, without the spectators' delay.
 * - `unattended`: nobody will load the page again. Then `current` stays so, and a newer exhibition is gone over to.
 */
export function createWatching({ exhibition, onState, onLine, onTrouble, delayMs = 0, token = null, unattended = false }) {
  let id = exhibition;
  let state = nothing;
  let lostAt = null;
  /** What is still held back by the delay counts only as long as nothing has begun anew. */
  let beginning = 0;
  /** How many snapshots come before what the organiser sees: the one that everybody gets. */
  let others = 0;

  const socket = connect({
    // What has come without the delay can't be gone on from with it.
    url: () => watchSocket(id, state.gap || token ? null : state.seq),
    onOpen() {
      if (!token) return;
      others = 1;
      socket.send({ type: 'organiser', token });
    },
    onMessage(message) {
      if (token && others >= 0) {
        if (message.type === 'exhibition') others -= 1;
        if (others >= 0) return;
      }
      if (delayMs === 0) return receive(message);
      const mine = beginning;
      setTimeout(() => mine === beginning && receive(message), delayMs);
    },
    onStatus(status) {
      lostAt = status === 'open' ? null : (lostAt ?? now());
      onLine(lostAt);
      if (status !== 'open' && state.seq === null) explain();
    },
  });

  function receive(message) {
    const before = state;
    state = fold(state, message, now());
    if (state.gap) return beginAnew();
    if (state === before) return;
    // An address that says `current` would mean another exhibition after a reconnect.
    id = state.id;
    onState(state, message);
  }

  function beginAnew() {
    beginning += 1;
    socket.restart();
  }

  /** A refused socket doesn't say why; asking for the snapshot does. */
  async function explain() {
    try {
      await api.exhibition(id);
    } catch (error) {
      const none = error.status === 404;
      if (none && !unattended) socket.stop();
      onTrouble(none ? error.message : `${error.message} Trying again…`);
    }
  }

  /** A page that is loaded anew has nothing left of the exhibition before, and is the server's newest version. */
  async function goOverToTheNewest() {
    if (state.seq === null) return;
    try {
      const [newest] = await api.exhibitions();
      if (newest && newest.id !== id) location.reload();
    } catch {
      // The line says so already.
    }
  }

  if (unattended && exhibition === 'current') setInterval(goOverToTheNewest, LOOK_EVERY_MS);
}
