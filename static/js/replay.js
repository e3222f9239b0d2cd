// One game, move by move: loaded on demand, kept up with while it goes on, stepped through by the reader.

import * as api from './api.js';

/** `onChange()` whenever there is something else to show; `onError(message)` when the game can't be had. */
export function createReplay({ onChange, onError }) {
  let game = null;
  let ply = 0;
  let wanted = null;
  let loading = null;

  async function load(id, board) {
    const mine = (wanted = `${id}/${board}`);
    if (loading === mine) return;
    loading = mine;
    try {
      const loaded = await api.game(id, board);
      if (wanted !== mine) return;
      const atEnd = !game || ply === game.moves.length;
      game = loaded;
      ply = atEnd ? game.moves.length : Math.min(ply, game.moves.length);
      onChange();
    } catch (error) {
      if (wanted !== mine) return;
      wanted = null;
      onError(error.message);
    } finally {
      if (loading === mine) loading = null;
    }
  }

  return {
    /** Shows this board's game; `live` is what the feed says about it now. */
    show(id, live) {
      const key = `${id}/${live.board}`;
      if (wanted !== key) {
        game = null;
        load(id, live.board);
        return;
      }
      if (!game || live.ply <= game.moves.length) return;
      if (live.ply > game.moves.length + 1) {
        // Another move came before this one was seen: the server knows them all. Meanwhile the reader stays in place.
        load(id, live.board);
        return;
      }
      const atEnd = ply === game.moves.length;
      game.moves.push({ ply: live.ply, uci: live.last_move, san: live.san, fen: live.fen, clock: live.clock });
      if (atEnd) ply = live.ply;
    },

    /** Lets go of the game: the reader follows the master again. */
    leave() {
      wanted = null;
      game = null;
    },

    /** The game's moves as SAN, or null while there is none. */
    moves: () => game && game.moves.map(move => move.san),
    initialFen: () => game?.initial_fen,
    ply: () => ply,

    /** The position to show instead of the latest one, or null at the end of the game. */
    position() {
      if (!game || ply === game.moves.length) return null;
      if (ply === 0) return { fen: game.initial_fen, last_move: null, san: null, clock: game.moves[0]?.clock ?? null };
      const { fen, uci, san, clock } = game.moves[ply - 1];
      return { fen, last_move: uci, san, clock };
    },

    /** Goes to a ply; outside the game means its nearest end. */
    goTo(target) {
      if (!game) return;
      ply = Math.max(0, Math.min(game.moves.length, target));
      onChange();
    },
    step(by) {
      this.goTo(ply + by);
    },
  };
}
