// What the organiser's desk says. No DOM, so that the tests can read it.

import { formatDuration, formatElapsed } from './clock.js';
import { count, masterPoints, opponentPoints, points, printedResult, who } from './words.js';

/** What never changes, by the element that says it. */
export const LABELS = {
  'to-dashboard': 'Dashboard',
  connection: 'Connection lost. Trying again…',
  start: 'Start',
  pause: 'Pause everything',
  continue: 'Go on',
  announce: 'Announce',
  'last-round': 'Last round',
  fill: 'Fill with house bots',
  'new-master': 'New link for the master',
  cancel: 'Call it off',
  'presence-title': 'Who isn’t there',
  'settle-title': 'What is to be settled',
  'seats-title': 'Seats',
  'filter-label': 'Show',
  'waiting-title': 'Waiting for a seat',
  'boards-title': 'The boards',
  'invite-title': 'Sitting down',
  'code-label': 'Entry code',
  'copy-code': 'Copy the code',
  'copy-link': 'Copy the link',
  'connect-bot': 'Connect a bot',
  'links-title': 'Screens and files',
  'settings-title': 'Settings',
  'bots-title': 'Bots that come again',
  'bots-text': 'Each has a token of its own, which is good for all exhibitions here, with the clients of Lichess. It needs no entry code, and nobody has to let it in.',
  'bot-name-label': 'The bot’s name',
  'bot-sits-label': 'It sits down',
  'bot-do': 'Give it a token',
  'bot-token-copy': 'Copy the token',
  'settings-save': 'Change the settings',
  'ask-no': 'Not now',
  'seat-close': 'Close',
  'rename-label': 'Name',
  'rename-do': 'Change the name',
  'move-label': 'Another board',
  'move-do': 'Move',
  'seat-settle-title': 'Settle the game',
};

/** The bots that come again. */
export const BOTS = {
  none: 'There are none yet.',
  sits: { always: 'In each exhibition, while it is connected', asked: 'Where it asks for a seat' },
  onRequest: 'where it asks for a seat',
  since: date => `since ${new Date(date).toLocaleDateString(undefined, { dateStyle: 'medium' })}`,
  revoke: 'Take back',
  revokeLabel: name => `Take back the token of ${name}`,
  token: name => `${name}’s token, which is shown once:`,
  copied: 'The token is copied.',
};

/** The columns of the table of seats. */
export const COLUMNS = {
  board: 'Board',
  name: 'Name',
  presence: 'Where they are',
  passes: 'Passes',
  clock: 'Clock',
  missed: 'Missed',
  game: 'Game',
  actions: 'What to do',
};

/** Which seats are listed, by the value of the choice. */
export const FILTERS = {
  all: 'Every seat',
  taken: 'Seats that are taken',
  asking: 'Who asks for a seat',
  away: 'Who is away',
  playing: 'Games that are on',
};

export const LINKS = {
  results: 'Results',
  csv: 'Results as CSV',
  pgn: 'All games as PGN',
};

export const NOT_THE_ORGANISERS =
  'This desk is the organiser’s. Open the organiser’s link, which the server has printed at its start, in this browser; then come back.';
export const NO_SEATS = 'No seat is like that just now.';
export const SEATS_STALE = message => `The list may be old: ${message}`;
export const ALL_SEATS = number => `Show all ${number} seats`;
export const ONLY_THIS_MACHINE = 'Other machines can’t reach this server: it has been started for this machine alone.';
export const COPIED = { code: 'The code is copied.', link: 'The link is copied.' };
export const qrLabel = href => `A QR code that leads to ${href}`;

const time = date => new Date(date).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });

/** Where the evening stands. */
export function stageLine({ status, boards, score, walk, closed }) {
  if (status === 'open') return `${boards.filter(board => board.name !== null).length} of ${count(boards.length, 'seat')} taken`;
  if (status === 'finished') return `It is over: ${points(masterPoints(score))} to ${points(opponentPoints(score))} for the master’s side`;
  const games = `${count(score.playing, 'game')} going on`;
  if (closed) return games;
  return walk.mode === 'in-turn' ? `Round ${walk.rounds + 1}, ${games}` : games;
}

