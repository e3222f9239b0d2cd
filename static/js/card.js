// One small board with its caption, clocks and result.

import { Chessground } from '/static/vendor/chessground/chessground.min.js';
import { boardConfig, MOTION, VIEW_ONLY } from './board-look.js';
import { formatClockBriefly, remaining } from './clock.js';
import { h, setAttribute, setText } from './dom.js';
import { LONG_MS, waitingTime } from './master-words.js';
import { opposite } from './position.js';
import { expects } from './watch-state.js';
import { NO_MORE_VISITS, outcomeFor, printedResult, resultForSpectator, who } from './words.js';

/** The card of `board`; `onPick(number)` when it is chosen, where it can be; `waited(board)` for who wants to see how long it waits. */
export function createCard({ board: number, color }, { onPick, waited }) {
  // Without anything to choose, the label is all that is left of the button.
  const pick = onPick
    ? h('button', { class: 'mini-pick', type: 'button', onclick: () => onPick(number) })
    : h('p', { class: 'unseen' });
  const name = h('span', { class: 'mini-name' });
  const mark = h('span', { class: 'mini-mark' });
  const square = h('div', { class: 'mini-board' });
  const badge = h('span', { class: 'mini-result' });
  const clocks = { [color]: h('span'), [opposite(color)]: h('span') };
  // Everything that the card shows is in its button's label; the rest is for the eye.
  const element = h(
    'li',
    { class: 'mini', 'data-board': number },
    h(
      'div',
      { class: 'mini-caption', 'aria-hidden': 'true' },
      h('span', { class: 'mini-number' }, String(number)),
      name,
      mark,
    ),
    h('div', { class: 'mini-frame', 'aria-hidden': 'true' }, square, badge),
    h('div', { class: 'mini-clocks', 'aria-hidden': 'true' }, clocks[color], clocks[opposite(color)]),
    pick,
  );
  let ground = null;
  let drawn = null;

  function drawBoard(board) {
    if (ground) ground.set(boardConfig(board));
    else
      ground = Chessground(square, {
        ...VIEW_ONLY,
        ...boardConfig(board),
        orientation: opposite(color),
        animation: MOTION,
      });
  }

  function drawClocks({ clock }, elapsed) {
    for (const side of ['white', 'black']) {
      setText(clocks[side], clock ? formatClockBriefly(remaining(clock, side, elapsed)) : '');
      clocks[side].classList.toggle('running', clock?.running === side);
    }
  }

  function drawWaiting(board) {
    const ms = waited(board) ?? 0;
    if (board.connected !== false && !board.draw_offer) setText(mark, waitingTime(ms));
    element.classList.toggle('long', ms >= LONG_MS);
  }

  function drawFacts(board, state, pinned) {
    const waiting = expects(state, board);
    const met = board.due === false && board.status === 'playing';
    const here = state.status === 'running' && state.master.board === number;
    const away = board.connected === false && board.status !== 'ended';
    const trail = state.trail.indexOf(number);
    setText(name, who(board.name));
    setAttribute(name, 'title', board.name);
    setText(mark, away ? 'away' : board.draw_offer ? '½?' : waiting && !here ? '●' : met ? '✓' : '');
    if (waiting && waited) drawWaiting(board);
    else element.classList.remove('long');
    setAttribute(mark, 'title', away ? 'Connection lost, seat kept' : waiting ? 'Waiting for the master' : met ? NO_MORE_VISITS : null);
    setText(badge, printedResult(board.result));
    setAttribute(element, 'data-outcome', board.result ? outcomeFor(opposite(color), board.result) : null);
    setAttribute(element, 'data-trail', here ? '0' : trail > 0 ? trail : null);
    setAttribute(pick, 'aria-current', here ? 'true' : null);
    const said = label(board, state, { waiting, here, away, met });
    if (!onPick) return setText(pick, said);
    setAttribute(pick, 'aria-pressed', String(pinned === number));
    setAttribute(pick, 'aria-label', said);
  }

  return {
    element,

    /** Brings the card to `board`; with `touched` even if the board itself is as it was. */
    draw(board, state, pinned, touched) {
      if (drawn === board && !touched) return;
      if (drawn?.fen !== board.fen) drawBoard(board);
      if (drawn !== board) drawClocks(board, 0);
      drawFacts(board, state, pinned);
      drawn = board;
    },

    /** Lets a running clock go on. */
    tick(now) {
      if (drawn?.clock?.running) drawClocks(drawn, now - drawn.heardAt);
      if (waited && drawn?.status === 'playing' && drawn.turn === opposite(color)) drawWaiting(drawn);
    },

    /** Lets go of the board's listeners. */
    remove() {
      ground?.destroy();
    },
  };
}

function label(board, state, { waiting, here, away, met }) {
  const parts = [`Board ${board.board}, ${who(board.name)}`];
  if (board.result) parts.push(resultForSpectator(board, board.result, board.termination, state.master.name));
  if (here) parts.push('the master is here');
  else if (waiting) parts.push('waiting for the master');
  else if (met) parts.push(NO_MORE_VISITS);
  if (away) parts.push('connection lost');
  return parts.join(', ');
}
