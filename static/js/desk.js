// The organiser's desk: who sits where, what goes on, and everything that can be done about it.

import { deskPage, exhibitionInAddress, gamesPgn, resultsCsv, resultsPage, watchPage } from './address.js';
import { createBoards } from './boards.js';
import { everyTick, now } from './clock.js';
import { createActions } from './desk-actions.js';
import { createAsk, createSaid } from './desk-ask.js';
import { createSeatDialog } from './desk-board.js';
import { createDeskBots } from './desk-bots.js';
import { createInvite } from './desk-invite.js';
import { createNotices } from './desk-notices.js';
import { createOrders } from './desk-orders.js';
import { createRows, heading } from './desk-rows.js';
import { createSeatList } from './desk-seats.js';
import { createDeskSettings } from './desk-settings.js';
import { createAdvice, createSettleList } from './desk-settle.js';
import { DONE, FILTERS, LABELS, LINKS, NOT_THE_ORGANISERS, queueLine, SEATS_STALE, subtitle } from './desk-words.js';
import { byId, h, setName, setText } from './dom.js';
import { oncePerFrame } from './frame.js';
import { organiserToken } from './organiser.js';
import { screenLinks } from './screens.js';
import { createWalker } from './walker.js';
import { createWall } from './wall.js';
import { nothing, seated } from './watch-state.js';
import { createWatching } from './watching.js';
import { sentence } from './settings-words.js';

/** When a server that is away is asked again whose token this is. */
const AGAIN_MS = 4_000;

for (const [id, text] of Object.entries(LABELS)) setText(byId(id), text);
byId('seats-heading').append(heading());
byId('filter').append(...Object.entries(FILTERS).map(([value, text]) => h('option', { value }, text)));

/** The desk of whoever has the organiser's `token`. */
function begin(token) {
  let id = exhibitionInAddress();
  let state = nothing;
  /** What was read of the seats last; none are known before that. */
  let list = { seats: [], waiting: [], readAt: null };
  let lostAt = null;
  /** After how much play no visit begins any more, or null. */
  let closesAfterMs = null;

  const stateNow = () => state;
  const seatsNow = () => list.seats;
  const seatOf = board => list.seats[board - 1];
  /** For how many milliseconds somebody has been away. */
  const awayNow = ({ away_ms: ms }) => (ms === null ? null : ms + (lostAt ?? now()) - list.readAt);
  const orders = createOrders(() => id, token);
  const say = createSaid();
  const ask = createAsk();
  const parts = { orders, ask, say, advise: createAdvice(orders), stateNow, seatsNow, seatOf, awayNow };

  const redraw = oncePerFrame(draw);
  const actions = createActions(parts);
  const dialog = createSeatDialog(parts);
  const settling = createSettleList(parts);
  const settings = createDeskSettings(parts);
  const notices = createNotices();
  const invite = createInvite({ token, say });
  createDeskBots(parts);
  const rows = createRows({ awayNow, onAdmit: admit, onSettle: dialog.open, onMore: dialog.open });
  const wall = createWall(byId('wall'), { onChange: redraw });
  const boards = createBoards(byId('boards'), byId('wall'), { onPick: dialog.open });
  const walker = createWalker(byId('boards-area'), byId('walker'), boards.elementOf);
  const seats = createSeatList({
    load: () => Promise.all([orders.seats(), orders.waiting()]),
    onChange(found) {
      list = found;
      setText(byId('seats-error'), '');
      redraw();
    },
    onError: error => setText(byId('seats-error'), SEATS_STALE(sentence(error.message))),
  });

  createWatching({
    exhibition: id,
    token,
    onState: receive,
    onLine(since) {
      lostAt = since;
      byId('connection').hidden = lostAt === null || state.seq === null;
    },
    onTrouble: text => setText(byId('missing'), text),
  });

  function receive(next, message) {
    if (next.id !== state.id) {
      id = next.id;
      // An address that says `current` would mean another exhibition after a reload.
      history.replaceState(null, '', deskPage(id));
      drawLinks();
    }
    state = next;
    seats.hear(message);
    if (message.type === 'exhibition') {
      closesAfterMs = message.closes_after_ms ?? null;
      invite.refresh(id);
      settings.refresh();
    }
    redraw();
  }

  async function admit(board) {
    const { name } = seatOf(board);
    setText(byId('refused'), '');
    try {
      await orders.admit(board);
      say(DONE.admit(board, name));
    } catch (error) {
      setText(byId('refused'), sentence(error.message));
    }
    seats.want();
  }

  function drawLinks() {
    byId('to-dashboard').hidden = false;
    byId('to-dashboard').href = watchPage(id);
    byId('screens').replaceChildren(screenLinks(id));
    byId('files').replaceChildren(
      h('a', { href: resultsPage(id) }, LINKS.results),
      h('a', { href: resultsCsv(id), download: true }, LINKS.csv),
      h('a', { href: gamesPgn(id), download: true }, LINKS.pgn),
    );
  }

  const times = () => ({ now: lostAt ?? now(), date: Date.now(), closesAfterMs });

  function draw() {
    if (state.seq === null || list.readAt === null) return;
    document.title = `${state.name} · Simultan`;
    document.body.dataset.status = state.status;
    setName(byId('name'), state.name);
    setName(byId('subtitle'), subtitle(state));
    byId('missing').hidden = true;
    byId('desk').hidden = false;
    notices.draw(state, list.seats, times());
    actions.draw(state);
    settling.draw(state);
    rows.draw(list.seats, state, times());
    drawQueue();
    drawBoards();
    settings.draw(state);
    dialog.draw();
  }

  function drawQueue() {
    byId('waiting').hidden = list.waiting.length === 0;
    const key = JSON.stringify(list.waiting);
    if (byId('queue').dataset.key === key) return;
    byId('queue').dataset.key = key;
    byId('queue').replaceChildren(...list.waiting.map(one => h('li', {}, queueLine(one))));
  }

  function drawBoards() {
    const taken = seated(state).length;
    byId('boards-part').hidden = taken === 0 || state.status === 'open';
    if (byId('boards-part').hidden) return;
    const refitted = wall.fit(taken, state.timed);
    if (refitted) boards.resized();
    boards.draw(state, null);
    if (refitted) walker.placeAtOnce();
    walker.goTo(state.status === 'running' ? state.master.board : null);
  }

  byId('filter').addEventListener('change', redraw);
  let drawnAt = 0;
  everyTick(() => {
    if (state.seq === null || lostAt !== null || document.hidden) return;
    boards.tick(now());
    rows.tick(now());
    // What is counted in seconds.
    if (now() - drawnAt < 1_000 || list.readAt === null) return;
    drawnAt = now();
    notices.draw(state, list.seats, times());
    rows.draw(list.seats, state, times());
  });
}

async function enter() {
  try {
    const token = await organiserToken();
    if (token !== null) return begin(token);
    setText(byId('missing'), NOT_THE_ORGANISERS);
    byId('to-dashboard').hidden = false;
    byId('to-dashboard').href = watchPage(exhibitionInAddress());
  } catch (error) {
    setText(byId('missing'), `${error.message} Trying again…`);
    setTimeout(enter, AGAIN_MS);
  }
}

enter();
