// What a spectator knows: a pure fold of snapshot and events. No DOM, no sockets, no reading of the time.
//
// States are never changed in place. A board that an event didn't touch keeps its identity, so the renderer finds the
// ones to redraw by comparing references.

import { stopped } from './clock.js';
import { opposite } from './position.js';
import { outcomeFor } from './words.js';

const EVENTS_KEPT = 200;
const TRAIL_KEPT = 6;

/** Before the first snapshot. */
export const nothing = { seq: null, id: null, boards: [], events: [], trail: [], lastVisited: null, gap: false };

/** The state after `message`, which arrived at local time `now`. `gap` says that something was missed. */
export function fold(state, message, now) {
  if (message.type === 'exhibition') return fromSnapshot(state, message, now);
  if (state.seq === null || typeof message.seq !== 'number' || message.seq <= state.seq) return state;
  if (message.seq !== state.seq + 1) return { ...state, gap: true };
  const next = { ...state, seq: message.seq };
  if (typeof message.at_ms === 'number') Object.assign(next, { atMs: message.at_ms, heardAt: now });
  // Whoever sits down may have been in the queue.
  if (typeof message.waiting === 'number') next.waiting = message.waiting;
  const apply = EVENTS[message.type];
  // An event of a kind that came later than this page: counted, not understood.
  return apply ? apply(next, message, now) : next;
}

function fromSnapshot(state, snapshot, now) {
  const same = state.id === snapshot.id;
  const boards = snapshot.boards.map(board => ({
    ...board,
    san: board.last_san ?? null,
    heardAt: now,
    lastMoveMs: board.last_move_ms ?? null,
  }));
  const stands = snapshot.master?.board ?? null;
  return {
    ...nothing,
    seq: snapshot.seq,
    id: snapshot.id,
    name: snapshot.name,
    status: snapshot.status,
    late_rounds: snapshot.late_rounds,
    master: { color: 'white', ...snapshot.master, board: stands },
    clock: snapshot.clock,
    /** Whether any game has a clock. */
    timed: boards.some(board => Boolean(board.clock)),
    boards,
    index: new Map(boards.map((board, i) => [board.board, i])),
    score: snapshot.score,
    /** What the organiser has announced to all, or null. */
    announcement: snapshot.announcement ?? null,
    lastRound: snapshot.last_round ?? false,
    /** Whether no visit begins any more: all clocks stand still. */
    closed: snapshot.closed ?? false,
    /** When no visit begins any more, in the exhibition's own time, or null. */
    closesMs: snapshot.closes_ms ?? null,
    /** How many wait for a seat. */
    waiting: snapshot.waiting ?? 0,
    /** What its organiser says of the exhibition. */
    text: snapshot.text ?? '',
    admission: snapshot.admission ?? 'open',
    codeRequired: snapshot.code_required ?? false,
    /** When it is to begin, in Unix milliseconds, or null. */
    startsAt: snapshot.starts_at ?? null,
    paused: snapshot.paused ?? null,
    pausedSince: snapshot.paused_since ?? null,
    walk: {
      mode: 'in-turn',
      started_ms: null,
      visits: 0,
      rounds: 0,
      round_ms: null,
      master_ms: 0,
      opponents_ms: 0,
      ...snapshot.walk,
    },
    lastVisited: stands,
    visitMs: snapshot.walk?.visit_ms ?? null,
    finishedMs: snapshot.finished_ms ?? snapshot.walk?.finished_ms ?? null,
    atMs: snapshot.at_ms ?? null,
    heardAt: now,
    events: same ? state.events : [],
    trail: same && state.trail[0] === stands ? state.trail : stands === null ? [] : [stands],
  };
}

/** One board by its number. */
export const boardOf = (state, number) => state.boards[state.index?.get(number)];

/** The boards with somebody at them. */
export const seated = state => state.boards.filter(board => board.name !== null);

