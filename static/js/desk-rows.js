// The table of seats: a row each, which stays where it is and is only filled anew.

import { formatClockBriefly, remaining } from './clock.js';
import { byId, h, setAttribute, setName, setText } from './dom.js';
import { opposite } from './position.js';
import {
  admitLabel, ALL_SEATS, clockSpoken, COLUMNS, gameLine, missedLine, moreLabel, NO_SEATS, passesLine, presence, SEAT_BUTTON, settleLabel,
} from './desk-words.js';

/** So many rows are there at first. */
const ROWS = 200;

/** Which seats a choice lists. */
const LISTED = {
  all: () => true,
  taken: ({ state }) => state === 'seated' || state === 'applied',
  asking: ({ state }) => state === 'applied',
  away: ({ state, connected, house }) => state === 'seated' && !connected && !house,
  playing: ({ status, state }) => state === 'seated' && status === 'playing',
};

/** The table; `awayNow(seat)` says for how many milliseconds somebody has been away, or null; `onAdmit(board)`, `onSettle(board)` and `onMore(board)` when somebody chooses that. */
export function createRows({ awayNow, onAdmit, onSettle, onMore }) {
  const rows = new Map();
  let listed = '';
  let all = false;

  const cell = (name, ...inside) => h('td', { role: 'cell', class: `seat-${name}`, 'data-label': COLUMNS[name] }, ...inside);

  function createRow(board) {
    const [name, tag, presence, passes, missed, game, theirs, masters, spoken] = Array.from({ length: 9 }, () => h('span'));
    name.className = 'seat-who';
    tag.className = 'tag';
    spoken.className = 'unseen';
    const mark = h('span', { class: 'seat-mark', 'aria-hidden': 'true' });
    const admit = h('button', { type: 'button', class: 'primary', onclick: () => onAdmit(board) }, SEAT_BUTTON.admit);
    const settle = h('button', { type: 'button', onclick: () => onSettle(board) }, SEAT_BUTTON.settle);
    const more = h('button', { type: 'button', class: 'seat-more', onclick: () => onMore(board) }, SEAT_BUTTON.more);
    const element = h(
      'tr',
      { role: 'row', class: 'seat-row', 'data-board': board },
      h('th', { role: 'rowheader', scope: 'row', class: 'seat-board', 'data-label': COLUMNS.board }, String(board)),
      cell('name', name, ' ', tag),
      cell('presence', mark, presence),
      cell('game', game),
      cell('clock', h('span', { 'aria-hidden': 'true' }, theirs, masters), spoken),
      cell('passes', passes),
      cell('missed', missed),
      h('td', { role: 'cell', class: 'seat-do' }, h('span', { class: 'seat-buttons' }, admit, settle, more)),
    );
    return { element, parts: { name, tag, mark, presence, passes, missed, game, theirs, masters, spoken, admit, settle, more }, seat: null, live: null };
  }

  function drawClock({ parts, seat, live }, now) {
    const clock = seat.state === 'seated' ? live?.clock : null;
    const face = color => formatClockBriefly(remaining(clock, color, now - live.heardAt));
    for (const [part, color] of [['theirs', live?.color], ['masters', opposite(live?.color)]]) {
      setText(parts[part], clock ? face(color) : '');
      parts[part].classList.toggle('running', clock?.running === color);
    }
  }

  function drawRow(row, state, { now, date }) {
    const { parts, seat, live } = row;
    const [mark, words, kind] = presence(seat, awayNow(seat), date);
    setName(parts.name, seat.name ?? '');
    setText(parts.tag, seat.bot && !seat.house ? 'bot' : '');
    parts.tag.hidden = !seat.bot || seat.house;
    setText(parts.mark, mark);
    setText(parts.presence, words);
    setAttribute(row.element, 'data-presence', kind);
    const taken = seat.state === 'seated';
    setText(parts.passes, taken ? passesLine(seat.passes_left) : '');
    setText(parts.missed, missedLine(seat.missed_visits));
    const playing = state.status === 'running' && live?.status === 'playing';
    setText(parts.game, taken && state.status !== 'open' ? gameLine(live, playing && state.master.board === seat.board) : '');
    drawClock(row, now);
    setText(parts.spoken, parts.theirs.textContent ? clockSpoken(parts.theirs.textContent, parts.masters.textContent) : '');
    const open = state.status !== 'finished';
    parts.admit.hidden = !(open && seat.state === 'applied');
    parts.settle.hidden = !(state.closed && playing);
    parts.more.hidden = !(seat.state === 'seated' || (open && seat.state === 'applied'));
    setAttribute(parts.admit, 'aria-label', admitLabel(seat.board, seat.name));
    setAttribute(parts.settle, 'aria-label', settleLabel(seat.board, seat.name));
    setAttribute(parts.more, 'aria-label', moreLabel(seat.board, seat.name));
  }

  byId('all-seats').addEventListener('click', () => {
    all = true;
    byId('filter').dispatchEvent(new Event('change'));
  });

  return {
    /** Brings the table to `seats`, and to what is known live. */
    draw(seats, state, times) {
      const matching = seats.filter(LISTED[byId('filter').value]);
      const shown = all ? matching : matching.slice(0, ROWS);
      byId('no-seats').hidden = shown.length > 0;
      setText(byId('no-seats'), NO_SEATS);
      byId('all-seats').hidden = shown.length === matching.length;
      setText(byId('all-seats'), ALL_SEATS(matching.length));
      for (const seat of shown) {
        if (!rows.has(seat.board)) rows.set(seat.board, createRow(seat.board));
        const row = rows.get(seat.board);
        Object.assign(row, { seat, live: state.boards[state.index.get(seat.board)] ?? null });
        drawRow(row, state, times);
      }
      const key = shown.map(({ board }) => board).join();
      if (key !== listed) {
        listed = key;
        const wanted = new Set(shown.map(({ board }) => board));
        for (const [board, row] of rows)
          if (!wanted.has(board)) {
            row.element.remove();
            rows.delete(board);
          }
        // What is there already isn't moved: whoever has the focus in it keeps it.
        let before = null;
        for (const { board } of shown) {
          const { element } = rows.get(board);
          const next = before ? before.nextElementSibling : byId('seat-rows').firstElementChild;
          if (next !== element) byId('seat-rows').insertBefore(element, next);
          before = element;
        }
      }
      const table = byId('seats-table');
      table.classList.toggle('timed', state.timed && state.status !== 'open');
      table.classList.toggle('passing', seats.some(seat => seat.passes_left !== null && seat.passes_left !== undefined));
      table.classList.toggle('begun', state.status !== 'open');
    },

    /** Lets the running clocks go on. */
    tick(now) {
      for (const row of rows.values()) if (row.live?.clock?.running) drawClock(row, now);
    },
  };
}

/** The table's heading. */
export const heading = () =>
  h(
    'tr',
    { role: 'row' },
    ...['board', 'name', 'presence', 'game', 'clock', 'passes', 'missed', 'actions'].map(name =>
      h('th', { role: 'columnheader', scope: 'col', class: `seat-${name}` }, name === 'actions' ? h('span', { class: 'unseen' }, COLUMNS.actions) : COLUMNS[name]),
    ),
  );
