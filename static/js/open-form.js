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
    const { clock, master, start } = answers();
    const timed = isClock(clock ?? started.clock);
    const wanted = { extra: timed, 'extra-per-board': timed, 'master-name': master === 'human', retract: master === 'human', fen: start === 'fen' };
    for (const [name, shown] of Object.entries(wanted)) {
      byId(`open-${name}-row`).hidden = !shown;
      // Disabled, it isn't among the answers.
      byId(`open-${name}`).disabled = !shown;
    }
    if (another.open) forecast.update();
    else forecast.stop();
  }

  form.addEventListener('input', update);
  another.addEventListener('toggle', update);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (!(await onSubmit(settings(answers())))) return;
    form.reset();
    update();
    another.open = false;
  });

  return {
    /** Shows in the empty fields what the server was started with. */
    startedWith(settings) {
      started = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));
      for (const name of ['boards', 'house_bots', 'clock', 'think', 'master_extra', 'master_extra_per_board', 'grace'])
        if (name in started) form.elements[name].placeholder = started[name];
      update();
    },
  };
}

/** The form's answers as the server takes them. */
function settings(answers) {
  const { master_name: name, fen, ...wishes } = answers;
  if (wishes.master) wishes.master = { kind: wishes.master, ...(name && { name }) };
  if (wishes.start === 'fen') wishes.start = fen;
  if (wishes.passes) wishes.passes = wishes.passes === 'none' ? null : Number(wishes.passes);
  if (wishes.retract) wishes.retract = wishes.retract === 'true';
  for (const number of ['boards', 'house_bots']) if (number in wishes) wishes[number] = Number(wishes[number]);
  if (wishes.clock !== undefined && !isClock(wishes.clock)) wishes.clock = null;
  return wishes;
}