/** The subtitle under the exhibition's name. */
export const subtitle = ({ master }) => `The desk · Master: ${master.name}`;

/** When it begins by itself. */
export function beginningLine(startsAt, date) {
  const left = startsAt - date;
  if (left <= 0) return `It is to begin now (${time(startsAt)}): it does as soon as somebody is seated.`;
  return left > 3_600_000 ? `It begins by itself at ${time(startsAt)}.` : `It begins by itself at ${time(startsAt)}, in ${formatElapsed(left + 999)}.`;
}

/** So long before the start it is looked who is there. */
export const PRESENCE_MS = 5 * 60_000;

/** Who isn't there yet, one line each; or that nobody is missing. */
export const absentLine = ({ board, name, kept }) => `Board ${board}: ${name}${kept ? ', whose seat is kept' : ''}`;
export const EVERYBODY = 'Everybody is there.';

/** How near closing time is: `null`, or the warning that it is time for, in minutes. */
export const closingWarning = left => (left === null || left <= 0 ? null : left <= 5 * 60_000 ? 5 : left <= 15 * 60_000 ? 15 : null);

/** When no visit begins any more. */
export function closingLine(left, date, paused) {
  if (left <= 0) return 'Closing time: when the master leaves this board, no visit begins any more.';
  if (paused) return `Closing time is after ${formatDuration(Math.ceil(left / 1_000) * 1_000)} more of play.`;
  const exactly = left <= 15 * 60_000 ? formatElapsed(left + 999) : formatDuration(Math.ceil(left / 60_000) * 60_000);
  return `Closing time is at ${time(date + left)}, in ${exactly}.`;
}

/** Said aloud when a warning's time has come. */
export const closingSoon = minutes => `${minutes} minutes to closing time.`;

export const LAST_ROUND = 'The last round: the master comes to every board once more.';
export const announcedLine = text => `Announced: ${text}`;
export const closedLine = playing =>
  playing === 0 ? 'Closing time: no visit begins any more.' : `Closing time: no visit begins any more, and all clocks stand still. ${count(playing, 'game is', 'games are')} to be settled.`;
export const breakLine = (by, since) =>
  `${by === 'connection' ? 'The master’s connection is lost' : by === 'master' ? 'A break of the master’s' : 'A break'}${since ? ` since ${time(since)}` : ''}: the walk and all clocks stand still.`;

/** For how long somebody is away, in whole minutes, once it is one. */
const lasting = ms => (ms < 60_000 ? '' : ` (${formatDuration(Math.floor(ms / 60_000) * 60_000)})`);

/** Where somebody is, who has a seat: `[mark, words, kind]`. The mark says the same as the words' beginning, for the eye. */
export function presence(seat, awayMs, date) {
  switch (seat.state) {
    case 'free':
      return ['', 'free', 'free'];
    case 'reserved':
      return ['◇', 'kept, not here yet', 'kept'];
    case 'applied':
      return ['?', seat.connected ? 'asks for the seat' : 'asks for the seat, away', 'asks'];
    default:
      if (seat.house) return ['●', 'house bot', 'here'];
      if (seat.connected) return ['●', 'here', 'here'];
      return ['○', awayMs === null ? 'away' : `away since ${time(date - awayMs)}${lasting(awayMs)}`, 'away'];
  }
}

/** What becomes of the game at a board. */
export function gameLine(board, masterHere) {
  if (!board || board.name === null) return '';
  if (board.status === 'ended') return printedResult(board.result);
  if (board.status !== 'playing') return '';
  const turn = board.turn === board.color ? 'to move' : 'waits for the master';
  return masterHere ? 'the master is here' : turn;
}

