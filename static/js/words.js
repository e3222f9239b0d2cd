// Sentences for people: results, events, statuses. No DOM, so that the tests can read them.

import { formatDuration } from './clock.js';
import { announcedSentence, CLOSED } from './evening-words.js';
import { moveNumber } from './notation.js';

/** The person at a board, or what to call a seat without a name. */
export const who = name => name ?? 'The opponent';

/** `1-0` as printed: with an en dash, and halves as one writes them. */
export const printedResult = result =>
  ({ '1-0': '1–0', '0-1': '0–1', '1/2-1/2': '½–½', '*': 'no result' })[result] ?? '';

/** `win`, `draw`, `loss` for the one who plays `color`, or `none`. */
export function outcomeFor(color, result) {
  if (result === '1/2-1/2') return 'draw';
  if (result === '1-0' || result === '0-1') return (result === '1-0') === (color === 'white') ? 'win' : 'loss';
  return 'none';
}

const DRAWS = {
  agreement: 'by agreement',
  stalemate: 'by stalemate',
  threefold_repetition: 'by threefold repetition',
  fifty_moves: 'by the fifty-move rule',
  insufficient_material: '— neither side can give mate',
  time_forfeit: '— time ran out, but there was no mating material',
  adjudication: 'by adjudication',
  abandonment: '— the game was abandoned',
};

/** How a game ended, told by or about `winner`, with `loser` the other: `"You won: the master resigned."` */
function decided(winner, loser, termination, { won = 'wins', resigned = 'resigns' } = {}) {
  switch (termination) {
    case 'checkmate':
      return `${winner} ${won} by checkmate.`;
    case 'resignation':
      return `${loser} ${resigned}.`;
    case 'time_forfeit':
      return `${winner} ${won} on time.`;
    case 'abandonment':
      return `${winner} ${won}: ${loser} left the game.`;
    case 'adjudication':
      return `${winner} ${won} by adjudication.`;
    default:
      return `${winner} ${won}.`;
  }
}

/** The end of a game as its opponent reads it. */
export function resultForPlayer(color, result, termination, master) {
  const outcome = outcomeFor(color, result);
  if (outcome === 'draw') return `A draw ${DRAWS[termination] ?? ''}`.trim() + '.';
  if (outcome === 'none') return 'This game was broken off and doesn’t count.';
  if (outcome === 'win') {
    if (termination === 'resignation') return `You won: ${master} resigned.`;
    return decided('You', master, termination, { won: 'won' });
  }
  if (termination === 'resignation') return 'You resigned.';
  if (termination === 'abandonment') return `${master} won: you left the game.`;
  return decided(master, 'You', termination, { won: 'won' });
}

/** The end of a game as a spectator reads it. */
export function resultForSpectator({ name, color }, result, termination, master) {
  const outcome = outcomeFor(color, result);
  if (outcome === 'draw') return `a draw ${DRAWS[termination] ?? ''}`.trim() + '.';
  if (outcome === 'none') return 'the game is broken off.';
  const [winner, loser] = outcome === 'win' ? [who(name), master] : [master, who(name)];
  return decided(winner, loser, termination);
}

/** What a board's tag says of the chess that is played there, and what one should know; null for the usual. */
export const variantTag = variant =>
  variant === 'chess960' ? ['Chess960', 'To castle, put the king on its rook, or type O-O or O-O-O.'] : null;

/** Points with halves as one writes them: `7½`. */
export function points(number) {
  const whole = Math.floor(number);
  if (number === whole) return String(whole);
  return whole === 0 ? '½' : `${whole}½`;
}

export const masterPoints = score => score.wins + score.draws / 2;
export const opponentPoints = score => score.losses + score.draws / 2;

/** The name of an exhibition in which a person practises the master’s seat. */
export const REHEARSAL = 'Rehearsal';

/** What the organiser is told of a human master's link. */
export const masterLink = {
  text: (master, name) => `${master} plays “${name}” with this link. It is shown once: whoever has it is the master.`,
  open: 'Take the master’s seat',
  copy: 'Copy the link',
  renew: 'New link for the master',
  copied: 'The link is copied. Whoever has it is the master.',
};

/** The way to the organiser's desk. */
export const DESK = 'Desk';

/** An exhibition's other screens, as the organiser's links name them. */
export const SCREENS = { wall: 'Wall', sheet: 'Sheet to print', overlay: 'Overlay' };

/** Said where a page may not write to the clipboard, and has marked what is to be copied. */
export const COPY_BY_HAND = 'This browser lets no page copy here. It is marked: copy it by hand.';

/** `1 seat`, `5 seats`. */
export const count = (number, noun, nouns = `${noun}s`) => `${number} ${number === 1 ? noun : nouns}`;

const passesLeft = left => (left === null ? '' : left === 0 ? '; that was the last pass' : `; ${count(left, 'pass', 'passes')} left`);

