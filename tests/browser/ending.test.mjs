import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createEnding, EVERY_MS } from '../../static/js/ending.js';

const running = (rounds, id = '1') => ({ id, status: 'running', walk: { rounds } });
const in_ms = (p10, p50, p90) => ({ ends_in_ms: { p10, p50, p90 } });

/** An ending whose server gives `answers`, one after the other; an Error is thrown. */
function bench(...answers) {
  const asked = [];
  const heard = [];
  const ending = createEnding({
    async ask(id) {
      asked.push(id);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onChange: ends => heard.push(ends),
  });
  return { ending, asked, heard };
}

test('it is asked after a completed round, but not all the time', async () => {
  const { ending, asked, heard } = bench(in_ms(1e6, 2e6, 3e6), in_ms(1e6, 2e6, 3e6));
  await ending.follow(running(0), 0);
  assert.equal(asked.length, 0, 'nothing is known of a pace yet');
  await ending.follow(running(1), 5_000);
  await ending.follow(running(2), 6_000);
  await ending.follow(running(3), 5_000 + EVERY_MS - 1);
  assert.equal(asked.length, 1);
  await ending.follow(running(3), 5_000 + EVERY_MS);
  await ending.follow(running(3), 900_000);
  assert.equal(asked.length, 2);
  assert.deepEqual(heard, [
    { p10: 1_005_000, p50: 2_005_000, p90: 3_005_000 },
    { p10: 1_020_000, p50: 2_020_000, p90: 3_020_000 },
  ]);
});

test('an end that has passed is asked for anew', async () => {
  const { ending, asked } = bench(in_ms(1e4, 2e4, 3e4), in_ms(1e4, 2e4, 3e4));
  await ending.follow(running(1), 0);
  await ending.follow(running(1), 19_000);
  assert.equal(asked.length, 1);
  await ending.follow(running(1), 20_000);
  assert.equal(asked.length, 2);
});

test('while nobody can tell, nothing is said, and after the end nothing more', async () => {
  const { ending, heard } = bench({ ends_in_ms: null }, in_ms(1, 2, 3));
  await ending.follow(running(1), 0);
  assert.deepEqual(heard, []);
  await ending.follow(running(2), EVERY_MS);
  await ending.follow({ ...running(2), status: 'finished' }, EVERY_MS + 5);
  await ending.follow({ ...running(2), status: 'finished' }, EVERY_MS + 6);
  assert.deepEqual(
    heard.map(ends => ends?.p50 ?? null),
    [EVERY_MS + 2, null],
  );
});

test('a server that is busy is asked again later, another exhibition at once', async () => {
  const { ending, asked, heard } = bench(new Error('busy'), in_ms(1, 2, 3), in_ms(4, 5, 6));
  await ending.follow(running(1), 0);
  await ending.follow(running(1), 1_000);
  assert.equal(asked.length, 1);
  await ending.follow(running(1), EVERY_MS);
  await ending.follow(running(1, '2'), EVERY_MS + 1);
  assert.deepEqual(asked, ['1', '1', '2']);
  assert.equal(heard.length, 2);
});

test('an answer that comes after the end isn’t heard', async () => {
  let answer;
  const heard = [];
  const ending = createEnding({ ask: () => new Promise(resolve => (answer = resolve)), onChange: e => heard.push(e) });
  const asking = ending.follow(running(1), 0);
  ending.follow({ ...running(1), status: 'finished' }, 1);
  answer(in_ms(1, 2, 3));
  await asking;
  assert.deepEqual(heard, []);
});