export const passesLine = left => (left === null || left === undefined ? '' : String(left));
export const missedLine = missed => (missed ? String(missed) : '');
export const SEAT_BUTTON = { admit: 'Let in', settle: 'Settle', more: 'More' };
export const moreLabel = (board, name) => `More about board ${board}, ${who(name)}`;
export const admitLabel = (board, name) => `Let in ${who(name)} at board ${board}`;
export const settleLabel = (board, name) => `Settle board ${board}, ${who(name)}`;
export const queueLine = ({ name, bot }) => `${name}${bot ? ' (a bot)' : ''}`;
export const seatTitle = (board, name) => `Board ${board}: ${name ?? 'nobody'}`;
export const freeBoard = board => `Board ${board}`;

/** Who would have won, with a result. */
export function winner(result, { name, color }, master) {
  if (result === '1/2-1/2') return null;
  return (result === '1-0') === (color === 'white') ? who(name) : master;
}

/** The three ways to settle a game: the result, what its button says, and how the result is printed there. */
export const settlements = (board, master) => {
  const [theirs, masters] = board.color === 'white' ? ['1-0', '0-1'] : ['0-1', '1-0'];
  return [
    [theirs, `${who(board.name)} wins, `],
    ['1/2-1/2', 'A draw, '],
    [masters, `${master} wins, `],
  ].map(([result, words]) => [result, words, printedResult(result)]);
};

export const THINKING = 'The engine is thinking…';

/** What an engine thinks: `{score_cp, mate, best, result}`, the score as White's. */
export function opinion({ score_cp: score, mate, best, result }, board, master) {
  const side = color => `${color === 'white' ? 'White' : 'Black'} (${color === board.color ? who(board.name) : master})`;
  const next = best ? ` Best is ${best}.` : '';
  const by = result === null ? '' : result === '1/2-1/2' ? ' By that it is a draw.' : ` By that ${winner(result, board, master)} wins.`;
  if (mate !== null && mate !== undefined) {
    const color = mate > 0 ? 'white' : 'black';
    return `The engine sees mate for ${side(color)}${Math.abs(mate) > 0 ? ` in ${Math.abs(mate)}` : ''}.${next}${by}`;
  }
  if (score === null || score === undefined) return `The engine doesn’t say how it stands.${next}`;
  const pawns = (Math.abs(score) / 100).toFixed(1);
  const ahead = score > 0 ? 'white' : 'black';
  const how = Math.abs(score) < 50 ? 'The engine finds it about even' : `The engine finds ${side(ahead)} ${pawns} pawns ahead`;
  return `${how}.${next}${by}`;
}

