// A game's moves as a list to read and to click, for players and for replays.

import { h } from './dom.js';

/** The list inside `list`; `onPick(ply)` when a move is chosen. */
export function createMoveList(list, { onPick }) {
  let drawn = [];
  let offset = 0;
  let marked = null;

  const button = (san, ply) => h('button', { type: 'button', 'data-ply': ply, onclick: () => onPick(ply) }, san);

  function append(san, ply) {
    const half = ply - 1 + offset;
    if (half % 2 === 0 || !list.lastElementChild) {
      const number = h('span', { class: 'move-number' }, `${Math.floor(half / 2) + 1}.`);
      const gap = half % 2 === 1 ? h('span', { class: 'move-gap' }, '…') : null;
      list.append(h('li', {}, number, gap, button(san, ply)));
    } else {
      list.lastElementChild.append(button(san, ply));
    }
  }

  return {
    /** Shows `san`, of a game that began at `initialFen`, with the move that led to ply `at` marked. */
    draw(san, at, initialFen) {
      const [, turn = 'w', , , , fullmove = '1'] = initialFen?.split(' ') ?? [];
      const first = (Number(fullmove) - 1) * 2 + (turn === 'b' ? 1 : 0);
      const goesOn = first === offset && drawn.every((move, i) => move === san[i]) && drawn.length <= san.length;
      // Looking at where the mark is would have the browser lay the page out.
      if (goesOn && drawn.length === san.length && marked === at) return;
      if (!goesOn) {
        list.replaceChildren();
        drawn = [];
        offset = first;
      }
      for (let ply = drawn.length + 1; ply <= san.length; ply++) append(san[ply - 1], ply);
      drawn = san.slice();
      marked = at;
      mark(at);
    },
  };

  function mark(ply) {
    list.querySelector('[aria-current]')?.removeAttribute('aria-current');
    const current = list.querySelector(`[data-ply="${ply}"]`);
    current?.setAttribute('aria-current', 'true');
    // Scrolls the list only: `scrollIntoView` would take the whole page along on a phone.
    if (!current) list.scrollTop = 0;
    else if (current.offsetTop < list.scrollTop) list.scrollTop = current.offsetTop;
    else if (current.offsetTop + current.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = current.offsetTop + current.offsetHeight - list.clientHeight;
  }
}
