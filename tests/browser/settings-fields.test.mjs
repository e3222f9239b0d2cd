import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromLocal, toLocal } from '../../static/js/local-time.js';
import { changesIn, FIELDS, fieldOf, textsOf, wordsOf } from '../../static/js/settings-fields.js';
import { CHOICES, FIELDS as WORDS, GROUPS } from '../../static/js/settings-words.js';
import { NAMES, template } from '../../static/js/templates.js';

/** As the server tells what it was started with. */
const STARTED = {
  name: 'Simultaneous exhibition',
  text: '',
  boards: 24,
  clock: null,
  master: { kind: 'engine', elo: null },
  master_extra: '0s',
  master_extra_per_board: '0s',
  color: 'white',
  start: 'standard',
  seats: [],
  walk: 'in-turn',
  late_rounds: 0,
  passes: null,
  grace: '15s',
  retract: true,
  think: '2s',
  house_bots: 0,
  code: null,
  admission: 'open',
  starts_at: null,
  closes_after: null,
  absent_after: '30m',
  delay: '0s',
  chat: true,
};
const EMPTY = Object.fromEntries(FIELDS.map(({ name, kind }) => [name, kind === 'seats' ? [] : '']));
const there = words => textsOf(words, EMPTY);
const there_and_back = words => wordsOf(there(words));

test('every setting has a field, words, and a way back', () => {
  assert.deepEqual(Object.keys(wordsOf(there(STARTED))).sort(), Object.keys(STARTED).sort());
  assert.deepEqual(there_and_back(STARTED), STARTED);
  for (const { name, kind, group } of FIELDS) {
    assert.ok(WORDS[name].label, name);
    assert.ok(!group || GROUPS[group], name);
    assert.ok(kind !== 'select' || CHOICES[name].length > 1, name);
  }
  const other = {
    ...STARTED,
    text: 'Two\nlines',
    clock: '30m+30s',
    master: { kind: 'human', name: 'GM Judit' },
    start: '4k3/8/8/8/8/8/4P3/4K3 w - - 0 1',
    passes: 3,
    retract: false,
    code: 'KLUB26',
    starts_at: 1_800_000_060_000,
    closes_after: '2h30m',
    absent_after: null,
    chat: false,
    seats: [{ board: 3, name: 'Ada', color: 'black', clock: null, start: 'chess960' }],
  };
  assert.deepEqual(there_and_back(other), other);
  assert.deepEqual(there_and_back({ ...STARTED, code: true, start: 'kings-gambit', master: { kind: 'engine', elo: 1850 } }).master, { kind: 'engine', elo: 1850 });
});

test('only what was changed is sent, and what makes no sense is left for the server to name', () => {
  const base = there_and_back(STARTED);
  const typed = { ...there(STARTED), boards: '8', clock: 'none', passes: '3', grace: '', closes_after: '2h30m' };
  assert.deepEqual(changesIn(wordsOf(typed), base), { boards: 8, passes: 3, grace: '0s', closes_after: '2h30m' });
  assert.deepEqual(changesIn(wordsOf({ ...there(STARTED), boards: 'many', start: 'fen', fen: 'x', code: 'own', own_code: '' }), base), {
    boards: 'many',
    start: 'x',
    code: '',
  });
});

test('the server’s word for a setting leads to the field in sight', () => {
  const texts = there(STARTED);
  assert.equal(fieldOf('start', texts), 'start');
  assert.equal(fieldOf('start', { ...texts, start: 'fen' }), 'fen');
  assert.equal(fieldOf('code', { ...texts, code: 'own' }), 'own_code');
  assert.equal(fieldOf('master', { ...texts, master: 'human' }), 'master_name');
  assert.equal(fieldOf('delay', texts), 'delay');
  assert.equal(fieldOf('speed', texts), null);
});

test('a template says everything but who and how many, and leaves a person the master’s seat', () => {
  const left = ['boards', 'house_bots', 'master', 'name', 'seats', 'starts_at', 'text', 'think'];
  for (const name of NAMES) {
    const words = template(name, { master: 'human' });
    assert.deepEqual(Object.keys(STARTED).filter(setting => !(setting in words)).sort(), left, name);
    assert.equal(template(name, { master: 'engine' }).master.kind, 'engine');
    assert.equal(words.chat, name !== 'school', name);
  }
});

test('a date is the browser’s, to the minute', () => {
  const text = toLocal(1_800_000_000_000);
  assert.match(text, /^2027-01-1\dT\d\d:00$/);
  assert.equal(fromLocal(text), 1_800_000_000_000);
  assert.equal(fromLocal(''), null);
  assert.equal(toLocal(null), '');
  assert.ok(Number.isNaN(fromLocal('tomorrow')));
});
