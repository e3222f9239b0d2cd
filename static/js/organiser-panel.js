// What the organiser's link adds to the front page: start what is open, open another exhibition.

import { watchPage } from './address.js';
import * as api from './api.js';
import { byId, h, setText } from './dom.js';
import { organiserToken } from './organiser.js';
import { count } from './words.js';

/** The panel; `onChange()` after it has changed something. Without the organiser's token it stays hidden. */
export function createOrganiserPanel(onChange) {
  let token = null;
  let drawn = '';

  organiserToken().then(
    found => {
      token = found;
      byId('organiser').hidden = token === null;
      onChange();
    },
    error => setText(byId('trouble'), error.message),
  );

  async function attempt(action) {
    setText(byId('organiser-error'), '');
    try {
      await action();
      onChange();
      return true;
    } catch (error) {
      setText(byId('organiser-error'), error.message);
      return false;
    }
  }

  byId('open').addEventListener('submit', async event => {
    event.preventDefault();
    const form = event.target;
    if (await attempt(() => api.open(settings(new FormData(form)), token))) {
      form.reset();
      byId('another').open = false;
    }
  });

  const startable = one =>
    h(
      'li',
      {},
      h(
        'span',
        {},
        h('a', { href: watchPage(one.id) }, one.name),
        h('span', { class: 'quiet' }, ` ${one.seated} of ${count(one.boards, 'seat')} taken`),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'button',
          disabled: one.seated === 0,
          onclick: () => attempt(() => api.start(one.id, token)),
        },
        `Start with ${count(one.seated, 'opponent')}`,
      ),
    );

  return {
    /** Lists the exhibitions that can be started. */
    draw(exhibitions) {
      if (token === null) return;
      const open = exhibitions.filter(one => one.status === 'open');
      // Only when something changed, so that a button doesn't vanish under a finger.
      const key = JSON.stringify(open.map(one => [one.id, one.seated]));
      if (key === drawn) return;
      drawn = key;
      byId('startable').replaceChildren(...open.map(startable));
    },
  };
}

/** The form's answers; what was left empty is the server's to decide. */
function settings(data) {
  const answers = Object.fromEntries(
    [...data].map(([key, value]) => [key, value.trim()]).filter(([, value]) => value !== ''),
  );
  for (const number of ['boards', 'house_bots']) if (number in answers) answers[number] = Number(answers[number]);
  if (answers.clock?.toLowerCase() === 'none') answers.clock = null;
  return answers;
}
