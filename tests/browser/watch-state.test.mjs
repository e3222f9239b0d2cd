import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fold, nothing, pace, timeNow, waits } from '../../static/js/watch-state.js';
import { eventSentence } from '../../static/js/words.js';

const START = 'rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1';
const AFTER_E4 = 'rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR b KQkq - 0 1';
const AFTER_E5 = 'rnbqkbnr/pppp1ppp/8/4p3/4P3/8/PPPP1PPP/RNBQKBNR w KQkq - 0 2';

const seat = (board, name) => ({
  board,
  name,
  bot: false,
  connected: name !== null,
  color: 'black',
  status: 'waiting',
  moves: [],
  ply: 0,
  fen: START,
  last_move: null,
  last_san: null,
  last_move_ms: null,
  turn: 'white',
  clock: null,
  draw_offer: null,
  result: null,
  termination: null,
});

test('what is announced stays until something else is', () => {
  const before = fold(nothing, { ...snapshot(), announcement: 'Welcome', starts_at: 1_900_000_000_000 }, 0);
  assert.deepEqual([before.announcement, before.startsAt, before.lastRound], ['Welcome', 1_900_000_000_000, false]);
  const at = seq => ({ type: 'announced', seq, at_ms: 11_000, last_round: false, closes_ms: null, starts_at: null });
  const told = fold(before, { ...at(4), text: 'Tea!', last_round: true }, 0);
  assert.deepEqual([told.announcement, told.startsAt, told.lastRound], ['Tea!', 1_900_000_000_000, true]);
  assert.equal(eventSentence(told.events.at(-1)), 'Announced: Tea!');
  const silent = fold(told, { ...at(5), text: null, starts_at: 1_950_000_000_000 }, 0);
  assert.deepEqual([silent.announcement, silent.lastRound, silent.seq, silent.events.length], ['Tea!', true, 5, told.events.length]);
  assert.equal(silent.startsAt, 1_950_000_000_000);
});

const snapshot = (changes = {}) => ({
  type: 'exhibition',
  seq: 3,
  at_ms: 10_000,
  id: '1',
  name: 'Test',
  status: 'open',
  clock: null,
  master: { name: 'House', kind: 'engine', color: 'white', board: null },
  walk: { mode: 'in-turn', started_ms: null, visits: 0, rounds: 0, round_ms: null, master_ms: 0, opponents_ms: 0 },
  score: { wins: 0, draws: 0, losses: 0, playing: 0 },
  boards: [seat(1, 'Ada'), seat(2, 'Ben'), seat(3, null)],
  ...changes,
});

/** Folds messages, numbering the events on from the snapshot; local time is the exhibition's plus 500. */
function folded(...messages) {
  let seq = 3;
  return messages.reduce(
    (state, message) =>
      fold(state, message.type === 'exhibition' ? message : { seq: ++seq, ...message }, (message.at_ms ?? 0) + 500),
    nothing,
  );
}

const e4 = {
  type: 'moved',
  at_ms: 22_000,
  board: 1,
  ply: 1,
  uci: 'e2e4',
  san: 'e4',
  fen: AFTER_E4,
  turn: 'black',
  clock: null,
};
const e5 = {
  type: 'moved',
  at_ms: 40_000,
  board: 1,
  ply: 2,
  uci: 'e7e5',
  san: 'e5',
  fen: AFTER_E5,
  turn: 'white',
  clock: null,
};
const started = { type: 'started', at_ms: 20_000 };
const visit = (board, at_ms) => ({ type: 'visit', at_ms, board });

test('before the snapshot, events mean nothing', () => {
  assert.equal(fold(nothing, e4, 0), nothing);
});

test('a start makes seats with people into games and leaves empty seats alone', () => {
  const state = folded(snapshot(), started);
  assert.deepEqual(
    state.boards.map(board => board.status),
    ['playing', 'playing', 'waiting'],
  );
  assert.equal(state.score.playing, 2);
  assert.ok(waits(state, state.boards[0]));
  assert.ok(!waits(state, state.boards[2]));
});

test('an event changes its board and no other', () => {
  const before = folded(snapshot(), started, visit(1, 21_000));
  const after = fold(before, { ...e4, seq: 6 }, 22_500);
  assert.equal(after.boards[0].fen, AFTER_E4);
  assert.equal(after.boards[1], before.boards[1]);
  assert.equal(before.boards[0].fen, START);
});

test('the time at boards adds up as the server counts it', () => {
  const state = folded(snapshot(), started, visit(1, 21_000), e4, visit(2, 23_000), e5);
  assert.equal(state.walk.master_ms, 1_000);
  assert.equal(state.walk.opponents_ms, 18_000);
  assert.deepEqual(pace(state, 40_500 + 2_000), { elapsed: 22_000, oneByOne: 19_000, longer: -3_000 });
});

test('a round is complete when the walk comes round', () => {
  const walk = folded(
    snapshot(),
    started,
    visit(1, 21_000),
    visit(2, 25_000),
    visit(1, 30_000),
    visit(2, 33_000),
    visit(2, 40_000),
  ).walk;
  assert.deepEqual([walk.visits, walk.rounds, walk.round_ms], [5, 2, 10_000]);
});

