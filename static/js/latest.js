// Asks what is wanted now: waits until the wishes pause, lets go of questions that nobody has any more.

/** From here on, whoever types has paused. */
const PAUSE_MS = 350;
/** When a server that was busy is asked again. */
const AGAIN_MS = 2_500;

/**
 * `ask(question, signal)` answers or rejects; `onAnswer(answer, question)` and `onError(error, question)` hear about the
 * question wanted last, never about an earlier one. Busy servers are asked again.
 */
export function createLatest({ ask, onAnswer, onError }) {
  let wanted = null;
  let timer = null;
  let underWay = null;

  function letGo() {
    clearTimeout(timer);
    underWay?.abort();
    underWay = null;
  }

  async function go(question) {
    const mine = (underWay = new AbortController());
    try {
      const answer = await ask(question, mine.signal);
      if (underWay === mine) onAnswer(answer, question);
    } catch (error) {
      if (underWay !== mine) return;
      if (error.status === 429 || error.status === 503) timer = setTimeout(go, AGAIN_MS, question);
      // Asked again, the same question may be answered.
      else wanted = null;
      onError(error, question);
    }
  }

  return {
    /** Wants an answer to `question`, a string; says whether that is news. */
    want(question) {
      if (question === wanted) return false;
      letGo();
      wanted = question;
      timer = setTimeout(go, PAUSE_MS, question);
      return true;
    },

    /** Wants nothing any more. */
    stop() {
      letGo();
      wanted = null;
    },
  };
}
