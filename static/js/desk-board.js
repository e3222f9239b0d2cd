// What can be done about one seat: a dialog over the desk.

import { byId, h, setText } from './dom.js';
import { returnFocus } from './desk-ask.js';
import { createSettling } from './desk-settle.js';
import { ASKED, DONE, freeBoard, presence, SEAT_ACTIONS, seatTitle } from './desk-words.js';
import { sentence } from './settings-words.js';

/** The dialog; `seatOf(board)`, `seatsNow()`, `stateNow()` and `awayNow(seat)` say how things are. */
export function createSeatDialog({ orders, ask, say, advise, seatOf, seatsNow, stateNow, awayNow }) {
  const dialog = byId('seat');
  let number = null;
  let settling = null;
  let from = null;
  let offered = '';

  const close = () => dialog.close();

  /** Something that is asked first; the dialog has done its work then. */
  const asked = (question, act, done) =>
    ask({
      ...question,
      act: async () => {
        await act();
        say(done);
        close();
      },
    });

  /** What is offered about `seat` as things are: the name of the action and what it does. */
  function actions(seat, state) {
    const { board, name } = seat;
    const running = state.status === 'running';
    const playing = running && seat.state === 'seated' && seat.status === 'playing';
    const master = state.master.name;
    const masters = seat.color === 'white' ? '0-1' : '1-0';
    if (state.status !== 'finished' && seat.state === 'applied')
      return [
        ['admit', () => directly(() => orders.admit(board), DONE.admit(board, name))],
        ['turnAway', () => asked(ASKED.turnAway(board, name), () => orders.remove(board), DONE.turnAway(name))],
      ];
    if (seat.state !== 'seated') return [];
    return [
      state.status === 'open' && ['remove', () => asked(ASKED.remove(board, name), () => orders.remove(board), DONE.remove(board, name))],
      playing && ['abandon', () => asked(ASKED.abandon(board, name, master), () => orders.remove(board, masters), DONE.abandon(board))],
      playing && ['breakOff', () => asked(ASKED.breakOff(board, name), () => orders.remove(board), DONE.breakOff(board))],
      name !== freeBoard(board) && ['forget', () => asked(ASKED.forget(board, name), () => orders.forget(board), DONE.forget(board))],
    ].filter(Boolean);
  }

  async function directly(act, done) {
    setText(byId('seat-error'), '');
    try {
      await act();
      say(done);
      close();
    } catch (error) {
      setText(byId('seat-error'), sentence(error.message));
    }
  }

  byId('seat-rename').addEventListener('submit', event => {
    event.preventDefault();
    const name = byId('rename').value.trim();
    directly(() => orders.rename(number, name), DONE.rename(number, name));
  });
  byId('seat-move').addEventListener('submit', event => {
    event.preventDefault();
    const [board, to, { name }] = [number, Number(byId('move').value), seatOf(number)];
    directly(() => orders.move(board, to), DONE.move(board, to, name));
  });
  byId('seat-close').addEventListener('click', close);
  dialog.addEventListener('close', () => {
    number = null;
    settling?.remove();
    settling = null;
    returnFocus(from);
  });

  function draw() {
    const [seat, state] = [seatOf(number), stateNow()];
    const board = state.boards[state.index.get(number)];
    if (!seat || !board) return;
    const [mark, words] = presence(seat, awayNow(seat), Date.now());
    setText(byId('seat-title'), seatTitle(number, seat.name));
    setText(byId('seat-presence'), mark ? `${mark} ${words}` : words);
    const there = seat.state === 'seated' || seat.state === 'applied';
    byId('seat-rename').hidden = state.status === 'finished' || !there;
    const free = state.status === 'open' && seat.state === 'seated' ? seatsNow().filter(({ state }) => state === 'free' || state === 'reserved') : [];
    byId('seat-move').hidden = free.length === 0;
    const key = JSON.stringify([free.map(({ board }) => board), seat.state, seat.status, seat.name, state.status]);
    // Only when something has changed, so that nothing vanishes under a finger.
    if (key !== offered) {
      const chosen = byId('move').value;
      byId('move').replaceChildren(...free.map(({ board }) => h('option', { value: String(board) }, freeBoard(board))));
      if (free.some(({ board }) => String(board) === chosen)) byId('move').value = chosen;
      byId('seat-actions').replaceChildren(
        ...actions(seat, state).map(([name, act], i) =>
          h('button', { type: 'button', class: name === 'admit' && i === 0 ? 'primary' : null, 'data-action': name, onclick: act }, SEAT_ACTIONS[name]),
        ),
      );
      offered = key;
    }
    const settles = state.status === 'running' && board.status === 'playing';
    byId('seat-settle').hidden = !settles;
    if (!settles) return;
    if (!settling) {
      settling = createSettling(number, { orders, ask, say, advise, titled: false, onSettled: close });
      byId('seat-game').replaceChildren(settling.element);
    }
    settling.draw(board, state.master.name);
    settling.placed();
  }

  return {
    /** Opens it about a board where somebody sits, or asks to. */
    open(board) {
      const seat = seatOf(board);
      if (!seat || (seat.state !== 'seated' && seat.state !== 'applied')) return;
      number = board;
      offered = '';
      from = document.activeElement;
      setText(byId('seat-error'), '');
      byId('rename').value = seat.name ?? '';
      dialog.showModal();
      byId('seat-title').focus();
      draw();
    },
    /** Brings it to how things are, while it is open. */
    draw: () => number !== null && draw(),
  };
}
