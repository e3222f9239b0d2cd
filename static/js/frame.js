// Many messages, one redraw: whatever arrives between two animation frames is drawn together.

/** Wraps `draw` so that any number of calls within a frame run it once. */
export function oncePerFrame(draw) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}
