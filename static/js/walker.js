// The master's way along the wall: a frame that glides from board to board, so that the eye can follow.

/** Puts the frame into `wall` (positioned) and moves it over the card that `elementOf(board)` gives. */
export function createWalker(wall, frame, elementOf) {
  let at = null;

  function place() {
    const card = at === null ? null : elementOf(at);
    frame.hidden = card === null;
    if (!card) return;
    // Appearing isn't walking: the first time, and after the wall was laid out anew, the frame is simply there.
    frame.style.width = `${card.offsetWidth}px`;
    frame.style.height = `${card.offsetHeight}px`;
    frame.style.transform = `translate(${card.offsetLeft}px, ${card.offsetTop}px)`;
  }

  function placeAtOnce() {
    frame.classList.add('still');
    place();
    frame.getBoundingClientRect();
    frame.classList.remove('still');
  }

  new ResizeObserver(placeAtOnce).observe(wall);

  return {
    /** The master stands at `board`, or nowhere. */
    goTo(board) {
      if (board === at && !frame.hidden) return;
      const appears = at === null || frame.hidden;
      at = board;
      if (appears) placeAtOnce();
      else place();
    },
    /** The wall was laid out anew. */
    placeAtOnce,
  };
}
