// The master's page: one socket, the board where the master stands, all boards, and the keyboard.

import { exhibitionInAddress, masterPage, masterSocket } from './address.js';
import * as api from './api.js';
import { armed } from './armed.js';
import { createBoards } from './boards.js';
import { createBulletin } from './bulletin.js';
import { everyTick, now } from './clock.js';
import { announce, byId } from './dom.js';
import { bulletin } from './evening-words.js';
import { oncePerFrame } from './frame.js';
import { createMasterBoard } from './master-board.js';
import { createChat } from './master-chat.js';
import { broughtToken, createDoor, keepToken, keptToken } from './master-door.js';
import { listen } from './master-keys.js';
import { createQueue, drawPanel, label } from './master-panel.js';
import { chatAt, fits, fold, here, lost, moving, nothing, possible, waited } from './master-state.js';
import * as words from './master-words.js';
import { createMoveList } from './move-list.js';
import { matchMoves, speak } from './notation.js';
import { connect, retryDelay } from './socket.js';
import { createWall } from './wall.js';
import { boardOf, seated } from './watch-state.js';
import { toldToAll } from './watch-told.js';
import { eventSentence } from './words.js';

/** A second `d` within this time offers the draw. */
const TWICE_MS = 3_000;

let id = exhibitionInAddress();
let token = broughtToken();
let state = nothing;
let socket = null;
let welcome = false;
/** The board that the wall was scrolled to last. */
let insight = null;
/** The moves of the board where the master stands, as SAN: `{board, initial_fen, san}`. */
let sheet = null;
let arrived = null;
let askedToDraw = -Infinity;

label();
const redraw = oncePerFrame(draw);
const board = createMasterBoard({ onMove: play });
const moves = createMoveList(byId('moves'), { onPick() {} });
const wall = createWall(byId('wall'), { onChange: redraw });
const boards = createBoards(byId('boards'), byId('wall'), { onPick: go, waited: each => waited(state, each, now()) });
const band = createBulletin(byId('bulletin'));
const chat = createChat(byId('chat'));
const queue = createQueue(byId('queue'), { onPick: go });
const door = createDoor({
  exhibition: () => id,
  onToken(pasted) {
    token = pasted;
    door.close();
    sitDown();
  },
  onBack() {
    door.close();
    sitDown();
  },
});

/** An address that says `current` means this exhibition from now on; its seat may be known here. */
async function enter(attempt = 0) {
  try {
    id = (await api.exhibition(id)).id;
  } catch (error) {
    if (error.status === 404) return door.show('no_such_exhibition');
    byId('connection').hidden = false;
    setTimeout(() => enter(attempt + 1), retryDelay(attempt));
    return;
  }
  token ??= keptToken(id);
  sitDown();
}

function sitDown() {
  socket?.stop();
  if (!token) return door.show('none');
  state = nothing;
  socket = connect({
    url: () => masterSocket(id),
    onOpen() {
      welcome = false;
      socket.send({ type: 'master', token });
    },
    onStatus(status) {
      if (status !== 'open') welcome = false;
      byId('connection').hidden = status !== 'connecting' || door.isOpen();
      if (status !== 'open') state = lost(state);
      redraw();
    },
    onMessage: receive,
    onClose(code) {
      if (code === 4001) door.show('replaced');
      return !door.isOpen();
    },
  });
}

function receive(message) {
  if (message.type === 'error' && !welcome) {
    if (!['internal', 'rate_limited', 'not_joined'].includes(message.code)) door.show(message.code);
    return;
  }
  state = fold(state, message, now());
  if (state.gap) return socket.restart();
  if (message.type === 'exhibition') {
    welcome = true;
    id = message.id;
    keepToken(id, token);
    history.replaceState(null, '', masterPage(id));
    sheet = null;
  }
  if (message.type === 'walk' && state.pending?.sent === false) resend();
  if (message.type === 'walk' || message.type === 'visit') readSheet();
  if (sheet?.board === message.board) {
    if (message.type === 'moved') sheet.san[message.ply - 1] = message.san;
    if (message.type === 'retracted') sheet.san.length = message.ply - 1;
  }
  if (message.type === 'walk' && message.board !== arrived) {
    arrived = message.board;
    const where = here(state);
    if (where) announce(byId('announcer'), words.arrival(where, where.san && speak(where.san)));
  }
  if (['announced', 'closed'].includes(message.type) || (message.type === 'paused' && message.by === 'organiser'))
    announce(byId('announcer'), eventSentence(state.events.at(-1)));
  // Without waiting for a frame: the next board is there when the eye comes to it.
  if (message.type === 'walk' || message.board === state.stands?.board) draw();
  else redraw();
}

/** Asks for the moves of the board where the master stands, if they aren't known. */
async function readSheet() {
  const number = state.stands?.board ?? null;
  if (number === null || sheet?.board === number) return;
  const mine = (sheet = { board: number, initial_fen: undefined, san: [] });
  try {
    const record = await api.game(id, number);
    if (sheet !== mine) return;
    mine.initial_fen = record.initial_fen;
    mine.san = record.moves.map(move => move.san);
    redraw();
  } catch {
    // The moves stay out of the list until the master comes again; nothing depends on them.
    if (sheet === mine) sheet = null;
  }
}

