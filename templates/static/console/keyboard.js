// Gives a keyboard what unfold gives a mouse: its filters, menus and close marks are no buttons, and
// what they open does not take the focus.
"use strict";
(function () {
  const CLICKED = "[x-on\\:click]:not(a[href], button, input, #changelist-filter-close)";
  const STOPS = "a[href], button, input:not([type=hidden]), select, textarea, [role=button]";
  const LAYERS = ["#modal-content", "nav[x-show]", "#changelist-filter"]; // the uppermost first
  const NAMES = { dock_to_right: "Sidebar", more_horiz: "More", close: "Close" };
  const SOON_MS = 60, LATE_MS = 400; // until Alpine has shown it, or hidden it with a transition
  let opener = null, isInside = false; // where the focus came from, and whether it went

  const isShown = (box) => Boolean(box && box.getClientRects().length);
  const layer = () => LAYERS.flatMap((each) => [...document.querySelectorAll(each)]).find(isShown);
  const stopsIn = (box) => [...box.querySelectorAll(STOPS)].filter(isShown);

  function makeButtons(root) {
    for (const element of root.querySelectorAll(CLICKED)) {
      element.tabIndex = 0;
      element.setAttribute("role", "button");
      const name = NAMES[element.textContent.trim()];
      if (name) element.setAttribute("aria-label", name);
    }
  }

  function enter() {
    const box = layer();
    if (!box) return;
    isInside = true;
    const stops = stopsIn(box);
    (stops.find((each) => each.matches("input, select, textarea")) || stops[0])?.focus();
  }

  function comeBack() {
    if (!isInside || layer()) return;
    isInside = false;
    if (!isShown(document.activeElement.closest(STOPS))) opener?.focus();
  }

  function press(event) {
    if (!event.target.matches('[role="button"][tabindex]')) return;
    event.preventDefault();
    opener = event.target;
    event.target.click();
    setTimeout(enter, SOON_MS);
  }

  // A menu closes by a click outside only.
  function leave() {
    if (layer()) document.body.click();
  }

  function stayInside(event) {
    const box = layer();
    if (!box?.contains(document.activeElement)) return;
    const stops = stopsIn(box);
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (document.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") press(event);
    if (event.key === "Escape") leave();
    if (event.key === "Tab") stayInside(event);
  });
  document.addEventListener("click", () => { for (const pause of [SOON_MS, LATE_MS]) setTimeout(comeBack, pause); });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { target, elt } = event.detail;
    if (target?.id === "modal-content" && !elt.closest("nav[x-show]")) opener = elt;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "modal-content") return;
    makeButtons(event.detail.target);
    setTimeout(enter, SOON_MS);
  });
  document.addEventListener("DOMContentLoaded", () => makeButtons(document));
})();
