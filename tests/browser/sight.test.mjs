import assert from 'node:assert/strict';
import { test } from 'node:test';

import { inSight } from '../../static/js/sight.js';

const wall = { count: 1_000, columns: 6, rowHeight: 120, height: 600 };

test('what is in sight is in the page, with two rows to spare', () => {
  assert.deepEqual(inSight({ ...wall, top: 0 }), { from: 0, to: 42, before: 0, after: 160 * 120 });
  assert.deepEqual(inSight({ ...wall, top: 1_200 }), { from: 48, to: 102, before: 960, after: 150 * 120 });
});

test('the wall is as tall as all its rows, wherever one looks', () => {
  for (let top = -2_000; top < 25_000; top += 310) {
    const { from, to, before, after } = inSight({ ...wall, top });
    assert.equal(before + after + Math.ceil((to - from) / 6) * 120, Math.ceil(1_000 / 6) * 120, `at ${top}`);
    assert.ok(from >= 0 && to <= 1_000 && from <= to);
  }
});

test('the last row may be short', () => {
  assert.equal(inSight({ ...wall, top: 19_500 }).to, 1_000);
});
