// What streaming software lays over its picture: the board where the master stands, and what the address asks for beside it.

import { Chessground } from '/static/vendor/chessground/chessground.min.js';
import { exhibitionInAddress } from './address.js';
import { boardConfig, MOTION, VIEW_ONLY } from './board-look.js';
import { drawClock } from './clock-face.js';
import { everyTick, now } from './clock.js';
import { byId, setText } from './dom.js';
import { createFollowing } from './following.js';
import { oncePerFrame } from './frame.js';
import { overlayOptions } from './overlay-options.js';
import * as words from './overlay-words.js';
import { opposite } from './position.js';
import { HEARD, silenceLine } from './signal.js';
import { nextVisit } from './walk-order.js';
import { boardOf, nothing, pace, seated } from './watch-state.js';
import { createWatching } from './watching.js';
import { who } from './words.js';

const options = overlayOptions(location.search);
const shows = part => options.parts.has(part);

let state = nothing;
let lostAt = null;
/** Whether the hall is heard, where a node shows it. */
let signal = HEARD;
/** The board that is shown. */
let drawn = null;

document.body.dataset.align = options.align;
document.body.dataset.theme = options.theme;
document.body.style.setProperty('--size', `${options.size}px`);
document.body.style.setProperty('--text', options.text);

const redraw = oncePerFrame(draw);
const following = createFollowing(redraw);
const ground = shows('board') ? Chessground(byId('board'), { ...VIEW_ONLY, coordinates: true, animation: MOTION }) : null;
byId('frame').hidden = !shows('board');

createWatching({
  exhibition: exhibitionInAddress(),
  delayMs: options.delayMs,
  crowd: true,
  unattended: true,
  onState(next, message) {
    state = next;
    following.hear(message, state);
    redraw();
  },
  // The picture below goes on whether the line is there or not: a sentence about it is not for the stream.
  onLine: since => (lostAt = since),
  onSignal(next) {
    signal = next;
    redraw();
  },
  onTrouble(sentence) {
    byId('missing').hidden = false;
    setText(byId('missing'), sentence);
  },
});

function draw() {
  if (state.seq === null) return;
  byId('missing').hidden = true;
  byId('shown').hidden = false;
  document.title = `${state.name} · Simultan`;
  const board = shownBoard();
  const put = (part, id, text) => setText(byId(id), shows(part) ? text : '');
  drawBoard(state.status === 'open' ? null : board);
  const taken = seated(state).length;
  put('status', 'status', signal ? silenceLine(signal, now()) : words.statusLine(state, taken, state.boards.length, pace(state, now())?.elapsed ?? null));
  put('move', 'move', drawn ? words.lastMove(drawn, state.master.name) : '');
  put('score', 'score', state.status === 'open' ? '' : words.scoreLine(state));
  put('next', 'next', words.nextLine(nextVisit(state)));
}

/** The board that was asked for, or the one where the master stands or stood last. */
function shownBoard() {
  const chosen = options.board === null ? undefined : boardOf(state, options.board);
  const followed = following.board(state, state.master.board);
  return chosen ?? followed ?? boardOf(state, state.lastVisited) ?? seated(state)[0] ?? null;
}

function drawBoard(board) {
  byId('frame').hidden = !shows('board') || board === null;
  for (const id of ['far', 'near']) byId(id).hidden = board === null || !(shows('names') || shows('clock'));
  if (board === null || board === drawn) return;
  // Pieces must not fly from one game's position to another's.
  const animation = { enabled: drawn?.board === board.board && MOTION.enabled };
  ground?.set({ ...boardConfig(board), orientation: opposite(board.color), animation });
  drawn = board;
  setText(byId('number'), shows('names') ? String(board.board) : '');
  setText(byId('name'), shows('names') ? who(board.name) : '');
  setText(byId('master'), shows('names') ? state.master.name : '');
  drawClocks(0);
}

function drawClocks(elapsed) {
  if (!shows('clock') || drawn === null) return;
  drawClock(byId('clock-theirs'), drawn, drawn.color, elapsed);
  drawClock(byId('clock-master'), drawn, opposite(drawn.color), elapsed);
}

everyTick(() => {
  if (signal && state.seq !== null && shows('status')) setText(byId('status'), silenceLine(signal, now()));
  if (drawn?.clock?.running && lostAt === null && signal === HEARD) drawClocks(now() - drawn.heardAt);
});
