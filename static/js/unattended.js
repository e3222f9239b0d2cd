// A screen that nobody touches for hours: it stays awake, and shows its cursor only to who moves it.

/** How long a cursor that rests is shown. */
const CURSOR_MS = 3_000;

/** Asks the system to keep the screen on while the page is shown, where browsers can (they can't without https). */
export function stayAwake() {
  const ask = () => {
    if (document.visibilityState !== 'visible') return;
    navigator.wakeLock?.request('screen').catch(() => {
      // A low battery, or a setting: the machine's owner knows best.
    });
  };
  // The lock goes whenever the page is hidden.
  document.addEventListener('visibilitychange', ask);
  ask();
}

/** Marks `element` with `idle` while nobody moves the cursor or types. */
export function markIdle(element) {
  let timer = null;
  const stir = () => {
    element.classList.remove('idle');
    clearTimeout(timer);
    timer = setTimeout(() => element.classList.add('idle'), CURSOR_MS);
  };
  for (const kind of ['pointermove', 'pointerdown', 'keydown']) addEventListener(kind, stir, { passive: true });
  stir();
}

/** Fills the screen with `element` at the touch of `button` or of the key `f`; the button is hidden where that can't be. */
export function offerFullScreen(button, element = document.documentElement) {
  button.hidden = !document.fullscreenEnabled;
  const fill = () => (document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen()).catch(() => {});
  button.addEventListener('click', fill);
  addEventListener('keydown', event => {
    if (event.key === 'f' && !event.ctrlKey && !event.metaKey && !event.altKey && !button.hidden) fill();
  });
}
