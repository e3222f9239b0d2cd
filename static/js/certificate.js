// A certificate: one game's end on a sheet of paper, for whoever played it.

import { boardInAddress, exhibitionInAddress, certificatePage, resultsPage } from './address.js';
import * as api from './api.js';
import {
  CERTIFICATE,
  certificateTitle,
  deed,
  honour,
  lastMove,
  NO_SUCH_GAME,
  NOT_OVER,
  outcome,
  place,
  positionSaid,
  sides,
} from './certificate-words.js';
import { diagram } from './diagram.js';
import { byId, setName, setText } from './dom.js';
import { keepFresh } from './fresh.js';
import { moveNumber } from './notation.js';
import { placementOf } from './position.js';
import { say } from './say.js';

let id = exhibitionInAddress();
const board = boardInAddress();
/** From here on a name is written smaller. */
const LONG_NAME = 18;
/** The game, once it is over: it does not change any more. */
let game = null;

say(CERTIFICATE);
byId('results').href = resultsPage(id);

keepFresh({
  async load() {
    const results = await api.results(id);
    const line = results.boards.find(line => line.board === board);
    if (line?.status === 'ended') game ??= await api.game(results.id, board);
    return results;
  },
  onChange: draw,
  onError(error) {
    if (byId('sheet').hidden) setText(byId('missing'), error.message);
    else byId('connection').hidden = false;
  },
  onLine: open => (byId('connection').hidden = open),
});

function draw(results) {
  const line = results.boards.find(line => line.board === board);
  if (results.id !== id) {
    // An address that says `current` would mean another exhibition after a reload.
    ({ id } = results);
    history.replaceState(null, '', certificatePage(id, board));
    byId('results').href = resultsPage(id);
  }
  const over = line !== undefined && game !== null;
  byId('sheet').hidden = byId('print').hidden = !over;
  byId('missing').hidden = over;
  if (!over) return setText(byId('missing'), line ? NOT_OVER : NO_SUCH_GAME);

  const master = results.master.name;
  const last = game.moves.at(-1);
  const fen = last?.fen ?? game.initial_fen;
  const special = honour(results, board);
  document.title = certificateTitle(line.name, results.name);
  setName(byId('exhibition'), results.name);
  setName(byId('player'), line.name);
  byId('player').classList.toggle('long', line.name.length > LONG_NAME);
  setText(byId('deed'), deed(line, master));
  byId('honour').hidden = special === null;
  setText(byId('honour'), special ?? '');
  setText(byId('sides'), sides(line, master));
  setText(byId('outcome'), outcome(line));
  setText(byId('last'), lastMove(last && moveNumber(fen), last?.san ?? null));
  setText(byId('date'), place(board, results.boards.length, date(results.started_at)));
  byId('diagram').replaceChildren(
    diagram(fen, { orientation: line.color, lastMove: last?.uci, label: positionSaid(placementOf(fen)) }),
  );
}

const date = ms => ms && new Date(ms).toLocaleDateString(undefined, { dateStyle: 'long' });

byId('print').addEventListener('click', () => print());
