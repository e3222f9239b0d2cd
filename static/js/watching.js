// One exhibition, watched: the socket, what has been folded from it, and how the line is. For every page that only looks.

import { watchSocket } from './address.js';
import * as api from './api.js';
import { now } from './clock.js';
import { heard, HEARD } from './signal.js';
import { connect, CROWDS_FIRST_WAIT_MS } from './socket.js';
import { fold, nothing } from './watch-state.js';

/** How often a page that shows whichever exhibition is current looks for a newer one. */
const LOOK_EVERY_MS = 15_000;
/** A node that does not hear the hall says so at once to whoever comes. */
const SAID_WITHIN_MS = 500;
/** Thousands lose their line in one moment: somewhere within this time each looks whether its hall is there still. */
const SEEKS_WITHIN_MS = 30_000;

/**
 * Watches `exhibition`, an id or `current`.
 *
 * - `onState(state, message)` after each message that has changed something.
 * - `onLine(since)`: the connection is lost since then, by this page's clock, or `null`: it is there.
 * - `onSignal(signal)`: how a hall is heard that is shown from elsewhere, see signal.js.
 * - `onTrouble(sentence)` while there is nothing to show yet.
 * - `delayMs`: everything is shown so much later than it comes.
 * - `token`: the organiser's, who sees everything as it is, without the spectators' delay.
 * - `crowd`: there may be thousands of these pages. They take the first snapshot where it can be kept for all, and come back
 *   one after the other.
 * - `unattended`: nobody will load the page again. Then `current` stays so, and a newer exhibition is gone over to.
 */
export function createWatching({
  exhibition,
  onState,
  onLine,
  onSignal = () => {},
  onTrouble,
  delayMs = 0,
  token = null,
  crowd = false,
  unattended = false,
}) {
  let id = exhibition;
  let state = nothing;
  let signal = HEARD;
  let lostAt = null;
  /** The last event of the first snapshot, where it came before the socket was there. */
  let first = null;
  let socket = null;
  /** What is still held back by the delay counts only as long as nothing has begun anew. */
  let beginning = 0;
  /** How many snapshots come before what the organiser sees: the one that everybody gets. */
  let others = 0;
  /** How often the line has been there, and which of these times something was said of the signal. */
  let line = 0;
  let saidOn = 0;
  /** Waits to look where the hall is, while the line is lost. */
  let seeking = null;

  function open() {
    let tried = false;
    socket = connect({
      // What has come without the delay can't be gone on from with it.
      url: () => watchSocket(id, state.gap || token ? null : (state.seq ?? first)),
      firstWait: crowd ? CROWDS_FIRST_WAIT_MS : undefined,
      onOpen() {
        line += 1;
        setTimeout(forgetSignal, SAID_WITHIN_MS, line);
        if (!token) return;
        others = 1;
        socket.send({ type: 'organiser', token });
      },
      onMessage(message) {
        if (token && others >= 0) {
          if (message.type === 'exhibition') others -= 1;
          if (others >= 0) return;
        }
        if (message.type === 'signal') saidOn = line;
        hold(message);
      },
      onStatus(status) {
        // The first attempt has lost nothing that was there.
        const begins = !tried && first !== null;
        tried = true;
        lostAt = status === 'open' || begins ? null : (lostAt ?? now());
        onLine(lostAt);
        if (status === 'open' || begins) return;
        if (state.seq === null) explain();
        else if (!unattended) seeking ??= setTimeout(seekHall, Math.random() * SEEKS_WITHIN_MS);
      },
    });
  }

  function hold(message) {
    if (delayMs === 0) return receive(message);
    const mine = beginning;
    setTimeout(() => mine === beginning && receive(message), delayMs);
  }

  function receive(message) {
    if (message.type === 'signal') return hear(message);
    const before = state;
    state = fold(state, message, now());
    if (state.gap) return beginAnew();
    if (state === before) return;
    // An address that says `current` would mean another exhibition after a reconnect.
    id = state.id;
    onState(state, message);
  }

  function hear(message) {
    signal = heard(signal, message, now());
    onSignal(signal);
  }

  /** Another node may hear the hall: then it says nothing of it. */
  function forgetSignal(of) {
    if (of === line && saidOn !== line && signal !== HEARD) hear({ lost_ms: null });
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
      trouble(error);
    }
  }

  /** At a node this address may mean no hall any more, since there are several now: the reader chooses again. */
  async function seekHall() {
    seeking = null;
    if (lostAt === null) return;
    try {
      const halls = await api.halls();
      if (halls.length > 0 && !halls.some(hall => hall.here)) location.assign('/');
    } catch {
      // The line says so already.
    }
  }

  function trouble(error) {
    const none = error.status === 404;
    if (none && !unattended) socket?.stop();
    onTrouble(none ? error.message : `${error.message} Trying again…`);
  }

  /** The first snapshot, and then the socket, which goes on from there; or gives its own. */
  async function begin() {
    try {
      const snapshot = await api.firstSnapshot(id);
      [id, first] = [snapshot.id, snapshot.seq];
      hold(snapshot);
    } catch (error) {
      if (error.status === 404 && !unattended) return trouble(error);
    }
    open();
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

  if (crowd && !token) begin();
  else open();
  if (unattended && exhibition === 'current') setInterval(goOverToTheNewest, LOOK_EVERY_MS);
}
