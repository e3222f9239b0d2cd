// What the page of results says. No DOM, so that the tests can read it.

import { formatDuration } from './clock.js';
import { count, masterPoints, opponentPoints, outcomeFor, points } from './words.js';

/** What stands there whatever the results are. */
export const RESULTS = {
  watch: 'All boards',
  lost: 'Connection lost. Trying again…',
  loading: 'Loading the results…',
  score: 'Score',
  opponents: 'Opponents',
  evening: 'The evening',
  boards: 'Board by board',
  columnBoard: 'Board',
  columnName: 'Opponent',
  columnResult: 'Result',
  columnMoves: 'Moves',
  columnHow: 'How it ended',
  columnMaster: 'Master’s time',
  columnOpponent: 'Their time',
  columnLinks: 'Game and certificate',
  columnsExplained:
    'The master’s time is what the master has thought at the board; theirs runs from the master’s move to their own.',
  walk: 'The walk',
  take: 'To take home',
  takePgn: 'All games (PGN)',
  takeCsv: 'Table (CSV)',
  takeJson: 'Data (JSON)',
  print: 'Print',
  saveSvg: 'Save as SVG',
  savePng: 'Save as PNG',
  game: 'PGN',
  certificate: 'Certificate',
};

/** How far it is. */
export const STATUS = {
  open: 'Not started yet',
  running: 'Still running: the results so far',
  finished: 'Final results',
};

/** The document's title. */
export const resultsTitle = name => `Results: ${name}`;

/** What came of a game for the opponent, in a word. */
export const outcomeWord = ({ status, color, result }) =>
  status === 'ended'
    ? { win: 'won', draw: 'drew', loss: 'lost', none: 'no result' }[outcomeFor(color, result)]
    : status === 'playing'
      ? 'playing'
      : '';

/** How a game ended, for a narrow column. */
export const ENDINGS = {
  checkmate: 'checkmate',
  resignation: 'resignation',
  time_forfeit: 'on time',
  agreement: 'agreement',
  stalemate: 'stalemate',
  threefold_repetition: 'threefold repetition',
  fifty_moves: 'fifty-move rule',
  insufficient_material: 'nothing left to mate with',
  abandonment: 'left the game',
  adjudication: 'adjudicated',
  aborted: 'broken off',
};

export const COLORS = { white: 'White', black: 'Black' };

/** So many half-moves as one counts moves: a game that White has just begun is in its first. */
export const movesOf = plies => Math.ceil(plies / 2);

/** Who played whom, when, and for how long. */
export function factsLine({ master, boards, walk, status }, date) {
  const engine = master.kind === 'engine' ? ' (engine)' : '';
  const took = walk.played_ms === null ? null : formatDuration(walk.played_ms);
  return [
    `${master.name}${engine} against ${count(boards.length, 'opponent')}`,
    date,
    took && (status === 'finished' ? took : `${took} so far`),
  ]
    .filter(Boolean)
    .join('\u00a0· ');
}

/** The score in words, as the master’s. */
export function scoreLine({ wins, draws, losses, playing }) {
  const parts = [count(wins, 'win'), count(draws, 'draw'), count(losses, 'loss', 'losses')];
  return `${parts.join(' · ')} for the master${playing > 0 ? ` · ${count(playing, 'game')} going on` : ''}`;
}

/** The score as one says it, when something has changed. */
export const scoreSaid = (score, master) => `${master} ${points(masterPoints(score))}, opponents ${points(opponentPoints(score))}.`;

/** The facts of the evening: `{term, who, board, what}`; `board` where it is one. */
export function eveningFacts(results) {
  const { boards, walk, rounds } = results;
  const line = number => boards.find(board => board.board === number);
  const since = ms => formatDuration(ms - walk.started_ms);
  const facts = [];
  const add = (term, number, what) => {
    const found = number === null ? null : line(number);
    if (found) facts.push({ term, board: number, who: found.name, what: what(found) });
  };
  add('Longest fight', results.longest_fight, found => count(movesOf(found.plies), 'move'));
  add('Cost the master most', results.dearest, found => formatDuration(found.master_ms));
  add('Longest single visit', results.longest_visit, found => formatDuration(found.longest_visit_ms));
  add('First to fall', results.first_to_fall, found => `after ${since(found.ended_ms)}`);
  add('First to win', results.first_to_win, found => `after ${since(found.ended_ms)}`);
  if (boards.length > 1) add('Last to stand', results.last_to_stand, found => `until ${since(found.ended_ms)}`);
  if (walk.visits > 0) {
    const each = formatDuration(walk.master_ms / walk.visits);
    facts.push({ term: 'The master’s time for a visit', board: null, who: `${each} on average`, what: count(walk.visits, 'visit') });
  }
  if (rounds.length > 0 && walk.mode === 'in-turn') {
    const mean = rounds.reduce((sum, ms) => sum + ms, 0) / rounds.length;
    facts.push({ term: 'Rounds', board: null, who: count(rounds.length, 'complete round'), what: `${formatDuration(mean)} on average` });
  }
  return facts;
}

/** `Ada, board 3`. */
export const atBoard = (name, board) => `${name}, board ${board}`;

/** The name of a link for those who hear it without the line that it stands in. */
export const linkLabel = (what, name) => `${what}: ${name}`;

/** The pictures of the walk. */
export const CHARTS = {
  rounds: { title: 'How long each round took', axis: 'round', each: 'Round' },
  boards: { title: 'The master’s time at each board', axis: 'board', each: 'Board' },
};

/** A bar, or several that had to be put together. */
export const barLabel = ({ each }, first, last, ms) =>
  first === last ? `${each} ${first}: ${formatDuration(ms)}` : `${each} ${first}–${last}: ${formatDuration(ms)} on average`;

/** A picture in a sentence. */
export function chartSummary({ title }, values) {
  const most = Math.max(...values.map(value => value.ms));
  const mean = values.reduce((sum, value) => sum + value.ms, 0) / values.length;
  return `${title}: ${values.length} bars, ${formatDuration(mean)} on average, ${formatDuration(most)} at most.`;
}

/** The line in a picture that shows the average. */
export const averageLabel = ms => `average ${formatDuration(ms)}`;

/** A picture could not be made. */
export const NOT_SAVED = 'The picture could not be made.';