/** Whether all clocks stand still. */
export const standsStill = state => Boolean(state.paused) || state.closed;

/** The exhibition's own time, carried on from the last message. It stands still when the exhibition doesn't run. */
export function timeNow(state, now) {
  if (state.finishedMs !== null && state.finishedMs !== undefined) return state.finishedMs;
  if (state.atMs === null || state.atMs === undefined) return null;
  return state.status === 'running' && !state.paused && !state.closed ? state.atMs + (now - state.heardAt) : state.atMs;
}

/** How long the exhibition has run, and how long one game after the other would have taken so far. */
export function pace(state, now) {
  const started = state.walk?.started_ms;
  const at = timeNow(state, now);
  if (started === null || started === undefined || at === null) return null;
  const elapsed = Math.max(0, at - started);
  const oneByOne = state.walk.master_ms + state.walk.opponents_ms;
  return { elapsed, oneByOne, longer: oneByOne - elapsed };
}

/** Whether it is the master's turn there: somebody waits for a visit. */
export const waits = (state, board) => board.status === 'playing' && board.turn === opposite(board.color);

/** Whether the master will come there: not where visits are over, or in the last round have been. */
export const expects = (state, board) => waits(state, board) && !state.closed && board.due !== false;

/** How many boards the last round has still to come to. */
export const stillDue = state => state.boards.filter(board => board.due === true).length;

function withBoard(state, number, change) {
  const i = state.index.get(number);
  if (i === undefined) return state;
  const boards = state.boards.slice();
  boards[i] = { ...boards[i], ...change };
  return { ...state, boards };
}

function withEvent(state, message, facts = {}) {
  const board = boardOf(state, message.board);
  const event = {
    kind: message.type,
    seq: message.seq,
    atMs: message.at_ms ?? state.atMs,
    board: message.board,
    name: message.name ?? board?.name,
    color: board?.color,
    master: state.master.name,
    ...facts,
  };
  return { ...state, events: [...state.events.slice(1 - EVENTS_KEPT), event] };
}

/** What a seat is while nobody has it. */
const nobody = state => ({ name: null, bot: false, connected: false, away_since: undefined, state });

/** In the last round the master comes to a board once. */
function met(state, number) {
  return boardOf(state, number)?.due ? withBoard(state, number, { due: false }) : state;
}

