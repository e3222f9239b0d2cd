// The lines with which each program finds its seat. No DOM, so that the tests can read it.

/**
 * What is to be written where: for a bot whose `token` opens `seats` boards of the exhibition at `play`, a WebSocket's address,
 * of the server that is found at `base`.
 */
export function linesOf({ token, seats, base, play }) {
  // Both programs play one game at once where nothing is said.
  const several = seats > 1 ? `\nchallenge:\n  concurrency: ${seats}` : '';
  return {
    'lichess-bot': `token: "${token}"\nurl: "${base}/"${several}`,
    botli: `token: "${token}"\nurl: "${base}"${several}`,
    berserk: `import berserk\n\nsession = berserk.TokenSession("${token}")\nclient = berserk.Client(session, base_url="${base}")`,
    websocket: `${play}\n${JSON.stringify({ type: 'resume', token, legal_moves: true })}`,
    uci: `simultan bot ${play} --token ${token} --engine stockfish`,
  };
}

/** Those for one board alone, whatever the token opens. */
export const ONE_BOARD = new Set(['websocket', 'uci']);
