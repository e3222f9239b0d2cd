// The form with which a bot gets its seats.

import { sitLabel, TOKEN_COMES } from './bot-words.js';
import { listenForCapitals } from './code-field.js';
import { byId, setAttribute, setText } from './dom.js';
import { closed, FULL, invitation } from './door-words.js';
import { takesPlayers } from './latecomers.js';
import { keptCode } from './seat.js';

/** Which field a refusal is about, by its code; else the first. */
const FIELDS = { bad_code: 'code', bad_name: 'name' };
const INPUTS = { name: 'bot-name', seats: 'bot-seats', code: 'code' };

/** `onSit(wishes)` asks for the seats; `onBack()` goes back to a bot that has one. */
export function botForm({ onSit, onBack }) {
  let busy = false;
  let waits = false;
  let asks = false;

  const seats = () => Number(byId('bot-seats').value);
  const label = () => setText(byId('sit'), sitLabel({ seats: seats(), asks, waits }));
  listenForCapitals(byId('code'));
  byId('bot-seats').addEventListener('input', label);
  byId('take-not').addEventListener('click', onBack);

  function complain(field, text) {
    setText(byId(`${field}-error`), text);
    setAttribute(byId(INPUTS[field]), 'aria-invalid', text ? 'true' : null);
  }

  byId('join').addEventListener('submit', async event => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    for (const field of Object.keys(INPUTS)) complain(field, '');
    const code = byId('code').value;
    await onSit({
      name: byId('bot-name').value,
      ...(seats() !== 1 && { seats: seats() }),
      ...(code && { code }),
      ...(waits && { wait: true }),
    });
    busy = false;
  });

  return {
    focus: () => byId('bot-name').focus(),

    /** The exhibition is known; its code may be, too. */
    enter: id => (byId('code').value ||= keptCode(id)),

    /** The way in as it is now; with `back`, there is a bot to go back to. */
    draw(state, { back }) {
      const open = takesPlayers(state);
      waits = state.status === 'open' && state.boards.every(board => board.state === 'seated' || board.state === 'applied');
      asks = state.admission === 'approval';
      const how = waits ? FULL.text(state.waiting) : `${invitation({ ...state, starts_at: state.startsAt }, Date.now())} ${TOKEN_COMES}`;
      setText(byId('take-text'), open ? how : closed(state).text);
      byId('join').hidden = !open;
      byId('code-row').hidden = !state.codeRequired && !byId('code-error').textContent;
      byId('code').required = !byId('code-row').hidden;
      byId('take-not').hidden = !back;
      label();
    },

    /** The server has refused it, and says why. */
    refused({ code, field }, text) {
      const about = FIELDS[code] ?? (field in INPUTS ? field : 'name');
      if (about === 'code') byId('code-row').hidden = false;
      complain(about, text);
      byId(INPUTS[about]).focus();
    },
  };
}