const EVENTS = {
  joined: (state, message) => {
    // Who was let in has been there before, or has gone meanwhile.
    const here = boardOf(state, message.board)?.state !== 'applied' || boardOf(state, message.board).connected;
    const seat = { name: message.name, connected: here, state: 'seated', ...flag(message, 'bot') };
    if (state.status !== 'running') return withEvent(withBoard(state, message.board, seat), message);
    // A latecomer's game is on at once.
    const board = boardOf(state, message.board);
    const waits_since = board?.turn === opposite(board?.color) ? (message.at_ms ?? state.atMs) : null;
    const next = withBoard(state, message.board, { ...seat, status: 'playing', waits_since });
    return withEvent({ ...next, score: { ...state.score, playing: state.score.playing + 1 } }, message);
  },

  // Who they are is told once they are let in.
  applied: (state, message) => withEvent(withBoard(state, message.board, { state: 'applied', connected: true }), message),

  left: (state, message) => {
    const { name } = message;
    // Who was turned away has no name here.
    const turnedAway = boardOf(state, message.board)?.state === 'applied';
    return withEvent(withBoard(state, message.board, nobody(message.state)), message, { name, turnedAway });
  },

  renamed: (state, message) => {
    const was = boardOf(state, message.board)?.name ?? null;
    if (was === null || !message.name) return state;
    return withEvent(withBoard(state, message.board, { name: message.name }), message, { was });
  },

  reseated: (state, message) => {
    const board = boardOf(state, message.board);
    if (!board) return state;
    const { name, bot } = board;
    const free = withBoard(state, message.board, nobody(message.state));
    // They come to the new board in a moment.
    const next = withBoard(free, message.to, { name, bot, state: 'seated', connected: false });
    return withEvent(next, message, { name, to: message.to });
  },

  waiting: state => state,

  // The first connection comes with the seat; only a return is news.
  connected: (state, message) => {
    const known = boardOf(state, message.board);
    const next = withBoard(state, message.board, { connected: true });
    return known?.connected === false && known.name !== null ? withEvent(next, message) : next;
  },

  disconnected: (state, message) => {
    const next = withBoard(state, message.board, { connected: false });
    return boardOf(state, message.board)?.name ? withEvent(next, message) : next;
  },

  started: (state, message) => {
    const at = message.at_ms ?? state.atMs;
    const since = board => (board.turn === opposite(board.color) ? at : null);
    const boards = state.boards.map(board => {
      const clock = withExtra(board, message.added_ms ?? 0);
      return board.name === null ? { ...board, clock } : { ...board, clock, status: 'playing', waits_since: since(board) };
    });
    const playing = boards.filter(board => board.status === 'playing').length;
    return withEvent(
      {
        ...state,
        status: 'running',
        waiting: 0,
        boards,
        score: { ...state.score, playing },
        walk: { ...state.walk, started_ms: message.at_ms ?? state.atMs },
      },
      message,
    );
  },

  finished: (state, message) =>
    withEvent(
      {
        ...state,
        status: 'finished',
        score: message.score ?? state.score,
        finishedMs: message.at_ms ?? state.atMs,
        master: { ...state.master, board: null },
      },
      message,
      { score: message.score },
    ),

  visit: (state, message) => {
    const at = message.at_ms ?? state.atMs;
    const walk = { ...state.walk, visits: state.walk.visits + 1 };
    const inOrder = !message.excursion;
    // The walk has come round when it reaches a board that isn't farther on than the one before.
    if (inOrder && state.lastVisited !== null && message.board <= state.lastVisited) {
      walk.rounds += 1;
      walk.round_ms = Math.round((at - (walk.started_ms ?? at)) / walk.rounds);
    }
    return {
      ...met(state, message.board),
      walk,
      visitMs: at,
      lastVisited: inOrder ? message.board : state.lastVisited,
      master: { ...state.master, board: message.board },
      trail: [message.board, ...state.trail.filter(number => number !== message.board)].slice(0, TRAIL_KEPT),
    };
  },

  moved: (state, message, now) => {
    const board = boardOf(state, message.board);
    if (!board) return state;
    const at = message.at_ms ?? state.atMs;
    const byMaster = opposite(message.turn) !== board.color;
    const walk = { ...state.walk };
    const before = board.lastMoveMs ?? walk.started_ms ?? at;
    // Where the master has waited for the opponent, that was the opponent's time.
    if (byMaster) walk.master_ms += at - (state.master.board === board.board ? Math.max(state.visitMs ?? at, before) : at);
    else walk.opponents_ms += at - before;
    const next = withBoard({ ...state, walk }, board.board, {
      ply: message.ply,
      fen: message.fen,
      turn: message.turn,
      last_move: message.uci,
      san: message.san,
      clock: standsStill(state) && message.clock ? { ...message.clock, running: null } : message.clock,
      heardAt: now,
      lastMoveMs: at,
      waits_since: byMaster ? null : at,
      // Any move answers or lets go of an offer of the other side's.
      draw_offer: board.draw_offer && board.draw_offer !== message.turn ? board.draw_offer : null,
    });
    // How long the visit has taken, as far as it is known.
    const took = byMaster && state.master.board === board.board && state.visitMs !== null ? at - state.visitMs : null;
    return withEvent(next, message, { byMaster, fen: message.fen, san: message.san, took });
  },

  ended: (state, message, now) => {
    const board = boardOf(state, message.board);
    if (!board) return state;
    const next = withBoard(state, board.board, {
      status: 'ended',
      result: message.result,
      termination: message.termination,
      clock: message.clock ?? stopped(board.clock, now - board.heardAt),
      heardAt: now,
      draw_offer: null,
      waits_since: null,
      due: undefined,
    });
    const outcome = outcomeFor(opposite(board.color), message.result);
    const field = { win: 'wins', draw: 'draws', loss: 'losses' }[outcome];
    const score = { ...next.score, playing: Math.max(0, next.score.playing - 1) };
    if (field) score[field] += 1;
    return withEvent({ ...next, score }, message, { result: message.result, termination: message.termination });
  },

  retracted: (state, message, now) => {
    const board = boardOf(state, message.board);
    if (!board) return state;
    const { san } = board;
    const next = withBoard(state, board.board, {
      ply: message.ply - 1,
      fen: message.fen,
      turn: message.turn,
      // What had led to this position is not told again.
      last_move: null,
      san: null,
      clock: message.clock,
      heardAt: now,
      waits_since: message.at_ms ?? state.atMs,
      draw_offer: message.draw_offer ?? null,
    });
    return withEvent(next, message, { san });
  },

  passed: (state, message) => {
    const passed = message.by === 'walk' ? met(state, message.board) : state;
    const next = message.left === null ? passed : withBoard(passed, message.board, { passes_left: message.left });
    return withEvent(next, message, { by: message.by, left: message.left });
  },

  grace: (state, message) => withEvent(state, message),

  paused: (state, message, now) =>
    withEvent({ ...clocksAt(state, now, true), paused: message.by, pausedSince: message.date_ms ?? null }, message, {
      by: message.by,
    }),

  continued: (state, message, now) => {
    // The exhibition's own time stands still in a break.
    const { pausedSince } = state;
    const took = pausedSince !== null && message.date_ms ? message.date_ms - pausedSince : null;
    return withEvent({ ...clocksAt(state, now, false), paused: null, pausedSince: null }, message, { took });
  },

  announced: (state, message) => {
    const { text, last_round: lastRound, closes_ms: closesMs, starts_at: startsAt } = message;
    const next = {
      ...state,
      // Each announcement says one thing; what was said of the others stands.
      announcement: text ?? state.announcement,
      closesMs: closesMs ?? state.closesMs,
      startsAt: startsAt ?? state.startsAt,
      lastRound: state.lastRound || Boolean(lastRound),
    };
    if (lastRound)
      next.boards = state.boards.map(board => (board.status === 'playing' ? { ...board, due: true } : board));
    const left = closesMs ? closesMs - (message.at_ms ?? state.atMs) : null;
    return withEvent(next, message, { text: text ?? null, lastRound: Boolean(lastRound), left, startsAt: startsAt ?? null });
  },

  closed: (state, message, now) => withEvent({ ...clocksAt(state, now, true), closed: true }, message),

  draw_offered: (state, message) => {
    const byMaster = message.by !== boardOf(state, message.board)?.color;
    return withEvent(withBoard(state, message.board, { draw_offer: message.by }), message, { byMaster });
  },

  draw_declined: (state, message) => withEvent(withBoard(state, message.board, { draw_offer: null }), message),
};

/** A board's clock with what the opponents at the start have brought the master. */
function withExtra({ clock, color }, added) {
  const masters = `${opposite(color)}_ms`;
  return clock && { ...clock, [masters]: clock[masters] + added };
}

/** The state with all clocks as they are at `now`: stopped, or going on with whoever is to move. */
function clocksAt(state, now, stand) {
  const clock = board => {
    if (!stand) return { ...board.clock, running: board.ply > 0 ? board.turn : null };
    return stopped(board.clock, now - board.heardAt);
  };
  const boards = state.boards.map(board =>
    board.clock && board.status === 'playing' ? { ...board, clock: clock(board), heardAt: now } : board,
  );
  return { ...state, boards };
}

const flag = (message, field) => (field in message ? { [field]: message[field] } : {});
