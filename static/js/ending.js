// When the exhibition that goes on will end: asked after a completed round, and never often.

/** The soonest that it is asked again. */
export const EVERY_MS = 15_000;

/** `ask(id)` gets the forecast; `onChange(ends)` hears `{p10, p50, p90}` as times of the wall, or null. */
export function createEnding({ ask, onChange }) {
  let asked = { id: null, rounds: 0, at: -Infinity };
  let ends = null;

  function become(next) {
    if (next === ends) return;
    ends = next;
    onChange(ends);
  }

  function due({ id, walk }, now) {
    if (walk.rounds === 0) return false;
    if (id !== asked.id) return true;
    // An end that has passed without an end was wrong.
    return now - asked.at >= EVERY_MS && (walk.rounds !== asked.rounds || (ends !== null && ends.p50 <= now));
  }

  return {
    /** Asks if `state` has moved on enough; `now` is the time on the wall. */
    async follow(state, now) {
      if (state.status !== 'running') {
        asked = { id: null, rounds: 0, at: -Infinity };
        become(null);
        return;
      }
      if (!due(state, now)) return;
      const mine = (asked = { id: state.id, rounds: state.walk.rounds, at: now });
      try {
        const { ends_in_ms: left } = await ask(state.id);
        if (asked !== mine) return;
        become(left && { p10: now + left.p10, p50: now + left.p50, p90: now + left.p90 });
      } catch {
        // Away or busy: what was said stands, and it is asked again in a while.
        mine.rounds = null;
      }
    },
  };
}