test('a snapshot in the middle goes on counting from where the master stands', () => {
  const running = snapshot({
    status: 'running',
    master: { name: 'House', kind: 'engine', board: 2 },
    walk: { mode: 'in-turn', started_ms: 0, visits: 8, rounds: 3, round_ms: 2_500, master_ms: 0, opponents_ms: 0 },
  });
  const state = folded(running, visit(1, 12_000));
  assert.equal(state.walk.rounds, 4);
  assert.equal(state.walk.round_ms, 3_000);
  assert.deepEqual(state.trail, [1, 2]);
});

test('who arrives in the middle of a visit counts the whole of it', () => {
  const running = snapshot({
    status: 'running',
    at_ms: 22_500,
    master: { name: 'House', kind: 'engine', board: 1 },
    walk: { ...snapshot().walk, started_ms: 20_000, visit_ms: 21_000 },
  });
  assert.equal(folded(running, { ...e4, at_ms: 23_000 }).walk.master_ms, 2_000);
});

test('a snapshot tells the last move as it is written', () => {
  const boards = [{ ...seat(1, 'Ada'), last_move: 'd1h5', last_san: 'Qh5+' }, seat(2, 'Ben')];
  assert.deepEqual(
    folded(snapshot({ boards })).boards.map(board => board.san),
    ['Qh5+', null],
  );
});

test('a missing event is noticed, one seen before is not counted twice', () => {
  const state = folded(snapshot(), started);
  assert.equal(fold(state, { ...started }, 0), state);
  assert.ok(fold(state, { ...visit(1, 21_000), seq: 6 }, 0).gap);
  assert.ok(!fold({ ...state, gap: true }, snapshot({ seq: 9 }), 0).gap);
});

test('an event of an unknown type still counts', () => {
  const state = folded(snapshot(), { type: 'applause', at_ms: 11_000 });
  assert.equal(state.seq, 4);
  assert.ok(!state.gap);
});

test('results count for the master’s side', () => {
  const end = (board, result) => ({ type: 'ended', at_ms: 50_000, board, result, termination: 'resignation' });
  const state = folded(snapshot(), started, end(1, '1-0'), end(2, '0-1'));
  assert.deepEqual(state.score, { wins: 1, draws: 0, losses: 1, playing: 0 });
  assert.deepEqual(folded(snapshot(), started, end(1, '1/2-1/2')).score, { wins: 0, draws: 1, losses: 0, playing: 1 });
  assert.deepEqual(folded(snapshot(), started, end(1, '*')).score, { wins: 0, draws: 0, losses: 0, playing: 1 });
});

test('a clock stops with its game', () => {
  const clock = { white_ms: 60_000, black_ms: 60_000, running: 'black' };
  const end = { type: 'ended', at_ms: 25_000, board: 1, result: '1-0', termination: 'resignation' };
  const state = folded(snapshot(), started, { ...e4, clock }, end);
  assert.deepEqual(state.boards[0].clock, { white_ms: 60_000, black_ms: 57_000, running: null });
});

test('an offer stands until the other side moves', () => {
  const offer = { type: 'draw_offered', at_ms: 23_000, board: 1, by: 'black' };
  assert.equal(folded(snapshot(), started, e4, offer, e5).boards[0].draw_offer, 'black');
  assert.equal(folded(snapshot(), started, { ...offer, by: 'white' }, e4).boards[0].draw_offer, 'white');
  assert.equal(folded(snapshot(), started, offer, e4).boards[0].draw_offer, null);
  assert.equal(
    folded(snapshot(), started, offer, { type: 'draw_declined', at_ms: 24_000, board: 1, by: 'white' }).boards[0]
      .draw_offer,
    null,
  );
});

test('time runs on between messages, and stands still at the end', () => {
  const state = folded(snapshot(), started);
  assert.equal(timeNow(state, 20_500 + 3_000), 23_000);
  const over = fold(state, { type: 'finished', seq: 5, at_ms: 30_000, score: state.score }, 30_500);
  assert.equal(timeNow(over, 99_000), 30_000);
});

test('only the last two hundred events are kept', () => {
  const many = Array.from({ length: 300 }, () => e5);
  assert.equal(folded(snapshot(), started, ...many).events.length, 200);
});

test('events are told as sentences', () => {
  const told = (...messages) => eventSentence(folded(snapshot(), ...messages).events.at(-1));
  assert.equal(told(started, e4), 'Board 1: House plays 1.e4');
  assert.equal(told(started, e4, e5), 'Board 1: Ada plays 1…e5');
  assert.equal(
    told({ type: 'joined', at_ms: 1, board: 3, name: '<b>Mallory</b>' }),
    '<b>Mallory</b> sits down at board 3.',
  );
  assert.equal(
    told({ type: 'disconnected', at_ms: 1, board: 2, name: 'Ben' }),
    'Board 2: Ben has lost the connection. The seat is kept.',
  );
  const ended = (result, termination) => told(started, { type: 'ended', at_ms: 1, board: 1, result, termination });
  assert.equal(ended('1-0', 'checkmate'), 'Board 1: House wins by checkmate.');
  assert.equal(ended('1-0', 'resignation'), 'Board 1: Ada resigns.');
  assert.equal(ended('0-1', 'time_forfeit'), 'Board 1: Ada wins on time.');
  assert.equal(ended('1/2-1/2', 'fifty_moves'), 'Board 1: a draw by the fifty-move rule.');
  assert.equal(ended('*', 'aborted'), 'Board 1: the game is broken off.');
  assert.equal(
    told(started, { type: 'finished', at_ms: 1, score: { wins: 1, draws: 1, losses: 0, playing: 0 } }),
    'The exhibition is over, 1½ to ½.',
  );
});
