import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readSeatLines } from '../../static/js/seat-lines.js';

const seats = (text, about) => {
  const read = readSeatLines(text, about);
  assert.deepEqual(read.errors, [], text);
  return read.seats;
};
const errors = (text, about) => {
  const read = readSeatLines(text, about);
  assert.deepEqual(read.seats, [], 'with an error nothing is taken');
  return read.errors.map(({ line, why }) => `${line}: ${why}`);
};

test('a line is a name, a board and a clock, parted as a spreadsheet or a person parts them', () => {
  const expected = [{ board: 3, name: 'Ada', clock: '45m+30s' }, { board: 1, name: 'Ben' }];
  for (const text of ['Ada, 3, 45m+30s\nBen, 1', 'Ada;3;45m+30s\r\nBen;1;\r\n', 'Ada\t3\t45m+30s\rBen\t1\t', '\n Ada ,3,45m+30s\n\n,,\nBen , 1 , \n'])
    assert.deepEqual(seats(text), expected, JSON.stringify(text));
  assert.deepEqual(seats('Name, Board, Clock\nAda, 3, 45m+30s\nBen, 1'), expected, 'a heading is no seat');
  assert.deepEqual(seats('"Lovelace, Ada", 2\n"Ada ""Countess""", 4'), [
    { board: 2, name: 'Lovelace, Ada' },
    { board: 4, name: 'Ada "Countess"' },
  ]);
  assert.deepEqual(seats(''), []);
});

test('who has no board gets the next one that nobody has, here or in the table', () => {
  assert.deepEqual(
    seats('Ada\nBen, 1\nChiara\nDan', { taken: [3], boards: 5 }).map(({ board, name }) => `${board} ${name}`),
    ['2 Ada', '1 Ben', '4 Chiara', '5 Dan'],
  );
  assert.deepEqual(errors('Ada\nBen\nChiara', { taken: [1], boards: 2 }), ['2: there is no free board left.', '3: there is no free board left.']);
});

test('what is wrong is told by its line, all of it at once', () => {
  assert.deepEqual(errors(', 3\nAda, first\nBen, 3\nChiara, 0\nDan, 5, 5m, white\nEve, 123456'), [
    '1: there is no name.',
    '2: “first” is no board’s number.',
    '3: board 3 stands there twice.',
    '4: “0” is no board’s number.',
    '5: there is more than a name, a board and a clock.',
    '6: “123456” is no board’s number.',
  ]);
});
