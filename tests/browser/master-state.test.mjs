import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nothing, queue } from '../../static/js/master-state.js';

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
