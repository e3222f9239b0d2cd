// What a player knows: a pure fold of the play socket's messages and of what the player has done. No DOM.

import { stopped } from './clock.js';
import { answers, fate, frameOf, intention } from './intention.js';
import { opposite } from './position.js';
import { due, onRecord, premove, stands } from './premove.js';
import { renamedSentence, reseatedSentence } from './evening-words.js';
import { overtaken, passedSentence, premoveGone, premoveLate, takenBack } from './words.js';

/**
 * Before anything was announced. `closes`: in how many milliseconds the visits end, as it was at local time `since`, which
 * is null while the exhibition's own time stands still. `due`: in the last round, whether the master still comes here.
 */
const nothingTold = { text: null, lastRound: false, due: null, closes: null, startsAt: null };

/** Before anything is known. `seat` is what the server says about the chair, `game` about the board. */
export const nothing = {
  seat: null,
  game: null,
  /** What the player has asked for and has no answer to yet; see `intention.js`. */
  pending: null,
  /** The next move, chosen before the master's; see `premove.js`. */
  premove: null,
  /** Whether the server hears this page: from the whole game on, until the line breaks. */
  line: false,
  /** Whether the master stands at this board. */
  here: false,
  /** Until when the master waits for this player's move, in local time, or null. */
  awaited: null,
  queue: null,
  /** The last thing worth telling: `{text, kind}`. */
  notice: null,
  /** Whose doing the break is, if there is one. */
  paused: null,
  /** What everybody was told, and what of it is this board's: see `nothingTold`. */
  told: nothingTold,
  /** Whether no visit begins any more: all clocks stand still. */
  closed: false,
  /** Something was missed: take the seat up again for the whole game. */
  gap: false,
};

/** The state after a frame that arrived at local time `now`. */
export function fold(state, message, now) {
  return settled(FRAMES[message.type]?.(state, message, now) ?? state);
}

/** `state` without a premove that is no longer meant; what it went with is told together with it. */
function settled(state) {
  const { game, pending, notice } = state;
  if (!state.premove || !game || stands(state.premove, game, pending)) return state;
  const gone = { ...state, premove: null };
  // An end without another word says all.
  if (game.status !== 'playing' && !notice) return gone;
  const sentence = onRecord(state.premove, game) ? premoveLate : premoveGone;
  const text = [notice?.text, sentence(state.premove)].filter(Boolean).join(' ');
  return { ...gone, notice: { text, kind: notice?.kind ?? 'info' } };
}

/** The state after this player has asked for something: a move by its `uci`, or what `type` says. */
export const asked = (state, type, uci) => ({ ...state, pending: intention(state.game, type, uci), notice: null });

/** The state after the pending frame has left. */
export const sent = state => ({ ...state, pending: { ...state.pending, sent: true } });

/** The state after the player has thought better of what has not left yet. */
export function withdrawn(state) {
  if (!state.pending || state.pending.sent) return state;
  return settled({ ...state, pending: null, notice: null });
}

/** The state after the player has chosen the next move by its squares, or has thought better of it. */
export function chosen(state, squares) {
  // Where it is this player's turn already there is nothing to wait for.
  const early = squares && state.game?.status === 'playing' && (pendingMove(state) || state.game.turn !== state.seat.color);
  return { ...state, premove: early ? premove(squares, state.game, state.pending) : null };
}

/** Whether the master can be asked to come back in the next round. */
export const canPass = state => canMove(state) && state.here && !state.paused && state.game.passes_left !== 0;

/** Whether the premove's turn has come. */
export const premoveDue = state => state.premove !== null && canMove(state) && due(state.premove, state.game);

/** The state without a line. */
export const lost = state => ({ ...state, line: false });

/** Whether this player may move now. */
export const canMove = state =>
  state.game?.status === 'playing' && state.game.turn === state.seat.color && state.pending === null;

/** The frame to send again after the seat was taken up anew, or null. */
export const unanswered = state => state.pending && frameOf(state.pending);

/** The pending move, as the board shows it: its `uci`, or null. */
export const pendingMove = state => (state.pending?.type === 'move' ? state.pending.uci : null);

/** Whose draw offer stands: `'mine'`, `'theirs'` or null. */
export function offer(state) {
  const by = state.game?.draw_offer;
  if (!by || state.game.status !== 'playing') return null;
  return by === state.seat.color ? 'mine' : 'theirs';
}

/** What calls the player most urgently; decides the title, the headline and the bell. */
export function phase(state) {
  const { seat, game } = state;
  if (!seat || !game) return 'connecting';
  if (game.status === 'ended') return 'ended';
  if (game.status === 'waiting') return 'waiting';
  if (state.pending && !state.line) return 'waiting-for-line';
  if (pendingMove(state)) return 'sending';
  if (game.turn === seat.color) return 'your-move';
  return state.here ? 'here' : 'away';
}

