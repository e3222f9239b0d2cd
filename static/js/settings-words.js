// Everything that the form of an exhibition's settings says.

/** What the form says of each field: `label`, and `hint` where one is needed. */
export const FIELDS = {
  name: { label: 'Name', example: 'Friday simul' },
  boards: { label: 'Boards' },
  master: { label: 'Master' },
  elo: { label: 'Strength', hint: 'As near as the engine can be held to it.' },
  master_name: { label: 'The master’s name', example: 'Master' },
  think: { label: 'The engine’s time for a move', example: '2s' },
  clock: { label: 'Clock', hint: 'Time for the game and increment a move; empty for none.', example: 'none, or 30m+20s' },
  master_extra: { label: 'The master’s extra time on every clock', example: 'none, or 1h' },
  master_extra_per_board: { label: 'And for each opponent at the start', example: 'none, or 1m' },
  color: { label: 'The master’s colour' },
  start: { label: 'Games begin with' },
  fen: { label: 'The position, as a FEN', example: '8/8/… w - - 0 1' },
  walk: { label: 'Walk' },
  passes: { label: 'Passes a game', hint: 'So often may an opponent say “not yet”.' },
  grace: { label: 'Then the master waits', example: '15s' },
  retract: { label: 'The master’s last move', hint: 'Until there is one at another board.' },
  text: { label: 'What everybody is told', hint: 'Up to 2,000 characters, shown where people sit down.', example: 'Where, when, and who brings the cake' },
  code: { label: 'To sit down, one needs' },
  own_code: { label: 'The code', hint: '4 to 12 letters and digits.', example: 'CLUB26' },
  admission: { label: 'Who asks for a seat' },
  late_rounds: { label: 'Free seats can be taken until round', hint: '0: not after the start.' },
  house_bots: { label: 'House bots', hint: 'So many seats are taken by programs.' },
  delay: { label: 'Spectators see everything later by', hint: 'Up to 30m.', example: '0s' },
  chat: { label: 'What bots write', hint: 'Many greet their opponent.' },
  starts_at: { label: 'Begins by itself', hint: 'In this device’s time zone; empty: when you say so.' },
  closes_after: { label: 'Closing time after', hint: 'So much play, like 2h30m; then no visit begins, and you settle what is left.', example: 'none' },
  absent_after: { label: 'Who is gone so long has lost', hint: 'Where it is their turn and nobody settles it.', example: 'never' },
  seats: { label: 'Seats' },
};

/** What a choice means, where its name does not say enough: told below it, in the place of a hint. */
export const MEANINGS = {
  walk: {
    'in-turn': 'Board after board, skipping those still thinking.',
    'ready-first': 'To whoever has waited longest.',
    'urgent-first': 'To the least time on the master’s clock.',
    'one-at-a-time': 'Each game to its end before the next begins.',
  },
};

/** The groups that are folded away. */
export const GROUPS = {
  games: 'How games begin',
  walk: 'The walk',
  guests: 'Who comes in',
  times: 'Beginning and end',
  seats: 'Kept seats and handicaps',
};

/** What can be chosen: the value, and what it is called. */
export const CHOICES = {
  master: [['engine', 'The engine'], ['human', 'A person']],
  elo: [
    ['', 'As the server has it'],
    ['600', 'Beginner, about 600'],
    ['900', 'Hobby player, about 900'],
    ['1200', 'School team, about 1200'],
    ['1400', 'New in the club, about 1400'],
    ['1600', 'Club player, about 1600'],
    ['1800', 'Strong club player, about 1800'],
    ['2000', 'Expert, about 2000'],
  ],
  color: [['white', 'White'], ['black', 'Black'], ['alternating', 'In alternation'], ['random', 'By lot']],
  start: [
    ['standard', 'The usual position'],
    ['chess960', 'Chess960: one draw for all'],
    ['fen', 'A position of your own'],
    ['italian', 'Italian Game'],
    ['spanish', 'Spanish Game'],
    ['scotch', 'Scotch Game'],
    ['kings-gambit', 'King’s Gambit'],
    ['evans-gambit', 'Evans Gambit'],
    ['sicilian', 'Sicilian Defence'],
    ['french', 'French Defence'],
    ['caro-kann', 'Caro-Kann Defence'],
    ['queens-gambit', 'Queen’s Gambit'],
    ['kings-indian', 'King’s Indian Defence'],
  ],
  walk: [['in-turn', 'In turn'], ['ready-first', 'Ready first'], ['urgent-first', 'Urgent first'], ['one-at-a-time', 'One at a time']],
  passes: [['none', 'No limit'], ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(number => [String(number), String(number)])],
  retract: [['true', 'Can be taken back'], ['false', 'Stands once made']],
  code: [['none', 'No code'], ['made-up', 'A code that is made up'], ['own', 'A code of your own']],
  chat: [['true', 'Is shown to the master'], ['false', 'Is not shown']],
  admission: [['open', 'Has it at once'], ['approval', 'Waits until you let them in']],
};

