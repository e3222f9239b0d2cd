// The hall's wall: for a projector that nobody touches. Before the start it invites, then it shows the boards, page by page
// where there are many, and at the end the result.

import { exhibitionInAddress } from './address.js';
import * as api from './api.js';
import { layOut, nextPage } from './board-pages.js';
import { createBoards } from './boards.js';
import { everyTick, formatElapsed, now } from './clock.js';
import { byId, h, setAttribute, setName, setText } from './dom.js';
import { oncePerFrame } from './frame.js';
import { takesPlayers } from './latecomers.js';
import { organiserToken } from './organiser.js';
import { qrCode } from './qr.js';
import { seatAddress, typed } from './seat-address.js';
import { HEARD, silenceLine } from './signal.js';
import { markIdle, offerFullScreen, stayAwake } from './unattended.js';
import { createWalker } from './walker.js';
import { boardOf, nothing, pace, seated } from './watch-state.js';
import { createWatching } from './watching.js';
import { outcomeFor } from './words.js';
import * as words from './projector-words.js';

const PAGE_MS = 10_000;
/** How often the address is asked for: networks and codes change. */
const ADDRESS_MS = 30_000;
/** The smallest board that can be read across a hall, and what stands with it, in hundredths of the screen. */
const SMALLEST = 17;
const CAPTION = 3.2;
const CLOCKS = 2.7;
const GAP = 1.6;
/** What is longer than this is written smaller. */
const LONG_TEXT = 70;
const LONG_ADDRESS = 26;

let state = nothing;
let lostAt = null;
/** Whether the hall is heard, where a node shows it. */
let signal = HEARD;
/** When the clocks have come to stand still, since nothing comes, or null. */
const stillAt = () => lostAt ?? signal?.stillAt ?? null;
/** Where to sit down, once it is known. */
let seat = null;
/** The page shown, and the last one that was not the master's. After the end a page before all others has the result. */
let shown = { page: 0, other: 0 };
let layout = { pages: 1, perPage: 1, size: 0, columns: 1 };
let turns = 0;
let drawnPage = 0;

const redraw = oncePerFrame(draw);
const beginning = () => words.beginning(state.startsAt, Date.now(), seated(state).length === state.boards.length);
const boards = createBoards(byId('boards'), byId('hall'), { range: () => rangeOf(boardPage()) });
const walker = createWalker(byId('area'), byId('walker'), boards.elementOf);

for (const [id, text] of Object.entries(words.LABELS)) setText(byId(id), text);
setText(byId('where-label'), words.FIGURES.where);
setText(byId('elapsed-label'), words.FIGURES.elapsed);
setText(byId('connection'), words.CONNECTION_LOST);
setText(byId('gathering-alone'), words.ONLY_THIS_MACHINE);

createWatching({
  exhibition: exhibitionInAddress(),
  crowd: true,
  unattended: true,
  onState(next) {
    const first = state.seq === null;
    if (next.status === 'finished' && state.status !== 'finished') shown = { page: 0, other: 0 };
    state = next;
    if (first) findAddress();
    redraw();
  },
  onLine(since) {
    lostAt = since;
    redraw();
  },
  onSignal(next) {
    signal = next;
    redraw();
  },
  onTrouble: sentence => setText(byId('missing'), sentence),
});

/** How many pages come before those of boards. */
const resultPages = () => (state.status === 'finished' ? 1 : 0);
const boardPage = () => Math.max(0, shown.page - resultPages());
const rangeOf = page => ({ from: page * layout.perPage, to: (page + 1) * layout.perPage });

/** The page where the master stands, or null. */
function mastersPage() {
  const at = seated(state).findIndex(board => board.board === state.master.board);
  return state.status !== 'running' || at < 0 ? null : Math.floor(at / layout.perPage);
}

/** Pages on which nobody plays any more can wait for the end. */
function worth(page) {
  if (state.status !== 'running') return true;
  const { from, to } = rangeOf(page);
  return seated(state)
    .slice(from, to)
    .some(board => board.status === 'playing');
}

