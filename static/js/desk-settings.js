// The settings of an exhibition that is open: what can still be changed of them.

import { byId, setText } from './dom.js';
import { DONE } from './desk-words.js';
import { createSettingsForm } from './settings-form.js';
import { sentence, wrongField } from './settings-words.js';

/** The form, which is filled when it is opened; `say(sentence)` tells what was changed. */
export function createDeskSettings({ orders, say, stateNow }) {
  const details = byId('settings');
  const error = byId('settings-error');
  const form = createSettingsForm(byId('settings-fields'), { prefix: 'set' });
  let filled = false;

  async function fill() {
    try {
      form.fill(await orders.settings());
      filled = true;
      form.stage(stateNow().status);
      setText(error, '');
    } catch (failure) {
      setText(error, sentence(failure.message));
    }
  }

  details.addEventListener('toggle', () => details.open && fill());
  byId('settings-form').addEventListener('submit', async event => {
    event.preventDefault();
    if (!filled || !form.check()) return;
    setText(error, '');
    form.clearErrors();
    const words = form.values();
    if (Object.keys(words).length === 0) return say(DONE.nothing);
    try {
      await orders.change(words);
      say(DONE.settings);
      await fill();
    } catch (failure) {
      const label = failure.field && form.showError(failure.field, failure.message);
      setText(error, label ? wrongField(label, failure.message) : sentence(failure.message));
    }
  });

  return {
    /** What has been changed elsewhere is shown, unless somebody is about to change something here. */
    refresh() {
      if (details.open && filled && Object.keys(form.values()).length === 0) fill();
    },
    draw(state) {
      details.hidden = state.status === 'finished';
      if (details.open && filled && byId('settings').dataset.stage !== state.status) form.stage(state.status);
      byId('settings').dataset.stage = state.status;
    },
  };
}
