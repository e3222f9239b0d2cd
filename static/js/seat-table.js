// The table of kept seats and handicaps: rows to edit, and a list to paste.

import { h, setText } from './dom.js';
import { readSeatLines } from './seat-lines.js';
import { CHOICES, SEATS } from './settings-words.js';

const ASKED = { autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off' };

/** The table; `boards()` is how many boards there are, `onChange()` is called after each change. */
export function createSeatTable({ prefix, boards, onChange }) {
  const rows = [];
  let settled = false;
  const list = `${prefix}-starts`;
  const heading = name => h('th', { scope: 'col' }, SEATS[name]);
  const body = h('tbody');
  const table = h(
    'table',
    { class: 'seats-table' },
    h('thead', {}, h('tr', {}, ...['board', 'name', 'color', 'clock', 'start'].map(heading), h('th', {}, h('span', { class: 'unseen' }, SEATS.removeShort)))),
    body,
  );
  const starts = h('datalist', { id: list }, ...CHOICES.start.filter(([name]) => name !== 'fen').map(([value, label]) => h('option', { value }, label)));
  const none = h('p', { class: 'quiet hint' }, SEATS.none);
  const add = h('button', { type: 'button', class: 'button', id: `${prefix}-add`, onclick: () => addRow({ board: free() }).focus() }, SEATS.add);
  const paste = h('textarea', {
    id: `${prefix}-paste`,
    rows: '4',
    placeholder: SEATS.pasteExample,
    'aria-describedby': `${prefix}-paste-hint ${prefix}-paste-said`,
    ...ASKED,
  });
  const said = h('p', { id: `${prefix}-paste-said`, class: 'said', role: 'status' });
  const put = h('button', { type: 'button', class: 'button', id: `${prefix}-put`, onclick: () => take() }, SEATS.put);
  const pasting = h(
    'details',
    { class: 'pasting' },
    h('summary', {}, SEATS.paste),
    h('label', { for: `${prefix}-paste` }, SEATS.pasteHint),
    paste,
    h('p', { id: `${prefix}-paste-hint`, class: 'unseen' }, SEATS.pasteHint),
    said,
    h('p', { class: 'actions' }, put),
  );
  const element = h('div', { class: 'seats' }, none, table, starts, h('p', { class: 'actions' }, add), pasting);
  element.addEventListener('input', event => event.target !== paste && onChange());

  const taken = () => rows.map(row => Number(row.board.value)).filter(Boolean);

  function free() {
    const used = new Set(taken());
    for (let board = 1; board <= (boards() || Infinity); board++) if (!used.has(board)) return board;
    return '';
  }

  /** A row for a seat, in the server's words; answers its first empty control. */
  function addRow({ board = '', name = '', color = '', clock = '', start = '' }) {
    const cell = (name, control) => h('td', { 'data-label': SEATS[name] }, control);
    const input = (name, value, more = {}) => h('input', { 'aria-label': SEATS[name], value: value === null ? 'none' : String(value), ...ASKED, ...more });
    const row = {
      board: input('board', board, { type: 'number', min: '1', max: '10000', inputmode: 'numeric' }),
      name: input('name', name, { maxlength: '64', autocapitalize: 'words' }),
      color: h(
        'select',
        { 'aria-label': SEATS.color },
        ...['', 'white', 'black'].map(value => h('option', { value, selected: value === color }, value === '' ? SEATS.asAll : SEATS[value])),
      ),
      clock: input('clock', clock, { placeholder: SEATS.asAll }),
      start: input('start', start, { placeholder: SEATS.asAll, list }),
    };
    const remove = h('button', { type: 'button', class: 'button', 'aria-label': SEATS.remove(board) }, SEATS.removeShort);
    row.element = h('tr', {}, ...['board', 'name', 'color', 'clock', 'start'].map(name => cell(name, row[name])), h('td', { class: 'seat-remove' }, remove));
    row.board.addEventListener('input', () => remove.setAttribute('aria-label', SEATS.remove(row.board.value)));
    remove.addEventListener('click', () => {
      const at = rows.indexOf(row);
      rows.splice(at, 1);
      row.element.remove();
      drawn();
      (rows[at]?.board ?? rows.at(-1)?.board ?? add).focus();
    });
    rows.push(row);
    body.append(row.element);
    drawn();
    return board === '' ? row.board : row.name;
  }

  function drawn() {
    table.hidden = rows.length === 0;
    none.hidden = rows.length > 0;
    for (const control of element.querySelectorAll('input, select, textarea, button')) control.disabled = settled;
    onChange();
  }

  /** Puts what is pasted into the table; false if something in it is wrong, which is said. */
  function take() {
    const { seats, errors } = readSeatLines(paste.value, { taken: taken(), boards: boards() || Infinity });
    paste.setAttribute('aria-invalid', String(errors.length > 0));
    said.classList.toggle('error', errors.length > 0);
    if (errors.length > 0) {
      setText(said, errors.slice(0, 5).map(({ line, why }) => SEATS.wrong(line, why)).join('\n'));
      pasting.open = true;
      paste.focus();
      return false;
    }
    for (const seat of seats) {
      const known = rows.find(row => Number(row.board.value) === seat.board);
      if (known) {
        known.name.value = seat.name;
        if (seat.clock) known.clock.value = seat.clock;
      } else addRow(seat);
    }
    paste.value = '';
    setText(said, seats.length > 0 ? SEATS.done(seats.length) : '');
    onChange();
    return true;
  }

  drawn();
  return {
    element,
    take,

    /** The seats in the server's words. */
    seats: () =>
      rows.map(({ board, name, color, clock, start }) => {
        const [number, kept, side, bank, from] = [board, name, color, clock, start].map(control => control.value.trim());
        return {
          board: /^\d+$/.test(number) ? Number(number) : number,
          ...(kept !== '' && { name: kept }),
          ...(side !== '' && { color: side }),
          ...(bank !== '' && { clock: bank === 'none' ? null : bank }),
          ...(from !== '' && { start: from }),
        };
      }),

    fill(seats) {
      rows.length = 0;
      body.replaceChildren();
      paste.value = '';
      setText(said, '');
      for (const seat of seats) addRow(seat);
      drawn();
    },

    /** Goes to the row that the server means, or to the first control. */
    focus(message) {
      const board = /board (\d+)/.exec(message)?.[1];
      const row = rows.find(row => row.board.value === board) ?? rows[0];
      const part = ['clock', 'colour', 'name', 'position'].find(word => message.includes(word));
      (row?.[{ colour: 'color', position: 'start' }[part] ?? part ?? 'board'] ?? add).focus();
    },

    disable(disabled) {
      settled = disabled;
      drawn();
    },
  };
}
