// Where things are: page addresses and socket addresses. Secrets never go through here.

/** The exhibition named by this page's address: `/e/{id}` and what stands below it. */
export function exhibitionInAddress(pathname = location.pathname) {
  const match = /^\/e\/([^/]+)/.exec(pathname);
  if (!match) return 'current';
  try {
    return decodeURIComponent(match[1]);
  } catch {
    // Not an encoding of anything: no exhibition is called so, and the server says it.
    return match[1];
  }
}

/** The board named by a certificate's address: `/e/{id}/certificate/{board}`. */
export const boardInAddress = (pathname = location.pathname) => Number(/\/certificate\/(\d+)$/.exec(pathname)?.[1]) || null;

export const watchPage = id => `/e/${encodeURIComponent(id)}`;
export const masterPage = id => `/e/${encodeURIComponent(id)}/master`;
export const deskPage = id => `/e/${encodeURIComponent(id)}/desk`;
export const botPage = id => `/e/${encodeURIComponent(id)}/bot`;
export const playPage = id => `/e/${encodeURIComponent(id)}/play`;

/** The screens of an exhibition: the hall's wall, what streaming software shows, and the sheet to print. */
export const wallPage = id => `/e/${encodeURIComponent(id)}/wall`;
export const overlayPage = id => `/e/${encodeURIComponent(id)}/overlay`;
export const sheetPage = id => `/e/${encodeURIComponent(id)}/sheet`;

export const resultsPage = id => `/e/${encodeURIComponent(id)}/results`;
export const certificatePage = (id, board) => `/e/${encodeURIComponent(id)}/certificate/${board}`;

/** Where an entry code leads. */
export const codePath = code => `/j/${encodeURIComponent(code)}`;

/** Where a seat is taken: by the exhibition's code, which is shorter, if there is one. */
export const seatPath = (id, code) => (code ? codePath(code) : playPage(id));

const socketOrigin = () => `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}`;

const playPath = id => `/ws/${encodeURIComponent(id)}/play`;

export const playSocket = id => socketOrigin() + playPath(id);

/** The same for a program that finds the server at `origin`. */
export const playSocketAt = (origin, id) => origin.replace(/^http/, 'ws') + playPath(id);

export const masterSocket = id => `${socketOrigin()}/ws/${encodeURIComponent(id)}/master`;

/** `since`: the last event seen, to go on after it; none for a fresh snapshot. */
export const watchSocket = (id, since) =>
  `${socketOrigin()}/ws/${encodeURIComponent(id)}/watch${since === null ? '' : `?since=${since}`}`;

export const gamesPgn = id => `/api/exhibitions/${encodeURIComponent(id)}/games.pgn`;
export const gamePgn = (id, board) => `/api/exhibitions/${encodeURIComponent(id)}/boards/${board}/game.pgn`;

export const resultsJson = id => `/api/exhibitions/${encodeURIComponent(id)}/results`;
/** With the mark by which spreadsheets know UTF-8. */
export const resultsCsv = id => `/api/exhibitions/${encodeURIComponent(id)}/results.csv?bom`;
