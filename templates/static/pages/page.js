// The few things that every part of the page does: find, show, say, and know where the server is.
export const at = (id) => document.getElementById(id);
export const show = (element, isShown) => { element.hidden = !isShown; };
export const say = (element, words) => { if (element.textContent !== words) element.textContent = words; };
export const home = at("home").dataset;

const SECTIONS = ["choose", "found", "sending", "watching"];

export function shown() { return SECTIONS.find((id) => !at(id).hidden); }

// Show one section; whoever pressed a button is led to its heading.
export function reveal(name, { isLed = false } = {}) {
  const isNew = at(name).hidden;
  for (const id of SECTIONS) show(at(id), id === name);
  if (isLed && isNew) at(`${name}-title`).focus({ preventScroll: false });
}

export function post(address, body) {
  const headers = { "X-CSRFToken": home.csrf, Accept: "application/json" };
  return fetch(address, { method: "POST", headers, body });
}