/** Refusals that can only answer a move. */
const MOVE_CODES = new Set(['not_your_turn', 'stale_ply', 'illegal_move', 'game_over']);

const answered = (state, message) =>
  state.pending && answers(message, state.pending, state.seat.color) ? { ...state, pending: null } : state;

const tookPlace = ({ ply, uci }, pending) => pending?.type === 'move' && pending.ply === ply && pending.uci !== uci;

/** The exhibition's own time stands still from `now` on. */
const standing = (told, now) =>
  told.closes?.since != null ? { ...told, closes: { left: told.closes.left - (now - told.closes.since), since: null } } : told;

/** And goes on. */
const goingOn = (told, now) => (told.closes ? { ...told, closes: { ...told.closes, since: now } } : told);

/** In the last round the master comes to a board once. A visit that is on already is told again before the last round is. */
const met = told => (told.lastRound && told.due ? { ...told, due: false } : told);

/**
 * What `bulletin` in evening-words.js needs to know, at local time `now` and Unix time `date`. `startsAt`, where it is known:
 * when it begins by itself, which may have been changed since everybody was told.
 */
export function toldAt(state, now, date, startsAt) {
  const { told, game } = state;
  if (game?.status === 'ended') return {};
  const before = game?.status === 'waiting' || !game;
  const lastRound = !told.lastRound ? null : told.due ? 'due' : state.here ? 'here' : 'met';
  const closesAt = told.closes && date + told.closes.left - (told.closes.since === null ? 0 : now - told.closes.since);
  return {
    text: told.text,
    lastRound: before && told.lastRound ? 'all' : lastRound,
    closesAt: state.closed ? null : closesAt,
    startsAt: !before || told.startsAt === null ? null : startsAt === undefined ? told.startsAt : startsAt,
  };
}