function turnThePage() {
  turns += 1;
  document.body.dataset.shift = turns % 4;
  if (state.seq === null || state.status === 'open') return;
  shown = nextPage(shown, { pages: layout.pages + resultPages(), masters: mastersPage(), worth });
  redraw();
}

function draw() {
  setAttribute(byId('connection'), 'hidden', lostAt === null || state.seq === null);
  if (state.seq === null) return;
  const { status } = state;
  const result = status === 'finished' && shown.page === 0;
  document.body.dataset.status = status;
  document.title = `${state.name} · Simultan`;
  byId('missing').hidden = true;
  byId('gathering').hidden = status !== 'open';
  byId('hall').hidden = status === 'open' || result;
  byId('outcome').hidden = !result;
  setName(byId('name'), state.name);
  setName(byId('against'), status === 'open' ? words.invites(state.master.name) : words.against(state.master.name, seated(state).length));
  drawFoot();
  drawHead(result);
  if (status === 'open') drawGathering();
  else if (result) drawOutcome();
  else drawBoards();
}

function drawHead(result) {
  byId('score').hidden = state.status === 'open' || result;
  byId('figures').hidden = state.status !== 'running';
  drawScore('score');
  setName(byId('where'), words.whereabouts(boardOf(state, state.master.board)));
  const { mode, rounds, visits } = state.walk;
  setText(byId('rounds-label'), mode === 'in-turn' ? words.FIGURES.round : words.FIGURES.visits);
  setText(byId('rounds'), String(mode === 'in-turn' ? rounds + 1 : visits));
  drawElapsed();
}

function drawElapsed() {
  setText(byId('elapsed'), formatElapsed(pace(state, stillAt() ?? now())?.elapsed ?? 0));
}

function drawScore(place) {
  const { master, opponents } = words.scoreOf(state.score);
  setText(byId(`${place}-master`), master);
  setText(byId(`${place}-opponents`), opponents);
  setName(byId(`${place}-master-name`), state.master.name);
  setText(byId(`${place}-opponents-name`), words.OPPONENTS);
}

function drawFoot() {
  drawSignal();
  const { announcement, paused, lastRound, status } = state;
  const band = (id, text) => {
    byId(id).hidden = !text;
    setText(byId(id), text ?? '');
    setAttribute(byId(id), 'data-long', (text ?? '').length > LONG_TEXT);
  };
  band('announcement', status === 'finished' ? null : announcement);
  band('pause', paused && status === 'running' ? words.breakSentence(paused) : null);
  byId('last-round').hidden = !lastRound || status !== 'running';
  const free = state.boards.length - seated(state).length;
  const late = status === 'running' && free > 0 && takesPlayers(state) && seat !== null;
  setName(byId('free'), late ? words.freeSeats(free, seat.text) : '');
  const pages = layout.pages + resultPages();
  setText(byId('page'), status !== 'open' && pages > 1 ? words.pageOf(shown.page, pages) : '');
}

function drawSignal() {
  byId('signal').hidden = signal === HEARD;
  if (signal) setText(byId('signal'), silenceLine(signal, now()));
}

function drawBoards() {
  const refitted = fit();
  if (refitted) boards.resized();
  boards.draw(state, null);
  // On another page the master stands elsewhere, or not at all.
  if (refitted || drawnPage !== boardPage()) walker.placeAtOnce();
  drawnPage = boardPage();
  walker.goTo(state.status === 'running' ? state.master.board : null);
  if (stillAt() !== null) boards.tick(stillAt());
}