/** ` after 12 s`, where it took long enough to be told. */
const after = ms => ((ms ?? 0) < 1_000 ? '' : ` after ${formatDuration(ms)}`);

/** One line of the event list. */
export function eventSentence(event) {
  const { kind, board, name, master } = event;
  switch (kind) {
    case 'joined':
      return `${who(name)} sits down at board ${board}.`;
    case 'connected':
      return `Board ${board}: ${who(name)} is here.`;
    case 'disconnected':
      return `Board ${board}: ${who(name)} has lost the connection. The seat is kept.`;
    case 'started':
      return 'The exhibition begins.';
    case 'finished':
      return event.score
        ? `The exhibition is over, ${points(masterPoints(event.score))} to ${points(opponentPoints(event.score))}.`
        : 'The exhibition is over.';
    case 'moved':
      return `Board ${board}: ${event.byMaster ? master : who(name)} plays ${moveNumber(event.fen)}${event.san}${after(event.took)}`;
    case 'ended':
      return `Board ${board}: ${resultForSpectator(event, event.result, event.termination, master)}`;
    case 'retracted':
      return `Board ${board}: ${master} takes ${event.san ?? 'the last move'} back.`;
    case 'paused':
      return event.by === 'connection'
        ? `${master} has lost the connection. The clocks stand still.`
        : 'A break: the walk and all clocks stand still.';
    case 'continued':
      return `The games go on${after(event.took)}.`;
    case 'passed':
      return event.by === 'walk'
        ? `Board ${board}: ${who(name)} hasn’t moved, and is left until the next round${passesLeft(event.left)}.`
        : `Board ${board}: ${who(name)} passes to the next round${passesLeft(event.left)}.`;
    case 'grace':
      return `Board ${board}: ${master} waits for ${who(name)}.`;
    case 'announced':
      return announcedSentence(event);
    case 'closed':
      return CLOSED;
    case 'applied':
      return `Somebody asks for a seat at board ${board}.`;
    case 'left':
      return event.turnedAway ? `Board ${board} is free again.` : `${who(name)} leaves board ${board}.`;
    case 'renamed':
      return `Board ${board}: ${event.was} is called ${name} now.`;
    case 'reseated':
      return `${who(name)} moves from board ${board} to board ${event.to}.`;
    case 'draw_offered':
      return `Board ${board}: ${event.byMaster ? master : who(name)} offers a draw.`;
    case 'draw_declined':
      return `Board ${board}: the draw is declined.`;
    default:
      return '';
  }
}

/** The master has taken a move back. */
export const takenBack = san => `The master has taken back ${san}.`;

/** Why nothing goes on, told to an opponent. */
export const breakSentence = by =>
  by === 'connection'
    ? 'The master has lost the connection. All clocks stand still until the master is back.'
    : 'A short break: the master’s walk and all clocks stand still. You may move all the same.';

/** How often an opponent may still be left until the next round. */
export const passesSentence = left => (left === 0 ? 'You have no passes left.' : `You have ${count(left, 'pass', 'passes')} left.`);

/** A pass was used. */
export const passedSentence = (by, left) => {
  const what = by === 'walk' ? 'You hadn’t moved: the master has gone past.' : 'The master comes back in the next round.';
  return left === null ? what : `${what} ${passesSentence(left)}`;
};

/** The master waits for a move. */
export const graceSentence = ms => `The master waits ${Math.max(0, Math.ceil(ms / 1_000))} s more. Nothing is lost by it.`;

/** The server has stopped the clocks. */
export const CLOCKS_STAND =
  'The clocks stand still: the server can’t store moves at the moment. Play goes on as soon as it can.';

/** How many wait for a seat. */
export const WAITING = number => (number === 1 ? '1 person waits for a seat.' : `${number} people wait for a seat.`);

/** Somebody who asked or waited for a seat has one. */
export const YOU_HAVE_A_SEAT = 'You have a seat.';

/** A board in the last round at which the master has been. */
export const NO_MORE_VISITS = 'no visit any more';

/** No visit begins any more. */
export const VISITS_OVER = 'The visits are over';

/** Where the master is, for somebody who waits. */
export function distanceSentence(boardsAway, estimate) {
  const where = boardsAway === 1 ? 'The master is at the next board' : `The master is ${boardsAway} boards away`;
  return estimate ? `${where}, ${estimate}.` : `${where}.`;
}

/** A move that another one, or the game, has overtaken. */
export const overtaken = san => `The game went on meanwhile: ${san} was not played.`;

/** The next move, once the move that it stood on is gone. */
export const premoveGone = ({ from, to }) => `Your next move, ${from}–${to}, is taken back too.`;

/** The next move, once its turn is over. */
export const premoveLate = ({ from, to }) => `The game went on meanwhile: your next move, ${from}–${to}, was not played.`;
