// The texts of a page that never change: its HTML says where, and a words file says what.

/** Puts `words` where the page wants them, by name. */
export function say(words) {
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = words[element.dataset.say];
}
