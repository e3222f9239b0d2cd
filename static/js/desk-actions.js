// What can be done about the whole exhibition: only what its stage allows is offered.

import { byId, h, setText } from './dom.js';
import { atOnce } from './desk-ask.js';
import { ASKED, DONE, FIELDS, LEVELS } from './desk-words.js';
import { takesPlayers } from './latecomers.js';
import { createMasterLink } from './master-link.js';

/** The buttons; `stateNow()` and `seatsNow()` say how things are. */
export function createActions({ orders, ask, say, stateNow, seatsNow }) {
  const showMasterLink = createMasterLink();
  const refuse = message => setText(byId('refused'), message);
  const free = () => seatsNow().filter(({ state }) => state === 'free' || state === 'reserved').length;

  const on = (id, act) =>
    byId(id).addEventListener('click', () => {
      refuse('');
      act();
    });
  const simple = (question, act, done) => ask({ ...question, act: async () => say((await act(), done)) });

  on('start', () => {
    const seated = seatsNow().filter(({ state }) => state === 'seated');
    const away = seated.filter(({ connected, house }) => !connected && !house).length;
    simple(ASKED.start(seated.length, stateNow().boards.length - seated.length, away), orders.start, DONE.start);
  });
  on('last-round', () => simple(ASKED.lastRound(), orders.lastRound, DONE.lastRound));
  on('cancel', () => simple(ASKED.cancel(stateNow().score.playing), orders.cancel, DONE.cancel));
  for (const [id, act, done] of [['pause', orders.pause, DONE.pause], ['continue', orders.goOn, DONE.continue]]) {
    byId(id).addEventListener('click', () => refuse(''));
    atOnce(byId(id), { act, done, say, refuse });
  }

  const field = (id, label, control) => {
    control.id = id;
    return h('p', {}, h('label', { for: id }, label), control);
  };

  on('announce', () => {
    const text = h('input', { maxlength: '200', autocomplete: 'off', required: true });
    ask({
      ...ASKED.announce(),
      fields: [field('announcement', FIELDS.announcement, text)],
      act: async () => say((await orders.announce(text.value), DONE.announce)),
    });
  });

  on('fill', () => {
    const room = free();
    const bots = h('input', { type: 'number', inputmode: 'numeric', min: '1', value: String(room), required: true });
    const level = h('select', {}, ...LEVELS.map(([value, name]) => h('option', { value: String(value), selected: value === 4 }, name)));
    ask({
      ...ASKED.fill(room),
      fields: [field('bots', FIELDS.bots, bots), field('level', FIELDS.level, level)],
      act: async () => say((await orders.fill(Number(bots.value), Number(level.value)), DONE.fill(Number(bots.value)))),
    });
  });

  on('new-master', () => {
    const { id, name, master } = stateNow();
    ask({
      ...ASKED.newMaster(master.name),
      act: async () => {
        const { master_token } = await orders.newMaster();
        showMasterLink({ id, name, master, master_token });
        say(DONE.newMaster);
      },
    });
  });

  return {
    draw(state) {
      const open = state.status === 'open';
      const running = state.status === 'running';
      const held = document.activeElement;
      const offered = {
        start: open,
        pause: running && !state.closed && !state.paused,
        continue: running && !state.closed && Boolean(state.paused) && state.paused !== 'connection',
        announce: open || running,
        'last-round': running && !state.lastRound && !state.closed,
        fill: takesPlayers(state) && !state.closed && !state.lastRound && free() > 0,
        'new-master': (open || running) && state.master.kind === 'human',
        cancel: open || running,
      };
      for (const [id, wanted] of Object.entries(offered)) byId(id).hidden = !wanted;
      byId('start').disabled = !seatsNow().some(({ state }) => state === 'seated');
      byId('actions').hidden = !open && !running;
      // Whoever has just pressed it goes on with what has come in its place.
      if (held?.id in offered && !offered[held.id] && !document.querySelector('dialog[open]')) {
        const other = { pause: 'continue', continue: 'pause' }[held.id];
        (other && offered[other] ? byId(other) : byId('stage')).focus();
      }
    },
  };
}
