// Keeps an open page of the console fresh: asks for news with the ETag it holds, often while
// something moves, seldom while nothing does, and not at all while nobody looks.
"use strict";
(function () {
  const ACTIVE_MS = 2000;
  const IDLE_MS = 15000;
  const MOST_MS = 60000;

  // --- times in the viewer's zone -----------------------------------------------------------

  // Day first and in English, as on the pages, wherever the viewer is.
  const LANGUAGE = "en-GB";
  const spans = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const relative = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto", style: "short" });
  const exact = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "long" });
  const clock = new Intl.DateTimeFormat(LANGUAGE, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const withYear = new Intl.DateTimeFormat(LANGUAGE, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const dayAndClock = new Intl.DateTimeFormat(LANGUAGE, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

  function tellRelative(at) {
    const seconds = Math.round((at - Date.now()) / 1000);
    if (Math.abs(seconds) > 30 * 86400) return new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium" }).format(at);
    const [unit, length] = spans.find(([, size]) => Math.abs(seconds) >= size) || spans[3];
    return relative.format(Math.trunc(seconds / length), unit);
  }

  function tellClock(at) {
    const now = new Date();
    if (at.toDateString() === now.toDateString()) return clock.format(at);
    return (at.getFullYear() === now.getFullYear() ? dayAndClock : withYear).format(at);
  }

  function tellTimes(root) {
    for (const element of root.querySelectorAll("time[data-relative], time[data-clock]")) {
      const at = new Date(element.dateTime);
      const words = "relative" in element.dataset ? tellRelative(at) : tellClock(at);
      if (element.textContent !== words) element.textContent = words;
      element.title = exact.format(at);
    }
    const { value: zone } = exact.formatToParts().find((part) => part.type === "timeZoneName");
    for (const element of root.querySelectorAll("[data-zone]")) element.textContent = zone;
  }

  // --- asking for news ------------------------------------------------------------------------

  function follow(address, isActive, take) {
    let etag = "";
    let failures = 0;
    async function ask() {
      if (document.hidden) return later();
      try {
        const answer = await fetch(address(), { headers: etag ? { "If-None-Match": etag } : {}, credentials: "same-origin", redirect: "error" });
        failures = 0;
        if (answer.status === 200) {
          etag = answer.headers.get("ETag") || "";
          await take(answer);
        } else if (answer.status !== 304) return; // signed out, or gone: stop asking
      } catch {
        failures += 1;
      }
      later();
    }
    let timer = 0;
    function later() {
      const pause = (isActive() ? ACTIVE_MS : IDLE_MS) * 2 ** failures;
      clearTimeout(timer);
      timer = setTimeout(ask, Math.min(pause, MOST_MS));
    }
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { clearTimeout(timer); ask(); } });
    later();
  }

  function followPage(page) {
    const isActive = () => Boolean(page.querySelector("[data-fresh][data-active]"));
    follow(() => page.dataset.news, isActive, async (answer) => {
      const draft = document.createElement("template");
      draft.innerHTML = await answer.text();
      const status = draft.content.querySelector("[data-fresh]").dataset.status;
      // Another state has other buttons, and those stand outside of the fresh part.
      if (status !== page.dataset.status && !dialogIsOpen()) return location.reload();
      keepWhatIsOpen(page, draft.content);
      const scrolled = [...page.querySelectorAll(".c-scroll")].map((box) => box.scrollLeft);
      const focus = focusMark(page);
      page.replaceChildren(draft.content);
      if (focus) page.querySelector(focus)?.focus({ preventScroll: true });
      page.querySelectorAll(".c-scroll").forEach((box, place) => { box.scrollLeft = scrolled[place] || 0; });
      tellTimes(page);
    });
  }

  function keepWhatIsOpen(page, draft) {
    for (const details of draft.querySelectorAll("details[data-keep]")) {
      const before = page.querySelector(`details[data-keep="${details.dataset.keep}"]`);
      if (before) details.open = before.open;
    }
  }

  // How to find again what has the focus, once its element was replaced.
  function focusMark(page) {
    const focused = document.activeElement;
    if (!page.contains(focused)) return "";
    const details = focused.closest("details[data-keep]");
    if (details && focused.matches("summary")) return `details[data-keep="${details.dataset.keep}"] > summary`;
    if (focused.matches("a[href]")) return `a[href="${CSS.escape(focused.getAttribute("href"))}"]`;
    if (focused.matches(".c-scroll")) return ".c-scroll";
    return "";
  }

  function dialogIsOpen() {
    const dialog = document.querySelector("#modal-content");
    return Boolean(dialog && dialog.offsetParent !== null && dialog.childElementCount);
  }

  function followList(tabs) {
    const cells = () => [...document.querySelectorAll("[data-live]")];
    const ids = () => [...new Set(cells().map((cell) => cell.dataset.live.split(":")[0]))];
    if (!ids().length) return;
    let active = Boolean(document.querySelector("[data-live][data-active]"));
    follow(() => `${tabs.dataset.liveList}?ids=${ids().join(",")}`, () => active, async (answer) => {
      const news = await answer.json();
      active = news.active;
      for (const cell of cells()) {
        const [id, name] = cell.dataset.live.split(":");
        const body = news.cells[id] && news.cells[id][name];
        if (body !== undefined && cell.innerHTML !== body) cell.innerHTML = body;
      }
    });
  }

  // unfold marks no main part, and calls each of its scrolling boxes the same.
  function nameLandmarks() {
    document.getElementById("main")?.setAttribute("role", "main");
    window.addEventListener("load", () => {
      document.querySelectorAll(".simplebar-content-wrapper").forEach((box, place) => {
        box.setAttribute("aria-label", `Scrolling part ${place + 1}`);
      });
    });
  }

  // On a telephone unfold sets rows as cards, and takes the first cell for the box to choose a row.
  function nameFirstCells() {
    const heading = document.querySelector("#result_list thead th")?.cloneNode(true);
    heading?.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.remove());
    const title = heading?.textContent.trim();
    for (const cell of document.querySelectorAll('#result_list td[data-label="Select record"]')) {
      if (!cell.querySelector("input") && title) cell.dataset.label = title;
    }
  }

  // unfold looks once whether the system is dark; at sunset a page that is open should follow.
  function followDaylight() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => {
      const chosen = JSON.parse(localStorage.getItem("_x_adminTheme") || '"auto"');
      if (chosen === "auto") document.documentElement.classList.toggle("dark", dark.matches);
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    nameLandmarks();
    nameFirstCells();
    followDaylight();
    tellTimes(document);
    setInterval(() => tellTimes(document), 5000);
    document.querySelectorAll("[data-news]").forEach(followPage);
    document.querySelectorAll("[data-live-list]").forEach(followList);
  });
})();
