// The exhibition in figures.

import { formatDuration, formatElapsed } from './clock.js';
import { byId, setText } from './dom.js';
import { pace } from './watch-state.js';
import { count, masterPoints, opponentPoints, points } from './words.js';

/** Draws the score, from the master's side. */
export function drawScore({ score, status }) {
  setText(byId('score-master'), points(masterPoints(score)));
  setText(byId('score-opponents'), points(opponentPoints(score)));
  const parts = [
    count(score.wins, 'win'),
    count(score.draws, 'draw'),
    score.losses === 1 ? '1 loss' : `${score.losses} losses`,
  ];
  setText(byId('score-words'), parts.join(' · '));
  setText(byId('score-playing'), status === 'running' ? `${count(score.playing, 'game')} going on` : '');
}

/** Draws what changes with time; called on every event and every second. */
export function drawPace(state, now) {
  const current = pace(state, now);
  const { walk } = state;
  const inRounds = walk.mode === 'in-turn';
  setText(byId('rounds-label'), !inRounds ? 'Visits' : state.status === 'running' ? 'Round' : 'Rounds');
  setText(byId('rounds'), inRounds ? String(walk.rounds + (state.status === 'finished' ? 0 : 1)) : String(walk.visits));
  byId('round-row').hidden = !inRounds;
  setText(byId('round-average'), walk.round_ms === null ? '–' : formatDuration(walk.round_ms));
  setText(byId('elapsed'), current ? formatElapsed(current.elapsed) : '–');
  const saves = current !== null && current.longer > 1_000 && walk.mode !== 'one-at-a-time';
  byId('saving').hidden = !saves;
  if (!saves) return;
  setText(byId('one-by-one'), formatElapsed(current.oneByOne));
  setText(byId('so-far'), state.status === 'running' ? ' so far' : '');
  setText(byId('longer'), `${formatDuration(current.longer)} longer`);
}