/** Each thing that is asked before it is done: title, what comes of it, and the button that does it. */
export const ASKED = {
  start: (taken, free, away) => ({
    title: `Start with ${count(taken, 'opponent')}?`,
    text: [
      'The games begin at once. That can’t be undone.',
      free > 0 && `${count(free, 'seat is', 'seats are')} still free.`,
      away > 0 && `${away === 1 ? 'One opponent is' : `${away} opponents are`} away just now; their seats are kept.`,
    ]
      .filter(Boolean)
      .join(' '),
    yes: 'Start',
  }),
  lastRound: () => ({
    title: 'Announce the last round?',
    text: 'The master comes to every board once more; after that no visit begins, and you settle what is left. Everybody is told. That can’t be undone.',
    yes: 'Announce it',
  }),
  cancel: playing => ({
    title: 'Call the exhibition off?',
    text: `${playing > 0 ? `${count(playing, 'game')} would end without a result.` : 'Everybody would be sent away.'} That can’t be undone.`,
    yes: 'Call it off',
    danger: true,
  }),
  announce: () => ({ title: 'Announce to everybody', text: 'Players, the master and whoever watches read it at once.', yes: 'Announce' }),
  fill: free => ({ title: 'Fill with house bots', text: `${count(free, 'seat is', 'seats are')} free. Bots can be removed again before the start.`, yes: 'Seat them' }),
  newMaster: master => ({
    title: 'A new link for the master?',
    text: `Whoever sits in ${master}’s seat with the old link is put out, and that link is void.`,
    yes: 'Make a new link',
    danger: true,
  }),
  settle: (board, name, text) => ({
    title: `Settle board ${board}?`,
    text: `${who(name)}’s game ends: ${text}. That can’t be undone.`,
    yes: 'Settle it',
  }),
  turnAway: (board, name) => ({ title: `Turn ${name} away?`, text: `They are told so, and the seat at board ${board} is free again.`, yes: 'Turn away', danger: true }),
  remove: (board, name) => ({
    title: `Remove ${name} from board ${board}?`,
    text: 'The seat is free again, and they are told so. They may sit down anew.',
    yes: 'Remove',
    danger: true,
  }),
  abandon: (board, name, master) => ({
    title: `Has ${name} left for good?`,
    text: `The game at board ${board} ends as abandoned, and ${master} wins. That can’t be undone.`,
    yes: 'End the game',
    danger: true,
  }),
  breakOff: (board, name) => ({
    title: `Break ${name}’s game off?`,
    text: `The game at board ${board} ends without a result and doesn’t count. That can’t be undone.`,
    yes: 'Break it off',
    danger: true,
  }),
  revokeBot: name => ({
    title: `Take back ${name}’s token?`,
    text: 'The bot is cut off and sits down nowhere any more. A game that it plays goes on without it.',
    yes: 'Take it back',
    danger: true,
  }),
  forget: (board, name) => ({
    title: `Forget the name ${name}?`,
    text: `It is removed from all records for good; “Board ${board}” stands there instead. That can’t be undone.`,
    yes: 'Forget it',
    danger: true,
  }),
};

/** The buttons of a seat. */
export const SEAT_ACTIONS = {
  admit: 'Let in',
  turnAway: 'Turn away',
  remove: 'Remove from the seat',
  abandon: 'Has left: the master wins',
  breakOff: 'Break off without a result',
  forget: 'Forget the name',
};

/** The fields of what is asked. */
export const FIELDS = { announcement: 'What everybody is told, up to 200 characters', bots: 'How many', level: 'How strong' };

/** The house bots' strengths: the level, and what it is called. */
export const LEVELS = [
  [0, 'Beginner'],
  [4, 'Easy'],
  [8, 'Middling'],
  [12, 'Good'],
  [20, 'As strong as they can'],
];

/** What was done. */
export const DONE = {
  start: 'The exhibition has begun.',
  pause: 'Everything is paused.',
  continue: 'The games go on.',
  announce: 'It is announced to everybody.',
  lastRound: 'The last round is announced.',
  cancel: 'The exhibition is called off.',
  fill: bots => `${count(bots, 'house bot')} asked to sit down.`,
  newMaster: 'The master has a new link; the old one is void.',
  admit: (board, name) => `${who(name)} is let in at board ${board}.`,
  turnAway: name => `${name} is turned away.`,
  remove: (board, name) => `${name} is removed from board ${board}.`,
  abandon: board => `The game at board ${board} is over, abandoned.`,
  breakOff: board => `The game at board ${board} is broken off.`,
  rename: (board, name) => `Whoever sits at board ${board} is called ${name} now.`,
  move: (board, to, name) => `${name} is moved from board ${board} to board ${to}.`,
  settle: (board, result) => `Board ${board} is settled: ${printedResult(result)}.`,
  forget: board => `The name at board ${board} is forgotten.`,
  settings: 'The settings are changed.',
  revokeBot: name => `${name}’s token is taken back.`,
  nothing: 'Nothing was different: nothing has changed.',
};

/** The clock of a board, for those who hear it. */
export const clockSpoken = (theirs, masters) => `opponent ${theirs}, master ${masters}`;
