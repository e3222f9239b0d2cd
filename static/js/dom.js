// Building and changing the page. Text always goes in as text, never as markup: names are whatever people type.

import './markup.js';

/** An element with attributes, listeners (`on…`) and children; strings become text nodes. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** The element with this id, which the page's HTML promises to have. */
export const byId = id => document.getElementById(id);

/** Shows `[text, hint]` in a tag, or hides it. */
export function setTag(element, tag) {
  element.hidden = !tag;
  if (!tag) return;
  setText(element, tag[0]);
  element.title = tag[1];
}

/** Sets text only when it differs, so that live regions speak once and layout isn't disturbed. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets what people have written, which may be longer than there is room: its whole length is in the title. */
export function setName(element, text) {
  setText(element, text);
  if (element.title !== text) element.title = text;
}

/** Sets or removes an attribute only when it differs. */
export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Says something to screen readers. The same sentence twice in a row is spoken twice. */
export function announce(region, sentence) {
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}
