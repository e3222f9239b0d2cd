// The page of results: loads them, keeps them fresh while the exhibition runs, and draws them.

import { exhibitionInAddress, gamesPgn, resultsCsv, resultsJson, resultsPage, watchPage } from './address.js';
import * as api from './api.js';
import { barChart } from './bar-chart.js';
import { announce, byId, h, setName, setText } from './dom.js';
import { keepFresh } from './fresh.js';
import { createResultsTable } from './results-table.js';
import {
  atBoard,
  CHARTS,
  eveningFacts,
  factsLine,
  NOT_SAVED,
  RESULTS,
  resultsTitle,
  scoreLine,
  scoreSaid,
  STATUS,
} from './results-words.js';
import { savePng, saveSvg } from './save-picture.js';
import { say } from './say.js';
import { masterPoints, opponentPoints, points } from './words.js';

/** What a picture measures in a file, in points, before it is made finer. */
const SAVED = { width: 960, height: 420 };
const CHART_HEIGHT = 260;

let id = exhibitionInAddress();
let results = null;
let said = '';

say(RESULTS);
const table = createResultsTable(byId('lines'));

keepFresh({
  load: () => api.results(id),
  onChange(fresh) {
    results = fresh;
    draw();
  },
  onError(error) {
    // What is shown already stays, and the header says that the line is lost.
    if (results) byId('connection').hidden = false;
    else setText(byId('missing'), error.message);
  },
  onLine: open => (byId('connection').hidden = open),
});

function draw() {
  if (results.id !== id) {
    // An address that says `current` would mean another exhibition after a reload.
    ({ id } = results);
    history.replaceState(null, '', resultsPage(id));
  }
  const { name, status, score, master } = results;
  document.title = resultsTitle(name);
  document.body.dataset.status = status;
  byId('missing').hidden = true;
  byId('paper').hidden = false;
  byId('status').dataset.status = status;
  setText(byId('status'), STATUS[status]);
  setName(byId('name'), name);
  setText(byId('facts'), factsLine(results, date(results.started_at)));
  setText(byId('score-master'), points(masterPoints(score)));
  setText(byId('score-opponents'), points(opponentPoints(score)));
  setName(byId('score-master-name'), master.name);
  setText(byId('score-words'), scoreLine(score));
  const told = scoreSaid(score, master.name);
  if (said && said !== told) announce(byId('announcer'), told);
  said = told;
  drawEvening();
  table.draw(results);
  drawCharts();
  for (const [link, href] of [
    ['watch', watchPage(id)],
    ['pgn', gamesPgn(id)],
    ['csv', resultsCsv(id)],
    ['json', resultsJson(id)],
  ])
    byId(link).href = href;
}

const date = ms => ms && new Date(ms).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });

function drawEvening() {
  const facts = eveningFacts(results);
  byId('evening-section').hidden = facts.length === 0;
  byId('evening').replaceChildren(
    ...facts.map(({ term, who, board, what }) =>
      h(
        'div',
        {},
        h('dt', {}, term),
        h('dd', {}, h('b', {}, board === null ? who : atBoard(who, board)), h('span', { class: 'quiet' }, what)),
      ),
    ),
  );
}

/** What each picture shows; nothing where there is too little for one. */
function chartValues(kind) {
  if (kind === 'boards') {
    const values = results.boards.map(({ board, master_ms }) => ({ number: board, ms: master_ms }));
    return values.some(value => value.ms > 0) ? values : [];
  }
  return results.walk.mode === 'in-turn' ? results.rounds.map((ms, i) => ({ number: i + 1, ms })) : [];
}

/** By kind: the frame that stands on the page. */
const frames = new Map();

function frameOf(kind) {
  if (frames.has(kind)) return frames.get(kind);
  const saved = () => barChart(CHARTS[kind], chartValues(kind), { ...SAVED, note: results.name });
  const file = () => `simul-${id}-${kind}`;
  const button = (text, act) =>
    h('button', { type: 'button', class: 'button', 'aria-label': `${text}: ${CHARTS[kind].title}`, onclick: act }, text);
  const picture = h('div', { class: 'chart' });
  const frame = h(
    'figure',
    { 'data-chart': kind },
    h('h3', {}, CHARTS[kind].title),
    picture,
    h(
      'figcaption',
      { class: 'actions' },
      button(RESULTS.saveSvg, () => saveSvg(saved(), file())),
      button(RESULTS.savePng, () => savePng(saved(), file()).catch(() => announce(byId('announcer'), NOT_SAVED))),
    ),
  );
  const made = { frame, picture, drawn: '' };
  frames.set(kind, made);
  byId('charts-list').append(frame);
  return made;
}

function drawCharts() {
  const shown = Object.keys(CHARTS).filter(kind => chartValues(kind).length > 0);
  byId('charts').hidden = shown.length === 0;
  for (const kind of shown) {
    const made = frameOf(kind);
    const values = chartValues(kind);
    const width = Math.max(240, Math.floor(made.picture.clientWidth));
    const key = JSON.stringify([width, values]);
    if (key === made.drawn) continue;
    made.drawn = key;
    made.picture.replaceChildren(barChart(CHARTS[kind], values, { width, height: CHART_HEIGHT }));
  }
}

new ResizeObserver(() => results && drawCharts()).observe(byId('charts-list'));
byId('print').addEventListener('click', () => print());
