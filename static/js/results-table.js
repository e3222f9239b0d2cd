// The table of results: a row for each board, drawn again when its line has changed.

import { certificatePage, gamePgn, watchPage } from './address.js';
import { formatDuration } from './clock.js';
import { h } from './dom.js';
import { ENDINGS, linkLabel, movesOf, outcomeWord, RESULTS } from './results-words.js';
import { outcomeFor, printedResult } from './words.js';

const cell = (attributes, ...children) => h('td', { role: 'cell', ...attributes }, ...children);

const spent = ms => (ms > 0 ? formatDuration(ms) : '–');

function row(id, line) {
  const { board, name, status } = line;
  const ended = status === 'ended';
  return h(
    'tr',
    { role: 'row', 'data-board': board, 'data-outcome': ended ? outcomeFor(line.color, line.result) : status },
    cell({ class: 'board-number' }, String(board)),
    h(
      'th',
      { role: 'rowheader', scope: 'row', class: 'who' },
      h('a', { href: `${watchPage(id)}#board=${board}`, title: name }, name),
      line.bot && h('span', { class: 'tag' }, 'bot'),
    ),
    cell(
      { class: 'result' },
      ended && h('b', {}, printedResult(line.result)),
      ended ? ' ' : '',
      h('span', { class: 'outcome' }, outcomeWord(line)),
    ),
    cell({ class: 'number moves-made', 'data-label': RESULTS.columnMoves }, String(movesOf(line.plies))),
    cell({ class: 'how' }, ENDINGS[line.termination] ?? ''),
    cell({ class: 'number', 'data-label': RESULTS.columnMaster }, spent(line.master_ms)),
    cell({ class: 'number', 'data-label': RESULTS.columnOpponent }, spent(line.opponent_ms)),
    cell(
      { class: 'links' },
      h('a', { href: gamePgn(id, board), download: true, 'aria-label': linkLabel(RESULTS.game, name) }, RESULTS.game),
      ended &&
        h(
          'a',
          { href: certificatePage(id, board), 'aria-label': linkLabel(RESULTS.certificate, name) },
          RESULTS.certificate,
        ),
    ),
  );
}

/** The rows inside `body`. */
export function createResultsTable(body) {
  /** By board: what was drawn, and the row. */
  const drawn = new Map();

  return {
    draw({ id, boards }) {
      boards.forEach((line, i) => {
        const key = JSON.stringify(line);
        const known = drawn.get(line.board);
        if (known?.key === key) return;
        const element = row(id, line);
        if (known) known.element.replaceWith(element);
        else body.insertBefore(element, body.children[i] ?? null);
        drawn.set(line.board, { key, element });
      });
    },
  };
}
