// Everything beside the master's board, in words.

import { drawClock } from './clock-face.js';
import { byId, h, setName, setTag, setText } from './dom.js';
import { here, possible, queue, waited } from './master-state.js';
import * as words from './master-words.js';
import { opposite } from './position.js';
import { boardOf, expects, stillDue, timeNow } from './watch-state.js';
import { variantTag, who } from './words.js';

/** Of those who wait, so many are named; the others are one number and Enter away. */
const NAMED = 60;

/** Puts the page's fixed words in their places. */
export function label() {
  for (const [id, text] of Object.entries(words.LABELS)) setText(byId(id), text);
  setText(byId('undo'), words.undoLabel);
  setText(byId('connection'), words.CONNECTING);
  byId('move').placeholder = words.MOVE_HINT;
  byId('keys').replaceChildren(...words.KEYS.flatMap(([key, what]) => [h('dt', {}, key), h('dd', {}, what)]));
}

/** Draws all that isn't the board, the move list or the wall. */
export function drawPanel(state, undoSan, now) {
  const board = here(state);
  const { stands } = state;
  const next = boardOf(state, stands?.next);
  // Once it is known what can be played there: until then a move would be lost.
  const turn = possible(state) !== null || (board !== null && state.pending?.board === board.board);
  const paused = state.paused ?? null;
  const phase = state.status !== 'running' ? state.status : state.closed ? 'closed' : paused ? 'break' : turn ? 'move' : 'away';
  document.body.dataset.phase = phase;
  document.body.dataset.status = state.status;
  const waiting = state.boards.filter(each => expects(state, each)).length;
  const nextPhrase = next ? words.boardPhrase(next, waited(state, next, now)) : null;
  setName(byId('name'), state.name);
  setName(byId('subtitle'), words.subtitle(state, waiting, nextPhrase, stillDue(state)));
  const [headline, detail] = words.situation({
    status: state.status,
    paused,
    closed: state.closed,
    board,
    turn,
    next,
    stay: stands?.stay,
    grace: left(state, stands?.grace_ends_ms, now),
    hold: left(state, stands?.hold_ends_ms, now),
    waited: board ? waited(state, board, now) : null,
  });
  setText(byId('phase'), headline);
  setText(byId('detail'), detail);
  setText(byId('notice'), state.notice);
  const signal = phase === 'move' ? '● ' : '';
  document.title = `${signal}${headline} · Simultan`;

  const running = state.status === 'running';
  const playing = running && board?.status === 'playing';
  byId('pause').hidden = !running || state.closed;
  // Only who has begun a break ends it.
  byId('pause').disabled = paused === 'organiser';
  setText(byId('pause'), paused ? words.PAUSE[paused] ?? words.PAUSE.on : words.PAUSE.off);
  byId('pause').setAttribute('aria-pressed', String(paused !== null));
  byId('stay').setAttribute('aria-pressed', String(Boolean(stands?.stay)));
  setText(byId('stay'), stands?.stay ? words.STAY.on : words.STAY.off);
  for (const id of ['next', 'back', 'stay']) byId(id).disabled = !running || state.closed || paused !== null;
  byId('next').disabled ||= !next;
  setText(byId('next'), words.nextLabel(next?.board));
  byId('typed').hidden = !running;
  byId('their-offer').hidden = !(playing && board.draw_offer === board.color);
  setText(byId('offer-text'), words.offerText(board?.name));
  byId('taking-back').hidden = !running || !stands?.retract || paused !== null;
  if (stands?.retract) setText(byId('undo-text'), words.undoText(stands.retract.board, undoSan));
  byId('draw').disabled = !playing || paused !== null || Boolean(board.draw_offer);
  byId('resign').disabled = !playing || paused !== null;
  setText(byId('number'), board ? String(board.board) : '');
  setName(byId('opponent'), board ? who(board.name) : '');
  setText(byId('away'), board?.connected === false && board.status !== 'ended' ? words.awayNote : '');
  setName(byId('own'), state.master.name);
  setTag(byId('variant'), variantTag(board?.variant));
  setText(byId('waiting-title'), words.waitingTitle(waiting));
  if (board) {
    drawClock(byId('clock-theirs'), board, board.color, now - board.heardAt);
    drawClock(byId('clock-own'), board, opposite(board.color), now - board.heardAt);
  }
  byId('move').toggleAttribute('aria-disabled', possible(state) === null);
}

/** How long until a moment of the exhibition's own time; null where there is none. */
function left(state, ends, now) {
  const at = timeNow(state, now);
  return ends && at !== null ? ends - at : null;
}

/** The list of who waits: built when its boards change, its times every tick. */
export function createQueue(list, { onPick }) {
  let shown = '';
  return {
    draw(state, now) {
      const waiting = queue(state).slice(0, NAMED);
      const key = waiting.map(board => `${board.board}/${board.name}`).join();
      if (key !== shown) {
        shown = key;
        const item = board =>
          h(
            'li',
            {},
            h(
              'button',
              { type: 'button', onclick: () => onPick(board.board), 'data-board': board.board },
              h('b', {}, String(board.board)),
              h('span', { class: 'mini-name', title: who(board.name) }, who(board.name)),
              h('time', {}),
            ),
          );
        list.replaceChildren(...waiting.map(item));
      }
      waiting.forEach((board, at) => {
        const button = list.children[at].firstElementChild;
        const ms = waited(state, board, now) ?? 0;
        setText(button.lastElementChild, words.waitingTime(ms));
        button.classList.toggle('long', ms >= words.LONG_MS);
      });
    },
  };
}