/** A strength that isn't among the choices. */
export const otherStrength = elo => `About ${elo}`;

/** The templates. */
export const TEMPLATES = {
  title: 'Begin with',
  school: { name: 'School', says: 'No clocks, a gentle engine, three passes, a made-up code; you let everybody in.' },
  club: { name: 'Club', says: 'No clocks, three passes, 15 s at the board, a made-up code, latecomers for three rounds, closing time after 2½ hours.' },
  clock: { name: 'Clock simul', says: '30 min + 30 s each, a minute more for the master from every opponent, least time first, a made-up code.' },
  taken: name => `The form is filled in for: ${name}. Everything can be changed.`,
};

/** The table of seats. */
export const SEATS = {
  board: 'Board',
  name: 'Kept for',
  color: 'Plays',
  clock: 'Clock',
  start: 'Begins with',
  asAll: 'as all',
  white: 'White',
  black: 'Black',
  none: 'Nothing is kept, and all boards are alike.',
  add: 'Add a seat',
  remove: board => (board ? `Remove board ${board}` : 'Remove this seat'),
  removeShort: 'Remove',
  paste: 'Or paste a list',
  pasteHint: 'A line each: name, board, clock. Without a board they get the next free one.',
  pasteExample: 'Ada, 3, 45m+30s\nBen',
  put: 'Put it into the table',
  done: count => (count === 1 ? 'One seat is in the table.' : `${count} seats are in the table.`),
  wrong: (line, why) => `Line ${line}: ${why}`,
};

/** What is wrong with a pasted line. */
export const LINES = {
  noName: 'there is no name.',
  noBoard: text => `“${text}” is no board’s number.`,
  twice: board => `board ${board} stands there twice.`,
  tooMuch: 'there is more than a name, a board and a clock.',
  full: 'there is no free board left.',
};

/** What is wrong with what the browser reads itself. */
export const WRONG_DATE = 'That is no date with a time.';

/** What a folded group has in it, said in short. */
export const SHORT = {
  passes: value => (value === 'none' ? 'any number of passes' : value === '1' ? '1 pass' : `${value} passes`),
  grace: value => `waits ${value}`,
  late_rounds: value => (value === '0' ? 'no latecomers' : `latecomers until round ${value}`),
  house_bots: value => (value === '0' ? '' : value === '1' ? '1 house bot' : `${value} house bots`),
  delay: value => (value === '0s' ? '' : `shown ${value} later`),
  chat: value => (value === 'true' ? '' : 'what bots write is not shown'),
  closes_after: value => `closes after ${value}`,
  absent_after: value => `gone for ${value}: lost`,
  color: value => ({ white: 'the master has White', black: 'the master has Black', alternating: 'colours in alternation', random: 'colours by lot' })[value],
  walk: value => ({ 'in-turn': 'in turn', 'ready-first': 'ready first', 'urgent-first': 'urgent first', 'one-at-a-time': 'one at a time' })[value],
  retract: value => (value === 'true' ? 'last move can be taken back' : ''),
  code: value => ({ none: 'no code', 'made-up': 'a made-up code', own: 'a code' })[value],
  admission: value => (value === 'open' ? '' : 'you let them in'),
  seats: count => (count === 0 ? 'none' : count === 1 ? '1 seat' : `${count} seats`),
};

/** The server's message as a sentence for a page. */
export const sentence = message => {
  const quoted = message.replaceAll(/`([^`]*)`/g, '“$1”');
  return `${quoted.charAt(0).toUpperCase()}${quoted.slice(1)}${/[.!?]$/.test(quoted) ? '' : '.'}`;
};

/** What is wrong with a field, said where the form is sent. */
export const wrongField = (label, message) => `${label}: ${sentence(message)}`;

/** The preview of a position. */
export const PREVIEW = 'The position on a board';

/** Once it is open. */
export const OPENED = {
  text: name => `“${name}” is open.`,
  desk: 'To the desk',
};
