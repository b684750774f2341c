// Follows an import until it ends: asks politely, draws what it is told.
import { at, home, post, reveal, say, show } from "./page.js";
import { about, span } from "./words.js";

const SHORTEST_MS = 1000, LONGEST_MS = 8000, HIDDEN_MS = 20000;
const WHOSE = home.whose; // "your", or "the" where staff look at somebody
const IDLE_TITLE = document.title;

let etag = "", timer = 0, pause = SHORTEST_MS, state = null;
let isElsewhere = () => false; // the person is doing something else on this page
let onNone = () => {};

export function watch({ isBusy, nothing }) { isElsewhere = isBusy; onNone = nothing; follow(0); }

export function follow(delay) {
  clearTimeout(timer);
  timer = setTimeout(ask, delay);
}

// Ask at once, and often again: something has just changed.
export function hurry() { etag = ""; pause = SHORTEST_MS; follow(0); }

async function ask() {
  try {
    const answer = await fetch(home.progress, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
    show(at("offline"), false);
    if (answer.status === 404) return sayStranger();
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

// Whoever was signed out, or may no longer see this, is not told that the line is broken.
function sayStranger() {
  say(at("offline"), "You are signed out, or may no longer see this. Load the page again.");
  show(at("offline"), true);
}

// A sleeping tab is woken: what it shows is old, and another tab may have begun something new.
function wake() { if (!document.hidden) { pause = SHORTEST_MS; follow(0); } }
document.addEventListener("visibilitychange", wake);
for (const kind of ["online", "pageshow", "focus"]) addEventListener(kind, wake);

// --- drawing --------------------------------------------------------------------------------------

function draw(next) {
  state = next;
  document.title = state.active && state.percent !== undefined ? `${state.percent} % · soulprint` : IDLE_TITLE;
  if (isElsewhere()) return;
  if (state.status === "none") return onNone();
  reveal("watching");
  say(at("watching-title"), state.title);
  show(at("watching-card"), state.status !== "erasing");
  if (state.status === "erasing") return drawErasing();
  say(at("watching-file"), state.file);
  say(at("watching-percent"), `${state.percent} %`);
  at("watching-bar").value = state.percent;
  say(at("watching-words"), state.words);
  say(at("watching-said"), spoken(state));
  say(at("watching-receipt"), state.receipt);
  drawPath(state.stages);
  drawTrouble(state);
  drawButtons(state);
  at("watching-card").dataset.status = state.status;
  tellTime();
}

// What a screen reader says: what is new, not every number.
function spoken({ active, title, words }) {
  return active ? words.replace(/\s*[:\d].*/, "") : title;
}

function drawErasing() {
  say(at("watching-file"), "A running import is stopped first; then all goes at once. This takes some seconds.");
  for (const id of ["read", "cancel", "retry", "another", "trouble"]) show(at(id), false);
}

function drawButtons({ active, status, stopping, error, empty, soulprint_url, may }) {
  const isOver = status === "failed" || status === "cancelled" || empty;
  show(at("read"), Boolean(soulprint_url) && (!active || status === "quick_ready"));
  say(at("read"), status === "quick_ready" ? "Read the first version now" : `Read ${WHOSE} soulprint`);
  at("read").className = isOver ? "quiet" : "button";
  show(at("cancel"), active && !stopping && may.cancel);
  show(at("retry"), may.retry && (status === "cancelled" || (status === "failed" && error.retryable)));
  show(at("another"), !active && may.start);
  at("another").className = empty || (status === "failed" && !error.retryable) ? "button" : "quiet";
}

function drawPath(stages) {
  const path = at("path");
  if (path.children.length !== stages.length) path.replaceChildren(...stages.map(() => document.createElement("li")));
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
  say(at("trouble-detail"), error.detail);
}

// Elapsed, and once enough is known, what is expected: ``share`` is how much of its time has passed.
function tellTime() {
  if (!state?.started_at) return;
  const end = state.finished_at ? new Date(state.finished_at) : new Date();
  const seconds = Math.max(0, (end - new Date(state.started_at)) / 1000);
  if (!state.active) return say(at("watching-time"), `took ${span(seconds)}`);
  // What waits to try again is not on its way.
  const left = state.share > 0.04 && !state.error && at("offline").hidden ? seconds * (1 - state.share) / state.share : 0;
  say(at("watching-time"), left ? `${span(seconds)}, ${about(left)} left` : span(seconds));
}
setInterval(() => { if (state?.active) tellTime(); }, 1000);

// --- buttons --------------------------------------------------------------------------------------

async function press(address) {
  try {
    const answer = await post(address);
    if (answer.ok || answer.status === 409) draw(await answer.json());
  } catch { /* the next question finds out */ }
  etag = "";
  pause = SHORTEST_MS;
  follow(500);
}
at("cancel").addEventListener("click", () => press(home.cancel));
at("retry").addEventListener("click", () => press(home.retry));
