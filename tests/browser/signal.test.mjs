// What pages say while a node does not hear the hall.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bulletin } from '../../static/js/evening-words.js';
import { goesOn, LABELS, reception, watching } from '../../static/js/halls-words.js';
import { heard, HEARD, silence, silenceLine, silenceTitle } from '../../static/js/signal.js';
import { fold, nothing } from '../../static/js/watch-state.js';

test('a silence is counted from when the hall was heard last, and clocks stand from when it was told', () => {
  const lost = heard(HEARD, { type: 'signal', lost_ms: 12_000 }, 50_000);
  assert.deepEqual(lost, { since: 38_000, stillAt: 50_000, stopped: null });
  assert.equal(silence(lost, 50_900), '12 s');
  assert.equal(silence(lost, 38_000 + 125_000), '2 min 5 s');
  assert.equal(silenceLine(lost, 51_000), 'No signal from the hall for 13 s');
  // Told anew, it is still the same silence.
  const again = heard(lost, { type: 'signal', lost_ms: 20_000 }, 58_000);
  assert.deepEqual(again, { since: 38_000, stillAt: 50_000, stopped: null });
  assert.equal(heard(again, { type: 'signal', lost_ms: null }, 60_000), HEARD);
});

test('why nothing newer comes is said as it is', () => {
  const stopped = heard(HEARD, { type: 'signal', lost_ms: 0, stopped: 'Line 7 is missing.' }, 1_000);
  assert.equal(silenceTitle(stopped), 'Nothing newer comes from the hall. Line 7 is missing.');
  assert.equal(silenceLine(stopped, 61_000), 'Nothing newer has come from the hall for 1 min. Line 7 is missing.');
});

test('it is a line among what everybody is told, and no event', () => {
  assert.deepEqual(bulletin({ text: 'Tea!' }, 0), [{ kind: 'text', text: 'Tea!' }]);
  const state = { ...nothing, seq: 7, id: '1' };
  assert.equal(fold(state, { type: 'signal', lost_ms: 12_000 }, 0), state);
});

test('halls are listed with what goes on there, and how they are heard', () => {
  const hall = { exhibitions: [], spectators: 0, signal: { lost_ms: null, stopped: null } };
  assert.deepEqual([goesOn(hall), watching(hall), reception(hall)], [[LABELS.nothing], '', '']);
  const exhibitions = [
    { name: 'Tea', status: 'open', boards: 4, seated: 3 },
    { name: 'Noon', status: 'running', boards: 2, seated: 1 },
    { name: 'Full', status: 'open', boards: 2, seated: 2 },
  ];
  assert.deepEqual(goesOn({ exhibitions }), [
    'Tea: seats free, 3 of 4 seats taken',
    'Noon: running now, 1 opponent',
    'Full: every seat is taken, 2 of 2 seats taken',
  ]);
  assert.equal(watching({ spectators: 12 }), '12 spectators here');
  assert.equal(reception({ signal: { lost_ms: 75_400, stopped: null } }), 'No signal from the hall for 1 min 15 s');
});
