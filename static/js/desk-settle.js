// A game to be settled: its position, what an engine thinks of it, and the three results.

import { Chessground } from '/static/vendor/chessground/chessground.min.js';
import { boardConfig, VIEW_ONLY } from './board-look.js';
import { byId, h, setText } from './dom.js';
import { opposite } from './position.js';
import { ASKED, DONE, opinion, seatTitle, settlements, THINKING } from './desk-words.js';
import { sentence } from './settings-words.js';

/** So many are shown at once, the next when one is settled: the engine is asked about each. */
const AT_ONCE = 24;

/** Asks the engine about one board after the other: it has one head. */
export function createAdvice(orders) {
  let last = Promise.resolve();
  return function advise(board, wanted) {
    last = last.then(() => (wanted() ? orders.suggestion(board).catch(error => error) : null));
    return last;
  };
}

/** The game at a board, to be settled through `ask`; `advise` asks the engine. */
export function createSettling(number, { orders, ask, say, advise, titled = true, onSettled = () => {} }) {
  const title = h('h3', {});
  const square = h('div', { class: 'mini-board' });
  const thought = h('p', { class: 'settle-thought quiet', 'aria-live': 'polite' });
  const buttons = Array.from({ length: 3 }, () => h('button', { type: 'button', class: 'settle-result' }));
  const element = h(
    titled ? 'li' : 'div',
    { class: 'settle-game', 'data-board': number },
    h('div', { class: 'mini-frame settle-board', 'aria-hidden': 'true' }, square),
    h('div', { class: 'settle-say' }, titled && title, thought, h('p', { class: 'actions', role: 'group' }, ...buttons)),
  );
  let ground = null;
  let about = null;
  let gone = false;

  async function think(board, master) {
    const fen = (about = board.fen);
    setText(thought, THINKING);
    const thinks = await advise(number, () => !gone && about === fen);
    if (gone || about !== fen || thinks === null) return;
    setText(thought, thinks instanceof Error ? sentence(thinks.message) : opinion(thinks, board, master));
  }

  return {
    element,
    /** Brings it to the board as it is now. */
    draw(board, master) {
      setText(title, seatTitle(number, board.name));
      settlements(board, master).forEach(([result, words, printed], i) => {
        if (buttons[i].textContent !== words + printed) buttons[i].replaceChildren(words, h('span', { class: 'whole' }, printed));
        buttons[i].dataset.result = result;
        buttons[i].onclick = () =>
          ask({
            ...ASKED.settle(number, board.name, words + printed),
            act: async () => {
              await orders.settle(number, result);
              say(DONE.settle(number, result));
              onSettled();
            },
          });
      });
      if (about === board.fen) return;
      const config = { ...VIEW_ONLY, ...boardConfig(board), orientation: opposite(board.color), animation: { enabled: false } };
      if (ground) ground.set(config);
      else ground = Chessground(square, config);
      think(board, master);
    },
    /** What is put into the page only now has its size only now. */
    placed: () => ground?.redrawAll(),
    remove() {
      gone = true;
      ground?.destroy();
      element.remove();
    },
  };
}

/** Once no visit begins any more: every game that is still on. */
export function createSettleList(parts) {
  const games = new Map();
  return {
    draw(state) {
      const left = state.closed && state.status === 'running' ? state.boards.filter(board => board.status === 'playing') : [];
      byId('settle').hidden = left.length === 0;
      const shown = new Map(left.slice(0, AT_ONCE).map(board => [board.board, board]));
      for (const [number, game] of games) {
        if (shown.has(number)) continue;
        game.remove();
        games.delete(number);
      }
      for (const [number, board] of shown) {
        const fresh = !games.has(number);
        if (fresh) {
          games.set(number, createSettling(number, parts));
          byId('settle-games').append(games.get(number).element);
        }
        games.get(number).draw(board, state.master.name);
        if (fresh) games.get(number).placed();
      }
    },
  };
}
