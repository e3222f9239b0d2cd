// Positions without rules: which piece stands where after each move, and where the server says that pieces may go.

const other = color => (color === 'white' ? 'black' : 'white');
export const opposite = other;

/** Whose turn it is in a FEN. */
export const turnOf = fen => (fen.split(' ')[1] === 'b' ? 'black' : 'white');

/** Squares of a move for the board's highlight. */
export const squaresOf = uci => (uci ? [uci.slice(0, 2), uci.slice(2, 4)] : undefined);

/** Whether the move written like this gave check. */
export const givesCheck = san => /[+#]$/.test(san ?? '');

/**
 * Destinations for each square, with castling also by putting the king on its rook. In Chess960 that is the only way: the
 * moves are written so, and two squares may be an ordinary step.
 */
export function destinations(legalMoves, legalSan = [], variant = 'standard') {
  const dests = new Map();
  const add = (from, to) => {
    const known = dests.get(from) ?? [];
    if (!known.includes(to)) dests.set(from, [...known, to]);
  };
  legalMoves.forEach((uci, i) => {
    const [from, to] = squaresOf(uci);
    add(from, to);
    if (variant !== 'chess960' && legalSan[i]?.startsWith('O-O')) add(from, (legalSan[i].startsWith('O-O-O') ? 'a' : 'h') + from[1]);
  });
  return dests;
}

/** The legal moves, as UCI, from one square to another: four for a promotion, none if it isn't legal. */
export function movesBetween(from, to, legalMoves, legalSan = []) {
  const direct = legalMoves.filter(uci => uci.startsWith(from + to));
  if (direct.length > 0) return direct;
  const castling = to[0] === 'h' ? /^O-O(?!-O)/ : to[0] === 'a' ? /^O-O-O/ : null;
  return castling ? legalMoves.filter((uci, i) => uci.startsWith(from) && castling.test(legalSan[i] ?? '')) : [];
}

/** By square, the piece that stands there as FEN writes it. */
export function placementOf(fen) {
  const board = new Map();
  fen
    .split(' ')[0]
    .split('/')
    .forEach((row, r) => {
      let file = 0;
      for (const sign of row) {
        if (/\d/.test(sign)) file += Number(sign);
        else board.set('abcdefgh'[file++] + (8 - r), sign);
      }
    });
  return board;
}

function writePlacement(board) {
  const rows = [];
  for (let rank = 8; rank >= 1; rank--) {
    let row = '';
    for (const file of 'abcdefgh') row += board.get(file + rank) ?? '1';
    rows.push(row.replace(/1+/g, ones => ones.length));
  }
  return rows.join('/');
}

/** Plays a move that is known to be legal: castling, en passant and promotion included. */
function play(board, uci) {
  const [from, to] = squaresOf(uci);
  const piece = board.get(from);
  if (!piece) return;
  const king = piece.toLowerCase() === 'k';
  const taken = board.get(to);
  const ownRook = king && taken && taken !== piece && taken.toLowerCase() === 'r' && taken < 'a' === piece < 'a';
  if (ownRook || (king && Math.abs(from.charCodeAt(0) - to.charCodeAt(0)) === 2)) {
    const short = to[0] > from[0];
    const rookFrom = ownRook ? to : (short ? 'h' : 'a') + from[1];
    const rook = board.get(rookFrom);
    board.delete(from);
    board.delete(rookFrom);
    board.set((short ? 'g' : 'c') + from[1], piece);
    if (rook) board.set((short ? 'f' : 'd') + from[1], rook);
    return;
  }
  if (piece.toLowerCase() === 'p' && from[0] !== to[0] && !taken) board.delete(to[0] + from[1]);
  board.delete(from);
  board.set(to, uci[4] ? (piece === 'P' ? uci[4].toUpperCase() : uci[4]) : piece);
}

/** The placement after each ply, from the start position on: what stepping through a game needs. */
export function placements(initialFen, moves) {
  const board = placementOf(initialFen);
  return [writePlacement(board), ...moves.map(uci => (play(board, uci), writePlacement(board)))];
}
