// The dashboard: the socket's messages go into the state, the state goes onto the page once a frame.

import { deskPage, exhibitionInAddress, gamesPgn, resultsPage, watchPage } from './address.js';
import * as api from './api.js';
import { MOTION } from './board-look.js';
import { createBoards } from './boards.js';
import { createBulletin } from './bulletin.js';
import { everyTick, now } from './clock.js';
import { announce, byId, setName, setText } from './dom.js';
import { createEndingLine } from './ending-line.js';
import { createEventList } from './event-list.js';
import { bulletin } from './evening-words.js';
import { createFollow } from './follow.js';
import { createFollowing } from './following.js';
import { oncePerFrame } from './frame.js';
import { drawLobby } from './lobby.js';
import { organiserToken } from './organiser.js';
import { createReplay } from './replay.js';
import { screenLinks } from './screens.js';
import { HEARD, HEARD_AGAIN, silence, silenceTitle } from './signal.js';
import { drawPace, drawScore } from './stats.js';
import { createWalker } from './walker.js';
import { createWall } from './wall.js';
import { boardOf, nothing, seated } from './watch-state.js';
import { toldToAll } from './watch-told.js';
import { createWatching } from './watching.js';
import { count, DESK, eventSentence } from './words.js';

let state = nothing;
let id = exhibitionInAddress();
/** The board that the reader has chosen, or null to follow the master. */
let pinned = Number(new URLSearchParams(location.hash.slice(1)).get('board')) || null;
/** Since when the connection is lost, or null. */
let lostAt = null;
/** Whether the hall is heard, where a node shows it. */
let signal = HEARD;
/** When the clocks have come to stand still, since nothing comes, or null. */
const stillAt = () => lostAt ?? signal?.stillAt ?? null;
let token = null;

const redraw = oncePerFrame(draw);
const following = createFollowing(redraw);
const wall = createWall(byId('wall'), { onChange: redraw });
const boards = createBoards(byId('boards'), byId('wall'), { onPick: choose });
const walker = createWalker(byId('boards-area'), byId('walker'), boards.elementOf);
const replay = createReplay({ onChange: redraw, onError: text => announce(byId('announcer'), text) });
const follow = createFollow({ onFollow: () => pin(null), onPin: () => pin(large()?.board), replay });
const events = createEventList(byId('events'), { onPick: choose });
const ending = createEndingLine();
const bands = [createBulletin(byId('bulletin')), createBulletin(byId('side-bulletin'))];

createWatching({
  exhibition: id,
  crowd: true,
  onState: receive,
  onLine: showConnection,
  onSignal: showSignal,
  onTrouble: sentence => setText(byId('missing'), sentence),
});

function receive(next, message) {
  const before = state;
  state = next;
  if (state.id !== before.id) {
    // An address that says `current` would mean another exhibition after a reload.
    id = state.id;
    history.replaceState(null, '', watchPage(id) + location.hash);
  }
  following.hear(message, state);
  if (['started', 'finished', 'ended', 'announced', 'closed'].includes(message.type))
    announce(byId('announcer'), eventSentence(state.events.at(-1)));
  redraw();
}

function showConnection(since) {
  lostAt = since;
  byId('connection').hidden = lostAt === null || state.seq === null;
}

function showSignal(next) {
  const [before, after] = [signal, next].map(one => one && silenceTitle(one));
  signal = next;
  if (before !== after) announce(byId('announcer'), after ?? HEARD_AGAIN);
  redraw();
}

function pin(board) {
  pinned = board ?? null;
  if (pinned === null) replay.leave();
  redraw();
}

/** Pins a board, and on a phone takes the reader up to where it is shown. */
function choose(board) {
  pin(board);
  const { top } = byId('stand').getBoundingClientRect();
  if (top < 0) byId('stand').scrollIntoView({ behavior: MOTION.enabled ? 'smooth' : 'auto' });
}

/** The board to show large. */
function large() {
  const chosen = pinned === null ? undefined : boardOf(state, pinned);
  if (chosen) return chosen;
  const [first = state.boards[0]] = seated(state);
  if (state.status === 'finished') return first;
  return following.board(state, state.master.board) ?? first;
}

function draw() {
  if (state.seq === null) return;
  const open = state.status === 'open';
  document.body.dataset.status = state.status;
  document.title = `${state.name} · Simultan`;
  setName(byId('name'), state.name);
  setName(byId('subtitle'), subtitle());
  byId('missing').hidden = true;
  byId('lobby').hidden = !open;
  byId('hall').hidden = byId('pgn').hidden = byId('results').hidden = open;
  byId('pgn').href = gamesPgn(id);
  byId('results').href = resultsPage(id);
  byId('desk').hidden = token === null;
  byId('desk').href = deskPage(id);
  setText(byId('desk'), DESK);
  events.draw(state);
  drawBands();
  byId('happenings').hidden = state.status === 'finished' && state.events.length === 0;
  if (open) {
    drawLobby(state);
    drawStart();
  } else {
    drawHall();
  }
}

function drawBands() {
  const lines = bulletin(toldToAll(state, stillAt() ?? now(), Date.now()), Date.now());
  if (signal) lines.unshift({ kind: 'signal', text: silenceTitle(signal), countdown: silence(signal, now()) });
  for (const band of bands) band.draw(lines);
}

function drawHall() {
  drawScore(state);
  drawPace(state, stillAt() ?? now());
  if (stillAt() === null) ending.follow(state, Date.now());
  const board = large();
  const chosen = pinned === board.board || state.status === 'finished';
  if (chosen) replay.show(id, board);
  follow.draw(state, board, chosen);
  const refitted = wall.fit(seated(state).length, state.timed);
  if (refitted) boards.resized();
  // First scrolled, then drawn: what comes into sight must be there in the same frame.
  if (!chosen) wall.keepInSight(boards.placeOf(state.master.board));
  boards.draw(state, chosen ? board.board : null);
  if (refitted) walker.placeAtOnce();
  walker.goTo(state.status === 'running' ? state.master.board : null);
  if (stillAt() !== null) showClocks(stillAt());
}

/** Clocks as they stand at `time`, which by themselves show what was told last. */
function showClocks(time) {
  boards.tick(time);
  follow.tick(time);
}

function subtitle() {
  const status = { open: 'not started yet', running: 'running', finished: 'finished' }[state.status];
  const engine = state.master.kind === 'engine' ? ' (engine)' : '';
  return `${state.master.name}${engine} against ${count(seated(state).length, 'opponent')} · ${status}`;
}

function drawStart() {
  if (token !== null && byId('lobby-screens').dataset.of !== id) {
    byId('lobby-screens').dataset.of = id;
    byId('lobby-screens').replaceChildren(screenLinks(id));
  }
  const taken = seated(state).length;
  byId('start').hidden = token === null;
  byId('start').disabled = taken === 0;
  setText(byId('start'), `Start with ${count(taken, 'opponent')}`);
}

byId('start').addEventListener('click', async () => {
  setText(byId('start-error'), '');
  try {
    await api.start(id, token);
  } catch (error) {
    setText(byId('start-error'), error.message);
  }
});

organiserToken().then(
  found => {
    token = found;
    redraw();
  },
  () => {
    // Not reachable just now: the socket says so already, and a reload asks again.
  },
);

everyTick(() => {
  if (state.seq === null || document.hidden) return;
  drawBands();
  if (state.status !== 'running' || stillAt() !== null) return;
  drawPace(state, now());
  ending.follow(state, Date.now());
  showClocks(now());
});
