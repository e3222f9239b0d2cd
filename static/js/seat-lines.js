// A pasted list of seats: a line each with name, board and clock, parted by commas, semicolons or tabs. No DOM.

import { LINES } from './settings-words.js';

/** The cells of a line; what stands in double quotes may have commas in it, and a quote when it is written twice. */
function cells(line) {
  const comma = /\t/.test(line) ? '\t' : /;/.test(line) ? ';' : ',';
  const found = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at];
    if (quoted && sign === '"' && line[at + 1] === '"') cell += line[++at];
    else if (sign === '"' && (quoted || cell.trim() === '')) {
      quoted = !quoted;
      if (quoted) cell = '';
    } else if (sign === comma && !quoted) {
      found.push(cell.trim());
      cell = '';
    } else cell += sign;
  }
  return [...found, cell.trim()];
}

const isHeading = ([name, board]) => /^name$/i.test(name) && /^board$/i.test(board ?? '');

/**
 * Reads a list. `taken` are boards that have a seat already, `boards` how many there are. Answers `seats` (`board`, `name`,
 * and `clock` where one is said), or `errors` (`line`, `why`) and then no seats.
 */
export function readSeatLines(text, { taken = [], boards = Infinity } = {}) {
  const lines = text.split(/\r\n|\r|\n/).map((line, index) => ({ line: index + 1, cells: cells(line) }));
  const filled = lines.filter(({ cells }) => cells.some(cell => cell !== ''));
  if (filled.length > 0 && isHeading(filled[0].cells)) filled.shift();
  const errors = [];
  const used = new Set();
  const seats = filled.map(({ line, cells: [name, board = '', clock = '', ...more] }) => {
    const wrong = why => errors.push({ line, why });
    if (name === '') wrong(LINES.noName);
    if (more.some(cell => cell !== '')) wrong(LINES.tooMuch);
    const number = /^\d{1,5}$/.test(board) ? Number(board) : null;
    if (board !== '' && !number) wrong(LINES.noBoard(board));
    if (number !== null && used.has(number)) wrong(LINES.twice(number));
    if (number !== null) used.add(number);
    return { line, board: number, name, ...(clock !== '' && { clock }) };
  });
  // Who says no board gets what is left, so first all others have theirs.
  for (const board of taken) used.add(board);
  let next = 1;
  for (const seat of seats) {
    if (seat.board !== null) continue;
    while (used.has(next)) next++;
    if (next > boards) errors.push({ line: seat.line, why: LINES.full });
    seat.board = next++;
  }
  errors.sort((a, b) => a.line - b.line);
  return errors.length > 0 ? { seats: [], errors } : { seats: seats.map(({ line, ...seat }) => seat), errors };
}
