// Where things are: page addresses and socket addresses. Secrets never go through here.

/** The exhibition named by this page's address: `/e/{id}`, `/e/{id}/play` and `/e/{id}/master`. */
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

export const watchPage = id => `/e/${encodeURIComponent(id)}`;
export const masterPage = id => `/e/${encodeURIComponent(id)}/master`;
export const deskPage = id => `/e/${encodeURIComponent(id)}/desk`;
export const playPage = id => `/e/${encodeURIComponent(id)}/play`;

const socketOrigin = () => `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}`;

export const playSocket = id => `${socketOrigin()}/ws/${encodeURIComponent(id)}/play`;

export const masterSocket = id => `${socketOrigin()}/ws/${encodeURIComponent(id)}/master`;

/** `since`: the last event seen, to go on after it; none for a fresh snapshot. */
export const watchSocket = (id, since) =>
  `${socketOrigin()}/ws/${encodeURIComponent(id)}/watch${since === null ? '' : `?since=${since}`}`;

export const gamesPgn = id => `/api/exhibitions/${encodeURIComponent(id)}/games.pgn`;
export const gamePgn = (id, board) => `/api/exhibitions/${encodeURIComponent(id)}/boards/${board}/game.pgn`;
