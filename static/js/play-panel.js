// Everything beside the player's board, in words: what is going on and what one can do about it.

import { certificatePage, gamePgn, resultsPage, watchPage } from './address.js';
import { formatEstimate } from './clock.js';
import { drawClock } from './clock-face.js';
import { byId, setName, setTag, setText } from './dom.js';
import { CLOSED, THE_LAST_VISIT } from './evening-words.js';
import { opposite } from './position.js';
import { waitingSentence } from './intention.js';
import { canPass, offer, phase } from './play-state.js';
import { breakSentence, CLOCKS_STAND, VISITS_OVER, distanceSentence, graceSentence, outcomeFor, passesSentence, printedResult, resultForPlayer, variantTag } from './words.js';

/** What keeps the player waiting, in a sentence, or nothing. */
function whereTheMasterIs({ game, queue, paused, awaited, closed }, now) {
  if (closed) return CLOSED;
  if (paused) return breakSentence(paused);
  if (now !== null && awaited !== null && awaited > now) return graceSentence(awaited - now);
  // Once a move has been made a clock runs, unless the server has stopped it.
  if (game?.clock?.running === null && game.moves.length > 0) return CLOCKS_STAND;
  if (!queue || queue.boardsAway === 0) return '';
  return distanceSentence(queue.boardsAway, queue.etaMs === null ? null : formatEstimate(queue.etaMs));
}

/** The headline and the line under it, at local time `now`. */
export function situation(state, lobby, now = null) {
  const { game, seat, here } = state;
  const distance = whereTheMasterIs(state, now);
  if (state.closed && phase(state) === 'here') return { headline: 'The master is here', detail: THE_LAST_VISIT };
  if (state.closed && ['your-move', 'here', 'away'].includes(phase(state))) return { headline: VISITS_OVER, detail: distance };
  switch (phase(state)) {
    case 'waiting':
      return { headline: 'You have a seat', detail: lobby ?? 'The exhibition hasn’t started yet.' };
    case 'waiting-for-line':
      return { headline: 'Not connected just now', detail: waitingSentence(state.pending) };
    case 'sending':
      return { headline: 'Sending your move…', detail: '' };
    case 'your-move':
      return { headline: here ? 'The master is here. Your move.' : 'Your move', detail: distance };
    case 'here':
      return { headline: 'The master is here', detail: distance || 'Thinking about your board.' };
    case 'away':
      return {
        headline: 'The master will come',
        detail: distance || 'You can already choose your next move: it waits for the master’s.',
      };
    case 'ended':
      return {
        headline: { win: 'You won', draw: 'A draw', loss: 'You lost', none: 'No result' }[
          outcomeFor(seat.color, game.result)
        ],
        detail: `${resultForPlayer(seat.color, game.result, game.termination, game.master)} ${printedResult(game.result)}`,
      };
    default:
      return { headline: 'Connecting…', detail: '' };
  }
}

/** The tab's title: what a player sees from another tab. */
export function title(state) {
  const board = state.seat ? `Board ${state.seat.board}` : 'Simultan';
  switch (state.closed && phase(state) !== 'ended' ? 'closed' : phase(state)) {
    case 'here':
      return `● The master is here · ${board}`;
    case 'your-move':
      return `● Your move · ${board}`;
    case 'ended':
      return `${printedResult(state.game.result)} · ${board}`;
    default:
      return `${board} · Simultan`;
  }
}

/** Draws all that isn't the board or the move list. */
export function drawPanel(state, { lobby, reviewing, at }) {
  const { seat, game, premove } = state;
  const { headline, detail } = situation(state, lobby, at);
  const now = phase(state);
  document.title = title(state);
  document.body.dataset.phase = now;
  setText(byId('phase'), headline);
  setText(byId('detail'), reviewing ? 'You are looking at an earlier position. › goes back to now.' : detail);
  setText(byId('notice'), state.notice?.text ?? '');
  byId('notice').dataset.kind = state.notice?.kind ?? '';
  setText(byId('place'), `Board ${seat.board}`);
  setText(byId('own-board'), `Board ${seat.board}`);
  setName(byId('own-name'), seat.name);
  setTag(byId('variant'), variantTag(game.variant));
  setName(byId('master-name'), game.master);
  setText(byId('master-note'), now === 'here' ? 'is here' : '');

  const playing = game.status === 'playing';
  byId('typed').hidden = !playing;
  byId('choices').hidden = !playing;
  byId('after').hidden = game.status !== 'ended';
  byId('step').hidden = game.moves.length === 0;
  byId('premove').hidden = !playing || !premove;
  if (premove) setText(byId('premove-text'), `Next: ${premove.from}–${premove.to}, once the master has moved.`);

  byId('withdraw').hidden = now !== 'waiting-for-line' || state.pending.sent;

  const standing = offer(state);
  byId('their-offer').hidden = standing !== 'theirs';
  byId('pass').hidden = !canPass(state);
  const limited = playing && game.passes_left !== null;
  byId('passes').hidden = !limited;
  if (limited) setText(byId('passes'), passesSentence(game.passes_left));
  byId('draw').disabled = standing !== null || state.pending !== null;
  for (const id of ['accept', 'decline', 'resign']) byId(id).disabled = state.pending !== null;
  setText(byId('draw'), standing === 'mine' ? 'Draw offered' : 'Offer a draw');

  for (const link of ['watch', 'after-watch']) byId(link).href = watchPage(seat.exhibition);
  byId('pgn').href = gamePgn(seat.exhibition, seat.board);
  byId('after-results').href = resultsPage(seat.exhibition);
  byId('certificate').href = certificatePage(seat.exhibition, seat.board);
  drawClocks(state, 0);
}

/** Draws both clocks as they stand `elapsed` ms after they were told. */
export function drawClocks({ game, seat }, elapsed) {
  for (const [id, color] of [
    ['clock-own', seat.color],
    ['clock-master', opposite(seat.color)],
  ]) {
    drawClock(byId(id), game, color, elapsed);
  }
}
