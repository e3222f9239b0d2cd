import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLatest } from '../../static/js/latest.js';

/** A server that answers when the test says so. */
function bench(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = [];
  const heard = [];
  const latest = createLatest({
    ask: (question, signal) =>
      new Promise((resolve, reject) => {
        asked.push({ question, signal, resolve, reject });
      }),
    onAnswer: (answer, question) => heard.push(`${question}: ${answer}`),
    onError: (error, question) => heard.push(`${question}: ${error.message}`),
  });
  const pass = ms => t.mock.timers.tick(ms);
  const settle = () => new Promise(resolve => setImmediate(resolve));
  return { latest, asked, heard, pass, settle };
}

const refusal = (message, status) => Object.assign(new Error(message), { status });

test('only the last wish before a pause is asked', async t => {
  const { latest, asked, heard, pass, settle } = bench(t);
  for (const question of ['1', '12', '120']) {
    latest.want(question);
    pass(200);
  }
  assert.equal(asked.length, 0);
  pass(200);
  assert.deepEqual(
    asked.map(one => one.question),
    ['120'],
  );
  asked[0].resolve('yes');
  await settle();
  assert.deepEqual(heard, ['120: yes']);
});

test('a new wish aborts the question under way, and its late answer isn’t heard', async t => {
  const { latest, asked, heard, pass, settle } = bench(t);
  latest.want('a');
  pass(1_000);
  latest.want('b');
  assert.ok(asked[0].signal.aborted);
  pass(1_000);
  asked[1].resolve('new');
  asked[0].resolve('old');
  await settle();
  assert.deepEqual(heard, ['b: new']);
});

test('the same wish again is no news, until it failed', async t => {
  const { latest, asked, heard, pass, settle } = bench(t);
  assert.ok(latest.want('a'));
  assert.ok(!latest.want('a'));
  pass(1_000);
  assert.ok(!latest.want('a'));
  assert.ok(!asked[0].signal.aborted);
  asked[0].reject(refusal('no', 400));
  await settle();
  assert.deepEqual(heard, ['a: no']);
  assert.ok(latest.want('a'));
});

test('a busy server is asked again, unless something else is wanted', async t => {
  const { latest, asked, heard, pass, settle } = bench(t);
  latest.want('a');
  pass(1_000);
  asked[0].reject(refusal('busy', 503));
  await settle();
  pass(3_000);
  assert.equal(asked.length, 2);
  asked[1].reject(refusal('busy', 429));
  await settle();
  latest.want('b');
  pass(5_000);
  assert.deepEqual(
    asked.map(one => one.question),
    ['a', 'a', 'b'],
  );
  latest.stop();
  asked[2].resolve('late');
  await settle();
  assert.deepEqual(heard, ['a: busy', 'a: busy']);
});
