import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bulletin } from '../../static/js/evening-words.js';
import { expects, fold, nothing, pace, stillDue, timeNow, waits } from '../../static/js/watch-state.js';
import { toldToAll } from '../../static/js/watch-told.js';
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

test('what the organiser announces stays, and what is announced beside it', () => {
  const before = fold(nothing, { ...snapshot(), announcement: 'Welcome', starts_at: 1_900_000_000_000 }, 0);
  assert.deepEqual([before.announcement, before.startsAt, before.lastRound], ['Welcome', 1_900_000_000_000, false]);
  const at = seq => ({ type: 'announced', seq, at_ms: 11_000, last_round: false, closes_ms: null, starts_at: null });
  const told = fold(before, { ...at(4), text: 'Tea!', last_round: true }, 0);
  assert.deepEqual([told.announcement, told.startsAt, told.lastRound], ['Tea!', 1_900_000_000_000, true]);
  assert.equal(eventSentence(told.events.at(-1)), 'Announced: Tea! Last round: the master comes to every board once more.');
  const warned = fold(told, { ...at(5), text: null, closes_ms: 911_000 }, 0);
  assert.deepEqual([warned.announcement, warned.lastRound, warned.closesMs], ['Tea!', true, 911_000]);
  assert.equal(eventSentence(warned.events.at(-1)), 'No more visits in 15 min.');
});

test('a seat is asked for, given, given up and changed; who is away is not there', () => {
  const asked = folded(snapshot(), { type: 'applied', at_ms: 1, board: 3 });
  assert.deepEqual([asked.boards[2].state, asked.boards[2].name, asked.boards[2].connected], ['applied', null, true]);
  assert.equal(eventSentence(asked.events.at(-1)), 'Somebody asks for a seat at board 3.');
  const more = (state, ...messages) =>
    messages.reduce((known, message) => fold(known, { seq: known.seq + 1, at_ms: 2, ...message }, 0), state);
  const away = more(asked, { type: 'disconnected', board: 3, name: null });
  assert.equal(away.events.length, asked.events.length, 'nobody that has a name has gone');
  const let_in = more(away, { type: 'joined', board: 3, name: 'Cyd', bot: false });
  assert.deepEqual([let_in.boards[2].state, let_in.boards[2].name, let_in.boards[2].connected], ['seated', 'Cyd', false]);
  const turned = more(asked, { type: 'left', board: 3, name: null, state: 'reserved' });
  assert.deepEqual([turned.boards[2].state, turned.boards[2].name], ['reserved', null]);
  assert.equal(eventSentence(turned.events.at(-1)), 'Board 3 is free again.');
  const left = more(let_in, { type: 'left', board: 3, name: 'Cyd', state: 'free' });
  assert.deepEqual([left.boards[2].state, left.boards[2].name], ['free', null]);
  assert.equal(eventSentence(left.events.at(-1)), 'Cyd leaves board 3.');
  const renamed = more(left, { type: 'renamed', board: 1, name: 'Ada L.' }, { type: 'renamed', board: 3, name: null });
  assert.deepEqual(renamed.boards.map(board => board.name), ['Ada L.', 'Ben', null]);
  assert.equal(eventSentence(renamed.events.at(-1)), 'Board 1: Ada is called Ada L. now.');
  const moved = more(renamed, { type: 'reseated', board: 1, to: 3, state: 'free' });
  assert.deepEqual(moved.boards.map(board => board.name), [null, 'Ben', 'Ada L.']);
  assert.deepEqual(moved.boards.map(board => board.connected), [false, true, false]);
  assert.equal(eventSentence(moved.events.at(-1)), 'Ada L. moves from board 1 to board 3.');
  const queue = more(moved, { type: 'waiting', waiting: 2 });
  assert.equal(queue.waiting, 2);
  assert.equal(more(queue, started).waiting, 0);
});

test('in the last round the master is expected once, and after the end of visits nowhere', () => {
  const last = { type: 'announced', at_ms: 21_000, text: null, last_round: true, closes_ms: null, starts_at: null };
  const state = folded(snapshot(), started, last, visit(1, 21_500));
  assert.deepEqual(state.boards.map(board => board.due), [false, true, undefined]);
  assert.deepEqual(state.boards.map(board => expects(state, board)), [false, true, false]);
  assert.equal(stillDue(state), 1);
  const passed = fold(state, { type: 'passed', seq: 7, at_ms: 21_600, board: 2, by: 'walk', left: null }, 0);
  assert.equal(stillDue(passed), 0);
  const clock = { white_ms: 60_000, black_ms: 60_000, running: 'black' };
  const closed = folded(snapshot(), started, { ...e4, clock }, { type: 'closed', at_ms: 25_000 });
  assert.deepEqual(closed.boards[0].clock, { white_ms: 60_000, black_ms: 57_000, running: null });
  assert.ok(closed.closed && !expects(closed, closed.boards[1]));
  assert.equal(timeNow(closed, 99_000), 25_000, 'the exhibition’s own time stands still');
  assert.match(eventSentence(closed.events.at(-1)), /comes to nobody any more/);
});

test('what is told to all is told as long as it is so', () => {
  const date = 1_900_000_000_000;
  const lines = (state, now = 0) => bulletin(toldToAll(state, now, date), date).map(({ kind }) => kind);
  const soon = folded({ ...snapshot(), starts_at: date + 299_000, announcement: 'Hello' });
  assert.deepEqual(lines(soon), ['start', 'text']);
  assert.deepEqual(lines({ ...soon, startsAt: date + 3_600_000 }), ['text']);
  const on = folded({ ...snapshot(), status: 'running', closes_ms: 910_000, last_round: true });
  assert.deepEqual(lines(on, 9_000), ['last-round'], 'it is long until then');
  assert.deepEqual(lines(on, 11_000), ['last-round', 'closing']);
  assert.deepEqual(lines({ ...on, closed: true }, 11_000), ['closed']);
  assert.deepEqual(lines({ ...on, status: 'finished', announcement: 'Hello' }), []);
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
