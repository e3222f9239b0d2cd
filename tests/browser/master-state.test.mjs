import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chatAt, fold, nothing, queue } from '../../static/js/master-state.js';

const board = (number, waits_since, white_ms, heardAt) => ({
  board: number,
  status: 'playing',
  turn: 'white',
  ply: white_ms === null ? 0 : 2,
  waits_since,
  clock: { white_ms: white_ms ?? 60_000, black_ms: 60_000, running: white_ms === null ? null : 'white' },
  heardAt,
});

test('the boards that wait stand in the order of the walk', () => {
  const boards = [board(1, 40, 50_000, 9_000), board(2, 30, 52_000, 1_000), board(3, 20, 50_000, 5_000), board(4, 10, null, 0)];
  const order = (mode, stands) => queue({ ...nothing, boards, walk: { mode }, stands }).map(one => one.board);
  assert.deepEqual(order('in-turn', { board: 2, next: 3 }), [3, 4, 1]);
  assert.deepEqual(order('ready-first', { board: null, next: 4 }), [4, 3, 2, 1]);
  // By when the master's flag falls; where no clock runs yet, first.
  assert.deepEqual(order('urgent-first', { board: null, next: 4 }), [4, 2, 3, 1]);
  assert.deepEqual(order('urgent-first', { board: 2, next: 4 }), [4, 3, 1]);
  // A break stops the clocks and leaves the order as it is.
  for (const { clock } of boards) clock.running = null;
  assert.deepEqual(order('urgent-first', { board: null, next: 4 }), [4, 2, 3, 1]);
});

const line = (board, text, room = 'player') => ({ type: 'chat', board, room, name: `Bot ${board}`, text });
const snapshot = (chat, seq) => ({ type: 'exhibition', seq, id: '1', master: {}, boards: [1, 2].map(number => ({ board: number, name: `Bot ${number}` })), chat });
const heard = (...messages) => messages.reduce((state, message) => fold(state, message, 0), fold(nothing, snapshot(true, 7), 0));
const texts = (state, board) => chatAt(state, board).map(({ text }) => text);

test('the last lines of a board are kept, each with who has written it and to whom', () => {
  const state = heard(line(1, 'one'), line(2, 'elsewhere', 'spectator'), line(1, 'two'), line(1, 'three'), line(1, 'four'));
  assert.deepEqual(texts(state, 1), ['two', 'three', 'four']);
  assert.deepEqual(chatAt(state, 2), [{ name: 'Bot 2', room: 'spectator', text: 'elsewhere' }]);
  assert.deepEqual(chatAt(state, 3), []);
  // It is no event: nothing is missed by it, and what was known stays as it was.
  assert.deepEqual([state.seq, state.gap], [7, false]);
  assert.equal(heard().boards.length, state.boards.length);
});

test('what was written outlasts events and a fresh snapshot, and not who wrote it', () => {
  const visit = { type: 'visit', seq: 8, board: 2, at_ms: 1 };
  assert.deepEqual(texts(heard(line(1, 'one'), visit, snapshot(true, 9)), 1), ['one']);
  const others = heard(line(1, 'one'), line(2, 'two'), { type: 'left', seq: 8, board: 1, name: 'Bot 1', state: 'free', waiting: 0 });
  assert.deepEqual([texts(others, 1), texts(others, 2)], [[], ['two']]);
  assert.deepEqual(texts(heard(line(1, 'one'), snapshot(false, 9)), 1), []);
});
