// The import page: sends the file, then follows the import until it ends.
"use strict";
(function () {
  const home = document.getElementById("home");
  const at = (id) => document.getElementById(id);
  const show = (element, isShown) => { element.hidden = !isShown; };
  const say = (element, words) => { if (element.textContent !== words) element.textContent = words; };

  // --- choosing -----------------------------------------------------------------------------

  const input = at("file");
  const drop = at("drop");

  function complain(words) {
    say(at("choose-problem"), words);
    show(at("choose-problem"), Boolean(words));
  }

  function whatIsWrongWith(file) {
    if (!file.size) return "This file is empty. Choose the ZIP that ChatGPT sent you.";
    if (file.size > Number(home.dataset.largest)) return `This file is too large: at most ${home.dataset.largestWords} can be imported.`;
    if (!/\.(zip|json)$/i.test(file.name)) return "This is neither a ZIP nor a JSON file. Choose the export as ChatGPT sent it.";
    return "";
  }

  function take(files) {
    if (!files.length) return;
    const problem = files.length > 1 ? "Choose one file at a time." : whatIsWrongWith(files[0]);
    complain(problem);
    if (!problem) send(files[0]);
  }

  input.addEventListener("change", () => { take(input.files); input.value = ""; });
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("is-over", !at("choose").hidden);
    });
  }
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("is-over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    if (!at("choose").hidden) take(event.dataTransfer.files);
  });

  // --- sending --------------------------------------------------------------------------------

  let request = null;

  function size(bytes) {
    const units = ["B", "kB", "MB", "GB"];
    let value = bytes, unit = 0;
    while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
    return `${value.toFixed(unit && value < 100 ? 1 : 0)} ${units[unit]}`;
  }

  function span(seconds) {
    if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
    return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  }

  function send(file) {
    reveal("sending");
    say(at("sending-file"), file.name);
    at("sending-bar").value = 0;
    say(at("sending-words"), `0 B of ${size(file.size)}`);
    const begun = performance.now();
    request = new XMLHttpRequest();
    request.open("POST", `${home.dataset.upload}?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-CSRFToken", home.dataset.csrf);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      const seconds = (performance.now() - begun) / 1000;
      const speed = event.loaded / seconds;
      const left = seconds > 1 && event.loaded < file.size ? `, ${span((file.size - event.loaded) / speed)} left` : "";
      at("sending-bar").value = 100 * event.loaded / file.size;
      say(at("sending-words"), `${size(event.loaded)} of ${size(file.size)}${left}`);
    });
    request.addEventListener("load", () => arrived(request.status, request.response));
    request.addEventListener("error", () => back("The upload broke off. Is soulprint still running? Choose the file again."));
    request.addEventListener("abort", () => back(""));
    request.send(file);
  }

  function arrived(status, answer) {
    request = null;
    if (status === 202) { draw(answer); return follow(0); }
    if (status === 409) return follow(0);
    const words = answer && answer.title ? `${answer.title}. ${answer.detail}` : "The upload was refused.";
    back(words);
  }

  function back(words) {
    request = null;
    reveal("choose");
    complain(words);
    input.focus();
  }

  at("sending-stop").addEventListener("click", () => { if (request) request.abort(); });
  addEventListener("beforeunload", (event) => { if (request) event.preventDefault(); });

  // --- following ------------------------------------------------------------------------------

  const SHORTEST_MS = 1000;
  const LONGEST_MS = 8000;
  const HIDDEN_MS = 20000;
  let etag = "";
  let timer = 0;
  let pause = SHORTEST_MS;
  let state = null;
  let isOther = false; // the person is choosing another file: stay there

  function follow(delay) {
    clearTimeout(timer);
    timer = setTimeout(ask, delay);
  }

  async function ask() {
    try {
      const answer = await fetch(home.dataset.progress, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
      show(at("offline"), false);
      if (answer.status === 200) {
        etag = answer.headers.get("ETag") || "";
        pause = SHORTEST_MS;
        draw(await answer.json());
      } else if (answer.status === 304) {
        pause = Math.min(pause * 1.4, LONGEST_MS);
      } else throw new Error(String(answer.status));
    } catch {
      pause = Math.min(pause * 2, LONGEST_MS);
      show(at("offline"), !at("watching").hidden);
    }
    if (!state || state.active) follow(document.hidden ? HIDDEN_MS : pause);
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden && (!state || state.active)) { pause = SHORTEST_MS; follow(0); } });

  // --- drawing --------------------------------------------------------------------------------

  const TITLES = { processing: "Reading your history", quick_ready: "A first soulprint is ready", complete: "Your soulprint is ready", failed: "The import stopped", cancelled: "The import was cancelled" };

  function reveal(name) {
    for (const id of ["choose", "sending", "watching"]) show(at(id), id === name);
  }

  function draw(next) {
    state = next;
    if (request || isOther) return;
    if (state.status === "none") return reveal("choose");
    reveal("watching");
    say(at("watching-title"), TITLES[state.status]);
    say(at("watching-file"), state.file);
    say(at("watching-percent"), `${state.percent} %`);
    at("watching-bar").value = state.percent;
    say(at("watching-words"), state.words);
    say(at("watching-receipt"), state.receipt);
    drawPath(state.stages);
    drawTrouble(state);
    show(at("read"), Boolean(state.soulprint_url) && (!state.active || state.status === "quick_ready"));
    at("read").className = state.status === "failed" || state.status === "cancelled" ? "quiet" : "button";
    show(at("cancel"), state.active && !state.stopping);
    show(at("retry"), state.status === "cancelled" || (state.status === "failed" && state.error.retryable));
    show(at("another"), !state.active);
    at("watching-card").dataset.status = state.status;
    tellTime();
  }

  function drawPath(stages) {
    const path = at("path");
    if (path.children.length !== stages.length) {
      path.replaceChildren(...stages.map(() => document.createElement("li")));
    }
    stages.forEach((stage, place) => {
      const item = path.children[place];
      item.className = stage.state;
      say(item, stage.label);
      if (stage.state === "now") item.setAttribute("aria-current", "step"); else item.removeAttribute("aria-current");
    });
  }

  function drawTrouble({ error, active }) {
    show(at("trouble"), Boolean(error));
    if (!error) return;
    at("trouble").classList.toggle("mild", active);
    say(at("trouble-title"), error.title);
    say(at("trouble-detail"), active ? `${error.detail} It tries again by itself.` : error.detail);
  }

  function tellTime() {
    if (!state || !state.started_at) return;
    const end = state.finished_at ? new Date(state.finished_at) : new Date();
    const seconds = Math.max(0, (end - new Date(state.started_at)) / 1000);
    say(at("watching-time"), state.active ? span(seconds) : `took ${span(seconds)}`);
  }
  setInterval(() => { if (state && state.active) tellTime(); }, 1000);

  // --- buttons --------------------------------------------------------------------------------

  async function press(address) {
    try {
      const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": home.dataset.csrf } });
      if (answer.ok || answer.status === 409) draw(await answer.json());
    } catch { /* the next question finds out */ }
    etag = "";
    pause = SHORTEST_MS;
    follow(500);
  }

  at("cancel").addEventListener("click", () => press(home.dataset.cancel));
  at("retry").addEventListener("click", () => press(home.dataset.retry));
  at("another").addEventListener("click", () => { isOther = true; reveal("choose"); complain(""); input.focus(); });
  input.addEventListener("change", () => { isOther = false; });
  document.addEventListener("drop", () => { isOther = false; });

  follow(0);
})();
