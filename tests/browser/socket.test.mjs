import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CROWDS_FIRST_WAIT_MS, retryDelay } from '../../static/js/socket.js';

test('the wait before another attempt is anywhere up to a bound that doubles to thirty seconds', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 9].map(attempt => retryDelay(attempt, 1)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  );
  assert.equal(retryDelay(7, 0), 0);
  assert.ok(retryDelay(3) <= 8_000);
});

test('those who only look begin with two seconds', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 9].map(attempt => retryDelay(attempt, 1, CROWDS_FIRST_WAIT_MS)),
    [2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  );
  assert.equal(retryDelay(0, 0.25, CROWDS_FIRST_WAIT_MS), 500);
});
