// The form that opens another exhibition.

import { byId } from './dom.js';
import { createForecastPanel } from './forecast-panel.js';
import { isClock } from './forecast-question.js';

/** The form; `onSubmit(settings)` opens the exhibition and says whether it did. */
export function createOpenForm({ onSubmit }) {
  const form = byId('open');
  const another = byId('another');
  let started = {};

  /** What was filled in, by name; what was left empty is the server's to decide. */
  const answers = () =>
    Object.fromEntries(
      [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ''),
    );

  const forecast = createForecastPanel({ answers, started: () => started });

  function update() {
    const timed = isClock(answers().clock ?? started.clock);
    byId('open-extra-row').hidden = !timed;
    // Disabled, it isn't among the answers.
    byId('open-extra').disabled = !timed;
    if (another.open) forecast.update();
    else forecast.stop();
  }

  form.addEventListener('input', update);
  another.addEventListener('toggle', update);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (!(await onSubmit(settings(answers())))) return;
    form.reset();
    another.open = false;
  });

  return {
    /** Shows in the empty fields what the server was started with. */
    startedWith(settings) {
      started = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
      for (const name of ['boards', 'house_bots', 'clock', 'think', 'master_extra'])
        if (name in started) form.elements[name].placeholder = started[name];
      update();
    },
  };
}

/** The form's answers as the server takes them. */
function settings(answers) {
  const wishes = { ...answers };
  for (const number of ['boards', 'house_bots']) if (number in wishes) wishes[number] = Number(wishes[number]);
  if (wishes.clock !== undefined && !isClock(wishes.clock)) wishes.clock = null;
  return wishes;
}