function say(message) {
  const sent = welcome && socket.send(message);
  state = { ...state, notice: sent ? '' : words.NOT_DONE };
  redraw();
}

function play(uci) {
  const at = here(state);
  const sent = welcome && socket.send({ type: 'move', board: at.board, ply: at.ply + 1, uci });
  state = moving(state, at.board, at.ply + 1, uci, sent);
  draw();
}

/** A move that was made while the line was down: sent now, if it still fits. */
function resend() {
  const { pending, stands } = state;
  // Not known yet: the break ends with this page's return, and then the walk comes back to where it was.
  if (stands.paused || stands.board === null) return;
  const known = boardOf(state, pending.board);
  if (fits(state)) {
    socket.send({ type: 'move', board: pending.board, ply: pending.ply, uci: pending.uci });
    state = { ...state, pending: { ...pending, sent: true } };
  } else {
    const stored = known?.ply >= pending.ply && known.last_move === pending.uci;
    state = { ...state, pending: null, notice: stored ? '' : words.notMade(pending.board) };
  }
}

function go(number) {
  say({ type: 'go', board: number });
}

/** Plays what was typed, or goes to the board of that number; says whether that is done. */
async function typed(text) {
  const complain = notice => {
    state = { ...state, notice };
    redraw();
    return false;
  };
  if (/^\d+$/.test(text)) {
    go(Number(text));
    return true;
  }
  const choices = possible(state);
  if (!choices) return complain(words.noMoveNow);
  const found = matchMoves(text, choices.legal_moves, choices.legal_san);
  if (found.length === 0) return complain(words.notMove(text));
  let [{ uci }] = found;
  if (found.length > 1) {
    if (found.some(move => move.uci.slice(0, 4) !== uci.slice(0, 4)))
      return complain(words.whichMove(found.map(move => move.san)));
    const role = await board.askPromotion();
    uci = found.find(move => move.uci[4] === role)?.uci;
    if (!uci || possible(state) !== choices) return false;
  }
  play(uci);
  return true;
}

const atBoard = type => state.stands?.board && say({ type, board: state.stands.board });

function offerDraw() {
  atBoard(here(state)?.draw_offer === here(state)?.color ? 'accept_draw' : 'offer_draw');
}

const COMMANDS = {
  n: () => say({ type: 'next' }),
  b: () => say({ type: 'back' }),
  s: () => say({ type: 'stay', on: !state.stands?.stay }),
  u: () => state.stands?.retract && say({ type: 'retract', board: state.stands.retract.board }),
  p() {
    if (state.paused !== 'organiser') return say({ type: state.paused ? 'continue' : 'pause' });
    state = { ...state, notice: words.ORGANISERS_BREAK };
    redraw();
  },
  d() {
    if (now() - askedToDraw < TWICE_MS) return offerDraw();
    askedToDraw = now();
    state = { ...state, notice: words.DRAW_AGAIN };
    redraw();
  },
  '?'() {
    const keys = byId('keys');
    keys.hidden = !keys.hidden;
    byId('help').setAttribute('aria-expanded', String(!keys.hidden));
    if (!keys.hidden) keys.scrollIntoView({ block: 'nearest' });
  },
};

listen({ onCommand: letter => COMMANDS[letter](), onText: typed });
for (const [button, letter] of Object.entries({ next: 'n', back: 'b', stay: 's', undo: 'u', pause: 'p', help: '?' }))
  byId(button).addEventListener('click', () => COMMANDS[letter]());
byId('accept').addEventListener('click', () => atBoard('accept_draw'));
byId('decline').addEventListener('click', () => atBoard('decline_draw'));
byId('draw').addEventListener('click', offerDraw);
armed(byId('resign'), words.RESIGN_SURE, () => atBoard('resign'));

function draw() {
  if (state.seq === null || door.isOpen()) return;
  byId('cockpit').hidden = false;
  const at = here(state) ?? seated(state)[0] ?? state.boards[0];
  const choices = possible(state);
  const pending = state.pending?.board === at.board && state.pending.ply === at.ply + 1 ? state.pending.uci : null;
  board.draw(at, choices, pending);
  const undone = boardOf(state, state.stands?.retract?.board);
  drawPanel(state, undone?.san, now());
  chat.draw(chatAt(state, at.board));
  drawBand();
  byId('moves').hidden = sheet === null;
  if (sheet) moves.draw(sheet.san, sheet.san.length, sheet.initial_fen);
  queue.draw(state, now());
  if (wall.fit(seated(state).length, state.timed)) boards.resized();
  if (state.stands?.board !== insight) keepInSight();
  boards.draw(state, null);
}

const drawBand = () => band.draw(bulletin(toldToAll(state, now(), Date.now()), Date.now()));

function keepInSight() {
  insight = state.stands?.board;
  wall.keepInSight(boards.placeOf(insight));
}

everyTick(() => {
  if (state.status !== 'running' || document.hidden || door.isOpen()) return;
  keepInSight();
  drawBand();
  drawPanel(state, boardOf(state, state.stands?.retract?.board)?.san, now());
  queue.draw(state, now());
  boards.tick(now());
});

enter();