/** Makes the boards as large as the room allows; tells whether that changed anything. */
function fit() {
  const { clientWidth: width, clientHeight: height } = byId('hall');
  const unit = Math.min(innerHeight, innerWidth * 0.5625) / 100;
  const [captionHeight, clocksHeight] = [Math.round(CAPTION * unit), state.timed ? Math.round(CLOCKS * unit) : 0];
  const next = layOut(seated(state).length, {
    width,
    height,
    caption: captionHeight + clocksHeight,
    gap: GAP * unit,
    smallest: (SMALLEST / 100) * Math.min(innerHeight, innerWidth),
  });
  const changed = JSON.stringify(next) !== JSON.stringify(layout);
  layout = next;
  shown.page = Math.min(shown.page, layout.pages + resultPages() - 1);
  const { style, classList } = byId('hall');
  classList.toggle('timed', state.timed);
  style.setProperty('--caption-height', `${captionHeight}px`);
  style.setProperty('--clocks-height', `${clocksHeight}px`);
  style.setProperty('--mini', `${layout.size}px`);
  style.setProperty('--columns', layout.columns);
  return changed;
}

function drawGathering() {
  const there = seated(state);
  setText(byId('gathering-count'), words.seatsTaken(there.length, state.boards.length));
  setText(byId('gathering-when'), beginning());
  // Those who have come last come first: they look for their name.
  list('gathering', there.toReversed().map(board => board.name));
}

function drawOutcome() {
  drawScore('outcome');
  const current = pace(state, now());
  setText(byId('outcome-words'), [words.scoreWords(state.score), current && words.lasted(current.elapsed)].filter(Boolean).join(' · '));
  const having = outcome => seated(state).filter(board => outcomeFor(board.color, board.result) === outcome);
  const held = [...having('win'), ...having('draw')];
  setText(byId('outcome-held'), held.length === 0 ? words.HELD_OUT.none : words.HELD_OUT.some);
  list('outcome', held.map(words.heldOut));
}

/** Puts names where there is room, and says how many have none. */
function list(place, names) {
  const element = byId(`${place}-names`);
  const key = JSON.stringify([names, innerWidth, innerHeight]);
  if (element.dataset.key === key) return;
  element.dataset.key = key;
  setText(byId(`${place}-more`), names.length === 0 ? '' : words.andMore(names.length));
  element.replaceChildren(...names.map(name => h('li', { title: name }, name)));
  const bottom = element.getBoundingClientRect().bottom;
  const items = [...element.children];
  const fits = items.findIndex(item => item.getBoundingClientRect().bottom > bottom + 1);
  const hidden = fits < 0 ? 0 : items.length - fits;
  for (const item of items.slice(items.length - hidden)) item.classList.add('kept-back');
  setText(byId(`${place}-more`), hidden === 0 ? '' : words.andMore(hidden));
}

async function findAddress() {
  if (state.seq === null || state.status === 'finished') return;
  try {
    const [found, [newest]] = await Promise.all([seatAddress(state.id, await organiserToken()), api.exhibitions()]);
    // Without a code the front page is shorter to type, and leads to the exhibition opened last.
    const text = !found.code && newest?.id === state.id ? typed(new URL(found.href).origin) : found.text;
    if (seat?.href !== found.href || seat.text !== text) showAddress({ ...found, text });
  } catch {
    // The line says so already, and it is asked for again.
  }
}

function showAddress(found) {
  seat = found;
  byId('gathering-code').replaceChildren(qrCode(seat.href, seat.href));
  setText(byId('gathering-address'), seat.text);
  setAttribute(byId('gathering-address'), 'data-long', seat.text.length > LONG_ADDRESS);
  byId('gathering-alone').hidden = !seat.alone;
  redraw();
}

stayAwake();
markIdle(document.body);
offerFullScreen(byId('full-screen'));
addEventListener('resize', redraw);
setInterval(turnThePage, PAGE_MS);
setInterval(findAddress, ADDRESS_MS);
everyTick(() => {
  if (state.status === 'open') setText(byId('gathering-when'), beginning());
  if (state.seq !== null) drawSignal();
  if (state.status !== 'running' || stillAt() !== null || document.hidden) return;
  drawElapsed();
  boards.tick(now());
});
