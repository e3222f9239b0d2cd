// The bell that rings when the master arrives: two soft notes, made here, so that no sound file is needed.

const MUTED = 'simultan.muted';

/** A bell and its switch. Browsers let a page make sounds only after the reader has touched it. */
export function createBell(button) {
  let context = null;
  let muted = localStorage.getItem(MUTED) === 'yes';

  function wake() {
    context ??= new AudioContext();
    if (context.state === 'suspended') context.resume();
  }

  for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, wake, { capture: true, passive: true });

  button.addEventListener('click', () => {
    muted = !muted;
    localStorage.setItem(MUTED, muted ? 'yes' : 'no');
    label();
    if (!muted) ring();
  });

  function label() {
    button.textContent = muted ? 'Sound off' : 'Sound on';
    button.setAttribute('aria-pressed', String(!muted));
  }

  function note(frequency, at) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.type = 'sine';
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.18, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0005, at + 0.7);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.75);
  }

  function ring() {
    if (!muted && context?.state === 'running') {
      note(659.3, context.currentTime);
      note(880, context.currentTime + 0.16);
    }
    // Without a touch before, the browser would refuse and complain in the console.
    if (!muted && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200);
  }

  label();
  return { ring };
}
