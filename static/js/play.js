// The play page: takes or keeps a seat, and carries moves between board, state and socket.

import { playPage, playSocket } from './address.js';
import { armed } from './armed.js';
import { createBell } from './bell.js';
import { everyTick, now } from './clock.js';
import { openDoor, PASSING } from './door.js';
import { createBulletin } from './bulletin.js';
import { announce, byId, setText } from './dom.js';
import { bulletin } from './evening-words.js';
import { oncePerFrame } from './frame.js';
import { createMoveList } from './move-list.js';
import { matchMoves, speak } from './notation.js';
import { createPlayBoard } from './play-board.js';
import { drawClocks, drawPanel, situation } from './play-panel.js';
import { asked, canMove, chosen, fold, lost, nothing, premoveDue, sent, toldAt, unanswered, withdrawn } from './play-state.js';
import { placements, turnOf } from './position.js';
import { keepSeat } from './seat.js';
import { connect } from './socket.js';
import { seatsTaken } from './lobby-count.js';
import { YOU_HAVE_A_SEAT } from './words.js';

/** How long to wait before asking again when the server couldn't say whether it kept a move. */
const ASK_AGAIN_MS = 1_000;
/** A move without any answer for so long means a dead line, which a browser may take minutes to notice. */
const ANSWER_WITHIN_MS = 10_000;

let state = nothing;
let socket = null;
/** The ply that the player looks back at, or null for now. */
let review = null;
let lobby = null;
/** When it begins by itself, as asked for last; undefined before that. */
let startsAt;
/** What is read of what everybody was told, to read out what is new. */
let read = [];

const bell = createBell(byId('sound'));
const redraw = oncePerFrame(draw);
const board = createPlayBoard({ onMove: play, onPremove: setPremove });
const moveList = createMoveList(byId('moves'), { onPick: lookAt });
const door = openDoor(sit);
const bands = [createBulletin(byId('bulletin')), createBulletin(byId('door-bulletin'))];

/** Goes to the table with the first frame that the door has agreed on: a `join` or a `resume`. */
function sit(exhibition, firstFrame) {
  become(nothing);
  read = [];
  socket?.stop();
  let frame = firstFrame;
  /** What this connection has got: `seated`, `applied`, `waiting`, or null; until then, an error is about the first frame. */
  let standing = null;
  /** The last thing that was refused: what a connection is closed for is told before. */
  let refusal = null;
  /** The door has said why there is nothing to come back to, and waits for the reader. */
  let over = false;
  /** The place that is asked for. */
  let place = null;

  /** A seat or a place is theirs: its secret is the way back. */
  function keep(message) {
    standing = message.type;
    frame = { type: 'resume', token: message.token };
    keepSeat({ ...message, state: standing });
    history.replaceState(null, '', playPage(message.exhibition));
  }

  /** Whether the message was for the door. */
  function heardAtTheDoor(message) {
    switch (message.type) {
      case 'seated':
        if (standing !== null) announce(byId('announcer'), YOU_HAVE_A_SEAT);
        review = null;
        keep(message);
        door.close();
        return false;
      case 'applied':
        keep(message);
        place = message;
        door.applied(message);
        return true;
      case 'waiting':
        keep(message);
        door.queued(message);
        return true;
      case 'renamed':
        if (standing === 'seated') keepSeat({ ...state.seat, name: message.name });
        if (standing !== 'applied') return false;
        place = { ...place, name: message.name };
        keep(place);
        door.applied(place);
        return true;
      case 'error':
        refusal = message;
        if (standing === 'seated') return false;
        if (standing !== null || (frame.type === 'resume' && PASSING.has(message.code))) return true;
        over = true;
        door.refused(exhibition, frame, message);
        return true;
      default:
        return false;
    }
  }
  socket = connect({
    url: () => playSocket(exhibition),
    onOpen() {
      standing = refusal = null;
      socket.send({ ...frame, legal_moves: true, legal_san: true });
    },
    onStatus(status) {
      byId('connection').hidden = status !== 'connecting';
      if (status === 'open') return;
      state = lost(state);
      redraw();
    },
    onMessage(message) {
      if (!heardAtTheDoor(message)) receive(message);
    },
    onClose(code) {
      if (code === 4001) {
        over = true;
        door.takenElsewhere(exhibition, frame);
      }
      if (code === 1008 && standing !== null && ['not_allowed', 'closed'].includes(refusal?.code)) {
        over = true;
        door.dismissed(exhibition, standing, refusal);
      }
      return !over;
    },
  });
}

/** Takes what is known now; a premove that is no longer meant leaves the board. */
function become(next) {
  const gone = state.premove && !next.premove;
  state = next;
  if (gone) board.cancelPremove();
}

function receive(message) {
  become(fold(state, message, now()));
  if (state.gap) return socket.restart();
  switch (message.type) {
    case 'game':
      resend();
      break;
    case 'grace':
      announce(byId('announcer'), situation(state, null, now()).detail);
      break;
    case 'renamed':
    case 'reseated':
    case 'passed':
      announce(byId('announcer'), state.notice.text);
      break;
    case 'visit':
      bell.ring();
      announce(byId('announcer'), 'The master is here.');
      break;
    case 'moved':
      review = null;
      if (message.turn === state.seat.color) announce(byId('announcer'), `${speak(message.san)}. Your move.`);
      break;
    case 'ended':
    case 'closed':
      announce(byId('announcer'), situation(state).detail);
      break;
    case 'announced':
      readOut();
      break;
    case 'error':
      if (message.code === 'internal') setTimeout(resend, ASK_AGAIN_MS);
      break;
  }
  draw();
  if (premoveDue(state)) {
    state = chosen(state, null);
    board.playPremove();
  }
}

