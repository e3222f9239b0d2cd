// Reading and speaking chess notation, without knowing the rules: what is legal comes from the server.

/** The number and dots before a move, from the position after it: `12.` or `12…` */
export function moveNumber(fenAfter) {
  const [, turn, , , , fullmove] = fenAfter.split(' ');
  return turn === 'b' ? `${fullmove}.` : `${Number(fullmove) - 1}…`;
}

const PIECES = { K: 'King', Q: 'Queen', R: 'Rook', B: 'Bishop', N: 'Knight' };

/** A move as one would say it in a hall: `Knight f3`, `e takes d5, check`. */
export function speak(san) {
  const end = san.endsWith('#') ? ', checkmate' : san.endsWith('+') ? ', check' : '';
  const move = san.replace(/[+#]$/, '');
  if (move === 'O-O') return `castles short${end}`;
  if (move === 'O-O-O') return `castles long${end}`;
  const [, piece, from, takes, to, promotion] =
    /^([KQRBN])?([a-h]?[1-8]?)(x)?([a-h][1-8])=?([QRBN])?$/.exec(move) ?? [];
  if (!to) return san;
  const words = [PIECES[piece], from, takes && 'takes', to].filter(Boolean).join(' ');
  return words + (promotion ? ` becomes ${PIECES[promotion].toLowerCase()}` : '') + end;
}

/** What people leave out or add when they type: captures, checks, dashes, zeros for castling. */
function simplify(text) {
  const castling = /^[o0]-?[o0](-?[o0])?[+#]?$/i.exec(text);
  if (castling) return castling[1] ? 'O-O-O' : 'O-O';
  return text.replace(/e\.?p\.?$/i, '').replace(/[x:=+#!?()\-\s]/gi, '');
}

/** All ways to write one legal move, from the exact to the over-precise. */
function spellings({ uci, san }) {
  const simple = simplify(san);
  const all = [simple, simplify(uci)];
  if (simple.startsWith('O-O')) {
    // Castling may also be given as the king taking its own rook.
    all.push(uci.slice(0, 2) + (simple === 'O-O' ? 'h' : 'a') + uci[1]);
    return all;
  }
  const piece = /^[KQRBN]/.exec(simple)?.[0] ?? '';
  const [file, rank, to, promotion] = [uci[0], uci[1], uci.slice(2, 4), uci.slice(4).toUpperCase()];
  // A piece may be left undistinguished; a pawn's capture without its file would be the name of another move.
  const origins = piece ? ['', file, rank, file + rank] : [file, file + rank];
  return [...all, ...origins.map(from => piece + from + to + promotion)];
}

/**
 * The legal moves that `text` can mean: one when it is clear, several when it isn't (`e8` without a piece), none when it
 * is no legal move. The strictest reading that fits wins, so that `Bc4` is a bishop's move and `bc4` a pawn's.
 */
export function matchMoves(text, legalMoves, legalSan = []) {
  const typed = text.trim();
  if (!typed) return [];
  const moves = legalMoves.map((uci, i) => ({ uci, san: legalSan[i] ?? uci }));
  const wanted = simplify(typed);
  const lower = wanted.toLowerCase();
  const readings = [
    move => move.san === typed || move.uci === typed,
    move => simplify(move.san) === wanted,
    move => spellings(move).includes(wanted),
    move => spellings(move).some(spelling => spelling.toLowerCase() === lower),
    // A promotion without a piece: let the caller ask which.
    move => move.uci.length === 5 && spellings(move).some(spelling => spelling.slice(0, -1).toLowerCase() === lower),
  ];
  for (const reading of readings) {
    const found = moves.filter(reading);
    if (found.length > 0) return found;
  }
  return [];
}
