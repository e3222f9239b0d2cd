import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fitBoards } from '../../static/js/fit.js';

/** Whether `count` boards of this size fit, laid out in as many columns as the width has room for. */
function fits(count, size, { width, height, caption, gap }) {
  const columns = Math.floor((width + gap) / (size + gap));
  const rows = Math.ceil(count / columns);
  return columns > 0 && rows * (size + caption + gap) - gap <= height;
}

test('as many boards as fit do fit, and the next size up would not', () => {
  for (const count of [1, 2, 7, 24, 40])
    for (const [width, height] of [
      [640, 690],
      [900, 500],
      [1_000, 1_000],
      [1_500, 900],
    ]) {
      const room = { width, height, caption: 22, gap: 10 };
      const size = fitBoards(count, room);
      assert.equal(size % 8, 0);
      if (size > 88) assert.ok(fits(count, size, room), `${count} boards of ${size} in ${width}×${height}`);
      if (size < 240) assert.ok(!fits(count, size + 8, room), `${count} boards of ${size + 8} in ${width}×${height}`);
    }
});

test('a thousand boards are small, and scroll', () => {
  assert.equal(fitBoards(1_000, { width: 640, height: 690, caption: 22, gap: 10 }), 88);
});