/** Sends what has no answer yet, if the server hears it; else it waits, and the page says so. */
function resend() {
  const frame = unanswered(state);
  if (!frame || !state.line || !socket.send(frame)) return;
  state = sent(state);
  const { pending } = state;
  setTimeout(() => state.pending === pending && socket.restart(), ANSWER_WITHIN_MS);
}

function ask(type, uci) {
  state = asked(state, type, uci);
  resend();
  if (!state.line) announce(byId('announcer'), situation(state).detail);
  // At once: until an answer has come, nothing else can be asked for, and the buttons say so.
  draw();
}

function play(uci) {
  ask('move', uci);
}

function setPremove(squares) {
  state = chosen(state, squares);
  // The board tells of it a moment later: meanwhile its turn may have come, or its move have gone.
  if (squares && !state.premove) board.cancelPremove();
  redraw();
}

/** What everybody was told, line by line. */
const told = () => bulletin(toldAt(state, now(), Date.now(), startsAt), Date.now());

/** Reads out what has not been told before. */
function readOut() {
  const lines = told().map(({ text }) => text);
  const fresh = lines.filter(text => !read.includes(text));
  read = lines;
  if (fresh.length > 0) announce(byId('announcer'), fresh.join(' '));
}

function draw() {
  for (const band of bands) band.draw(told());
  if (!state.game || !state.seat || door.isOpen()) return;
  byId('table').hidden = false;
  const reviewed = reviewedPosition();
  drawPanel(state, { lobby, at: now(), reviewing: reviewed !== null && state.game.status === 'playing' });
  board.draw(state, reviewed);
  moveList.draw(state.game.san, review ?? state.game.ply, state.game.initial_fen);
  const at = review ?? state.game.ply;
  byId('step-first').disabled = byId('step-back').disabled = at === 0;
  byId('step-forward').disabled = byId('step-last').disabled = at === state.game.ply;
}

function reviewedPosition() {
  if (review === null) return null;
  const { initial_fen, moves, san } = state.game;
  const fen = placements(initial_fen, moves.slice(0, review))[review];
  const first = turnOf(initial_fen) === 'white';
  const white = (review % 2 === 0) === first;
  return { ply: review, fen, uci: moves[review - 1], san: san[review - 1], turn: white ? 'white' : 'black' };
}

function lookAt(ply) {
  if (!state.game) return;
  const target = Math.max(0, Math.min(state.game.ply, ply));
  review = target === state.game.ply ? null : target;
  draw();
}
const step = by => lookAt((review ?? state.game?.ply) + by);

byId('step-first').addEventListener('click', () => lookAt(0));
byId('step-back').addEventListener('click', () => step(-1));
byId('step-forward').addEventListener('click', () => step(1));
byId('step-last').addEventListener('click', () => lookAt(Infinity));

addEventListener('keydown', event => {
  if (event.key === 'Escape') return board.cancelPremove();
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey || !state.game) return;
  if (event.target.closest('input, [role=dialog]')) return;
  event.preventDefault();
  step(steps[event.key]);
});

byId('typed').addEventListener('submit', async event => {
  event.preventDefault();
  const field = byId('move');
  const complain = text => setText(byId('typed-error'), text);
  complain('');
  if (state.pending) return complain('One thing at a time: what you asked for last has no answer yet.');
  if (!canMove(state)) return typedPremove(field, complain);
  const found = matchMoves(field.value, state.game.legal_moves, state.game.legal_san);
  let uci = found[0]?.uci;
  if (found.length > 1) {
    const choices = found.map(move => move.san);
    if (found.some(move => move.uci.slice(0, 4) !== uci.slice(0, 4)))
      return complain(`Which one: ${choices.join(' or ')}?`);
    const role = await board.askPromotion();
    uci = found.find(move => move.uci[4] === role)?.uci;
    if (!uci) return;
  }
  if (!uci) return complain(field.value.trim() ? `${field.value.trim()} isn’t a legal move here.` : '');
  field.value = '';
  review = null;
  play(uci);
});

/** While the master thinks, squares like `e7e5` set a premove; notation would need rules that aren't here. */
function typedPremove(field, complain) {
  const [, from, to] = /^([a-h][1-8])-?([a-h][1-8])$/i.exec(field.value.trim().toLowerCase()) ?? [];
  if (!from) return complain('It isn’t your turn yet. To choose your next move, type two squares: e7e5.');
  if (!board.premove(from, to)) return complain('No piece of yours can go there.');
  field.value = '';
}

byId('move').addEventListener('input', () => setText(byId('typed-error'), ''));
byId('premove-cancel').addEventListener('click', () => board.cancelPremove());
byId('draw').addEventListener('click', () => say('offer_draw'));
byId('accept').addEventListener('click', () => say('accept_draw'));
byId('decline').addEventListener('click', () => say('decline_draw'));
byId('pass').addEventListener('click', () => socket.send({ type: 'pass' }));
armed(byId('resign'), 'Really resign?', () => say('resign'));

/** One thing at a time: what waits for an answer or the line comes first. */
function say(type) {
  if (state.pending === null) ask(type);
}

byId('withdraw-button').addEventListener('click', () => {
  become(withdrawn(state));
  draw();
});

everyTick(() => {
  if (state.awaited !== null || state.told.startsAt !== null) redraw();
  if (state.game?.clock?.running) drawClocks(state, now() - state.game.heardAt);
});

seatsTaken(
  () => state.game?.status === 'waiting' && state.seat.exhibition,
  (text, begins) => {
    lobby = text;
    startsAt = begins;
    redraw();
  },
);