const FRAMES = {
  seated: (state, { exhibition, board, name, color, token }) => ({
    ...state,
    seat: { exhibition, board, name, color, token },
  }),

  game: (state, message, now) => {
    const moves = message.moves ?? [];
    const game = {
      board: message.board,
      status: message.status,
      master: message.master ?? state.game?.master ?? 'The master',
      variant: message.variant ?? 'standard',
      initial_fen: message.initial_fen,
      moves,
      san: message.san ?? moves,
      ply: message.ply,
      fen: message.fen,
      turn: message.turn,
      clock: message.clock ?? null,
      heardAt: now,
      legal_moves: message.legal_moves ?? [],
      legal_san: message.legal_san ?? [],
      draw_offer: message.draw_offer ?? null,
      passes_left: message.passes_left ?? null,
      result: message.result ?? null,
      termination: message.termination ?? null,
    };
    const color = message.color ?? state.seat?.color;
    // What was asked for goes on only where it still fits; where it doesn't, the player is told.
    const becomes = state.pending ? fate(state.pending, game, color) : 'done';
    const taken = ['fits', 'done'].includes(becomes) ? null : { text: becomes, kind: 'error' };
    return {
      ...state,
      seat: state.seat && {
        ...state.seat,
        name: message.name ?? state.seat.name,
        color: message.color ?? state.seat.color,
      },
      game,
      pending: becomes === 'fits' ? state.pending : null,
      line: true,
      // Told again after this, if there is a break, or the master is here, and what was announced.
      paused: null,
      closed: false,
      told: { ...nothingTold, due: message.due ?? null },
      here: false,
      awaited: null,
      notice: taken ?? (game.status === 'ended' ? null : state.notice),
      gap: false,
    };
  },

  moved: (state, message, now) => {
    const { game, seat } = state;
    if (!game || message.ply <= game.ply) return state;
    if (message.ply !== game.ply + 1) return { ...state, gap: true };
    const mine = message.turn !== seat.color;
    return {
      ...state,
      game: {
        ...game,
        status: game.status === 'waiting' ? 'playing' : game.status,
        moves: [...game.moves, message.uci],
        san: [...game.san, message.san],
        ply: message.ply,
        fen: message.fen,
        turn: message.turn,
        clock: (state.paused || state.closed) && message.clock ? { ...message.clock, running: null } : (message.clock ?? null),
        heardAt: now,
        legal_moves: message.legal_moves ?? [],
        legal_san: message.legal_san ?? [],
        // An offer stands until the other side moves.
        draw_offer: game.draw_offer === opposite(message.turn) ? game.draw_offer : null,
      },
      pending: state.pending && answers(message, state.pending, seat.color) ? null : state.pending,
      here: mine ? state.here : false,
      awaited: null,
      // Another move of this player's took its place, from elsewhere.
      notice: tookPlace(message, state.pending) ? { text: overtaken(state.pending.san), kind: 'error' } : null,
    };
  },

  started: (state, { clock }, now) => ({
    ...state,
    game: state.game && { ...state.game, status: 'playing', clock: clock ?? state.game.clock, heardAt: now },
  }),

  retracted: (state, message, now) => {
    const { game } = state;
    if (!game) return state;
    if (message.ply !== game.ply) return { ...state, gap: true };
    const back = {
      ...game,
      moves: game.moves.slice(0, -1),
      san: game.san.slice(0, -1),
      ply: game.ply - 1,
      fen: message.fen,
      turn: message.turn,
      clock: message.clock ?? null,
      heardAt: now,
      legal_moves: [],
      legal_san: [],
      draw_offer: message.draw_offer ?? null,
    };
    // What was to answer the move has nothing to answer any more.
    const pending = pendingMove(state) === null ? state.pending : null;
    return { ...state, game: back, pending, notice: { text: takenBack(game.san.at(-1)), kind: 'info' } };
  },

  paused: (state, { by }, now) => ({ ...state, paused: by, told: standing(state.told, now) }),
  continued: (state, _, now) => ({ ...state, paused: null, told: goingOn(state.told, now) }),

  announced: (state, message, now) => {
    const told = { ...state.told };
    // Each announcement says one thing; what was said of the others stands.
    if (message.text) told.text = message.text;
    if (typeof message.starts_at === 'number') told.startsAt = message.starts_at;
    if (typeof message.closes_ms === 'number')
      told.closes = { left: message.closes_ms - message.at_ms, since: state.paused ? null : now };
    // Before the whole game it is told whether the master still comes; after it, the round has just begun.
    if (message.last_round) Object.assign(told, { lastRound: true, due: told.due ?? state.game?.status === 'playing' });
    return { ...state, told };
  },

  closed: (state, _, now) => ({
    ...state,
    // The last visit of all may be on still.
    closed: true,
    queue: null,
    awaited: null,
    told: standing(state.told, now),
  }),
  reopened: (state, _, now) => ({ ...state, closed: false, told: goingOn(state.told, now) }),

  renamed: (state, { name }) => ({
    ...state,
    seat: state.seat && { ...state.seat, name },
    notice: { text: renamedSentence(name), kind: 'info' },
  }),

  // The seat is taken up anew at once: there the new board comes.
  reseated: (state, { to }) => ({ ...state, notice: { text: reseatedSentence(to), kind: 'info' } }),

  // The server stops the clocks while it can't store moves, and says when they go on.
  clock: (state, { clock }, now) => ({ ...state, game: state.game && { ...state.game, clock, heardAt: now } }),

  visit: state => ({ ...state, here: true, awaited: null, queue: null, told: met(state.told) }),

  grace: (state, { left_ms }, now) => ({ ...state, awaited: now + left_ms }),

  passed: (state, { by, left }) => ({
    ...state,
    game: state.game && { ...state.game, passes_left: left ?? null },
    here: by === 'opponent' ? false : state.here,
    awaited: null,
    told: by === 'walk' ? met(state.told) : state.told,
    notice: { text: passedSentence(by, left ?? null), kind: 'info' },
  }),

  queue: (state, { boards_away, eta_ms }) => ({
    ...state,
    queue: { boardsAway: boards_away, etaMs: eta_ms ?? null },
    here: boards_away === 0,
    awaited: boards_away === 0 ? state.awaited : null,
  }),

  draw_offered: (state, message) => ({
    ...answered(state, message),
    game: { ...state.game, draw_offer: message.by },
    notice: null,
  }),

  draw_declined: (state, message) => ({
    ...answered(state, message),
    game: { ...state.game, draw_offer: null },
    notice: offer(state) === 'mine' ? { text: 'The master declines the draw.', kind: 'info' } : null,
  }),

  ended: (state, { result, termination, clock }, now) => ({
    ...state,
    game: {
      ...state.game,
      status: 'ended',
      result,
      termination,
      clock: clock ?? stopped(state.game.clock, now - state.game.heardAt),
      heardAt: now,
      draw_offer: null,
      legal_moves: [],
      legal_san: [],
    },
    pending: null,
    here: false,
    awaited: null,
    queue: null,
    notice: null,
  }),

  error: (state, { code, message, ply }) => {
    // `internal` doesn't say whether the move was stored: it stays pending and is sent again.
    const move = pendingMove(state) !== null;
    const mine = move ? ply === state.pending.ply || (ply === undefined && MOVE_CODES.has(code)) : ply === undefined;
    const refused = state.pending && code !== 'internal' && mine;
    return { ...state, pending: refused ? null : state.pending, notice: { text: message, kind: 'error' } };
  },
};
