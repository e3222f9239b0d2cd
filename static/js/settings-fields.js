// The fields of an exhibition's settings: which there are, and their texts as the server's words and back. No DOM.

import { fromLocal, toLocal } from './local-time.js';
import { CHOICES } from './settings-words.js';

/**
 * All fields in their order. `kind` is how it is filled in; `group` where it is folded away; `of` the setting that it is a part
 * of, where that has another name; `id` the end of its element's id; `late` whether it can be changed after the start;
 * `fresh` whether it is for new exhibitions alone; `shown` whether it matters, by the form's texts; `wide` whether it takes a
 * row.
 */
export const FIELDS = [
  { name: 'name', kind: 'text', wide: true, late: true, max: 80 },
  { name: 'boards', kind: 'number', min: 1, max: 10_000 },
  { name: 'master', kind: 'select', fresh: true },
  { name: 'elo', kind: 'select', of: 'master', shown: texts => texts.master === 'engine' },
  { name: 'think', kind: 'time', shown: texts => texts.master === 'engine' },
  { name: 'master_name', id: 'master-name', kind: 'text', of: 'master', wide: true, max: 64, shown: texts => texts.master === 'human' },
  { name: 'clock', kind: 'time', wide: true },
  { name: 'master_extra', id: 'extra', kind: 'time', shown: isTimed },
  { name: 'master_extra_per_board', id: 'extra-per-board', kind: 'time', shown: isTimed },
  { name: 'color', kind: 'select', group: 'games' },
  { name: 'start', kind: 'select', group: 'games' },
  { name: 'fen', kind: 'position', of: 'start', group: 'games', wide: true, shown: texts => texts.start === 'fen' },
  { name: 'walk', kind: 'select', group: 'walk', wide: true },
  { name: 'passes', kind: 'select', group: 'walk', late: true },
  { name: 'grace', kind: 'time', group: 'walk', late: true },
  { name: 'retract', kind: 'select', group: 'walk', wide: true, shown: texts => texts.master === 'human' },
  { name: 'text', kind: 'lines', group: 'guests', wide: true, late: true },
  { name: 'code', kind: 'select', group: 'guests', late: true },
  { name: 'own_code', id: 'own-code', kind: 'code', of: 'code', group: 'guests', late: true, max: 12, shown: texts => texts.code === 'own' },
  { name: 'admission', kind: 'select', group: 'guests', late: true },
  { name: 'late_rounds', id: 'late-rounds', kind: 'number', group: 'guests', min: 0, max: 1000, late: true },
  { name: 'house_bots', id: 'bots', kind: 'number', group: 'guests', min: 0, max: 10_000, fresh: true },
  { name: 'delay', kind: 'time', group: 'guests', late: true },
  { name: 'chat', kind: 'select', group: 'guests', late: true, shown: texts => texts.master === 'human' },
  { name: 'starts_at', id: 'starts-at', kind: 'date', group: 'times', wide: true },
  { name: 'closes_after', id: 'closes-after', kind: 'time', group: 'times', late: true },
  { name: 'absent_after', id: 'absent-after', kind: 'time', group: 'times' },
  { name: 'seats', kind: 'seats', group: 'seats', wide: true },
];

function isTimed({ clock }) {
  return clock !== '' && !/^none$/i.test(clock);
}

const isNamed = start => CHOICES.start.some(([name]) => name === start && name !== 'fen');
const orNone = text => (text === '' || /^(none|never)$/i.test(text) ? null : text);
const squeezed = text => (text ?? '').replaceAll(' ', '');

/** What is in the fields for these settings, in the server's words; what these don't say is left as `before`. */
export function textsOf(words, before = {}) {
  const texts = { ...before };
  const put = (name, text) => {
    if (name in words) texts[name] = text(words[name]);
  };
  for (const name of ['name', 'text', 'color', 'walk', 'admission']) put(name, String);
  for (const name of ['boards', 'late_rounds', 'house_bots', 'retract', 'chat']) put(name, String);
  for (const name of ['clock', 'master_extra', 'master_extra_per_board', 'think', 'grace', 'closes_after', 'absent_after', 'delay'])
    put(name, squeezed);
  put('passes', passes => (passes === null ? 'none' : String(passes)));
  put('starts_at', toLocal);
  put('seats', seats => seats.map(seat => ({ ...seat })));
  if (words.master) {
    texts.master = words.master.kind;
    if (words.master.kind === 'engine') texts.elo = String(words.master.elo ?? '');
    else texts.master_name = words.master.name ?? '';
  }
  if ('start' in words) {
    texts.start = isNamed(words.start) ? words.start : 'fen';
    texts.fen = isNamed(words.start) ? '' : words.start;
  }
  if ('code' in words) {
    texts.code = words.code === null ? 'none' : words.code === true ? 'made-up' : 'own';
    texts.own_code = typeof words.code === 'string' ? words.code : '';
  }
  return texts;
}

/** The settings that the fields say, in the server's words. What makes no sense stays so: the server says what would. */
export function wordsOf(texts) {
  const number = text => (/^-?\d+$/.test(text) ? Number(text) : text);
  const { elo, master_name: name, own_code: own, fen } = texts;
  return {
    name: texts.name,
    text: texts.text,
    boards: number(texts.boards),
    master:
      texts.master === 'human'
        ? { kind: 'human', ...(name !== '' && { name }) }
        : { kind: 'engine', elo: elo === '' ? null : number(elo) },
    think: texts.think,
    clock: orNone(texts.clock),
    master_extra: texts.master_extra || '0s',
    master_extra_per_board: texts.master_extra_per_board || '0s',
    color: texts.color,
    start: texts.start === 'fen' ? fen : texts.start,
    walk: texts.walk,
    passes: texts.passes === 'none' ? null : number(texts.passes),
    grace: texts.grace || '0s',
    retract: texts.retract === 'true',
    late_rounds: number(texts.late_rounds || '0'),
    house_bots: number(texts.house_bots || '0'),
    code: texts.code === 'none' ? null : texts.code === 'made-up' ? true : own,
    admission: texts.admission,
    starts_at: fromLocal(texts.starts_at),
    closes_after: orNone(texts.closes_after),
    absent_after: orNone(texts.absent_after),
    delay: texts.delay || '0s',
    chat: texts.chat === 'true',
    seats: texts.seats,
  };
}

/** What differs in `now` from `before`. */
export const changesIn = (now, before) =>
  Object.fromEntries(Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));

/** The field that the server means by a setting's name, as the form stands. */
export function fieldOf(setting, texts) {
  if (setting === 'start' && texts.start === 'fen') return 'fen';
  if (setting === 'code' && texts.code === 'own') return 'own_code';
  if (setting === 'master' && texts.master === 'human') return 'master_name';
  return FIELDS.some(({ name }) => name === setting) ? setting : null;
}
