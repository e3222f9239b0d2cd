// The forecast beside the form that opens an exhibition.

import * as api from './api.js';
import { announce, byId, setText } from './dom.js';
import { forecastQuery, masterTime, meanTime } from './forecast-question.js';
import { lengthWords, riskWords, turnWords, waitWords, worthSaying } from './forecast-words.js';
import { createLatest } from './latest.js';

/** The end draws nearer while somebody ponders over the form. */
const REDRAW_MS = 20_000;

/** The panel; `answers()` gives the form's answers by name, `started()` what the server was started with. */
export function createForecastPanel({ answers, started }) {
  const fields = ['master', 'opponent', 'moves'].map(name => [name, byId(`forecast-${name}`)]);
  /** The last answer and the time of a master's move that it is for, or null. */
  let shown = null;
  let said = null;

  const latest = createLatest({
    ask: api.forecast,
    onAnswer(forecast) {
      shown = { forecast, masterMs: meanTime(masterTime(all(), started())) };
      rest('');
      draw();
      say();
    },
    onError(error) {
      // Busy: the answer is still on its way, and so is the old one's end.
      if (error.status !== 429 && error.status !== 503) shown = null;
      rest(sentence(error.message));
      draw();
    },
  });

  const all = () => ({ ...answers(), ...Object.fromEntries(fields.map(([name, field]) => [name, field.value.trim()])) });

  function rest(problem) {
    byId('forecast').setAttribute('aria-busy', 'false');
    setText(byId('forecast-problem'), problem);
  }

  function draw() {
    const { forecast, masterMs } = shown ?? {};
    const length = forecast ? lengthWords(forecast, masterMs, Date.now()) : { end: '', range: '' };
    setText(byId('forecast-end'), length.end);
    setText(byId('forecast-range'), length.range);
    setText(byId('forecast-wait'), forecast ? waitWords(forecast) : '');
    setText(byId('forecast-risk'), forecast ? riskWords(forecast) : '');
    setText(byId('forecast-turn'), forecast ? turnWords(forecast) : '');
  }

  function say() {
    const { p50 } = shown.forecast.total_ms;
    if (!worthSaying(p50, said)) return;
    said = p50;
    const sentences = [...byId('forecast-sentences').children].map(one => one.textContent).filter(Boolean);
    announce(byId('forecast-said'), sentences.join(' '));
  }

  setInterval(() => document.hidden || draw(), REDRAW_MS);

  return {
    /** The form has changed, or has come into sight. */
    update() {
      byId('forecast-master').placeholder = masterTime({ ...all(), master: '' }, started());
      if (!latest.want(forecastQuery(all(), started()))) return;
      byId('forecast').setAttribute('aria-busy', 'true');
      if (!shown) setText(byId('forecast-problem'), 'Working it out…');
    },

    /** Nobody looks any more. */
    stop() {
      latest.stop();
      said = null;
    },
  };
}

const sentence = text => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
