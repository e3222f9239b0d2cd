// What a player has asked for and has no answer to yet: one thing at a time. It waits while the line is down, is sent when the
// line is back if it still fits, and else taken back with a sentence. Pure.

import { opposite } from './position.js';
import { overtaken } from './words.js';

/** Something in `game`, at its present ply: `{type, ply, sent}`; a move also has `uci` and, for people, `san`. */
export function intention(game, type, uci) {
  const ply = type === 'move' ? game.ply + 1 : game.ply;
  if (type !== 'move') return { type, ply, sent: false };
  return { type, ply, uci, san: game.legal_san[game.legal_moves.indexOf(uci)] ?? uci, sent: false };
}

/** The frame that asks the server for it. */
export const frameOf = ({ type, ply, uci }) => (type === 'move' ? { type, ply, uci } : { type });

/**
 * What becomes of an intention now that the whole game is known again: `'fits'` (ask again), `'done'` (the server had
 * heard it), or a sentence that says why it is taken back.
 */
export function fate(wanted, game, color) {
  const { type, ply, uci } = wanted;
  const over = game.status === 'ended';
  const theirs = game.draw_offer === opposite(color);
  switch (type) {
    case 'move':
      if (game.moves[ply - 1] === uci) return 'done';
      if (over) return `The game was over before ${wanted.san} reached the server.`;
      return ply === game.ply + 1 && game.status === 'playing' ? 'fits' : overtaken(wanted.san);
    case 'resign':
      if (!over) return 'fits';
      return wanted.sent ? 'done' : 'The game was over before you resigned.';
    case 'offer_draw':
      if (over) return wanted.sent ? 'done' : 'The game was over before your draw offer reached the server.';
      if (game.draw_offer === color) return 'done';
      return game.ply === ply ? 'fits' : 'The game went on meanwhile: your draw offer was not made.';
    case 'accept_draw':
      if (over) return wanted.sent ? 'done' : 'The game was over before you accepted the draw.';
      return theirs ? 'fits' : 'The draw offer no longer stands.';
    default:
      return theirs && !over ? 'fits' : 'done';
  }
}

/** Whether a message answers it. */
export function answers(message, wanted, color) {
  switch (message.type) {
    case 'ended':
      return true;
    case 'moved':
      // An offer to answer lapses with the next move; the own offer stands.
      return wanted.type === 'move' ? message.ply >= wanted.ply : ['accept_draw', 'decline_draw'].includes(wanted.type);
    case 'draw_offered':
      return wanted.type === 'offer_draw' && message.by === color;
    case 'draw_declined':
      return wanted.type === 'decline_draw' && message.by === color;
    default:
      return false;
  }
}

const NAMES = {
  resign: 'Your resignation',
  offer_draw: 'Your draw offer',
  accept_draw: 'Your agreement to the draw',
  decline_draw: 'Your answer to the draw offer',
};

/** What is told while the line is down. */
export function waitingSentence(wanted) {
  const what = wanted.type === 'move' ? `Your move ${wanted.san}` : NAMES[wanted.type];
  return wanted.sent
    ? `${what} was on its way when the line broke. The server is asked again as soon as the line is back.`
    : `${what} is sent as soon as the line is back.`;
}
