// The first page: choose a file, see what is in it, send it, watch it.
import { at, home, reveal, say, show, shown } from "./page.js";
import { look } from "./looking.js";
import { begunBefore, isSending, onSent, send, start, waiting } from "./sending.js";
import { hurry, watch } from "./watching.js";
import { size } from "./words.js";

const input = at("file"), drop = at("drop");
let chosen = null; // {file, seen, before}
let isChoosing = false; // the person asked for another file: stay there

// --- choosing -------------------------------------------------------------------------------------

function complain(words) {
  say(at("choose-problem"), words);
  show(at("choose-problem"), Boolean(words));
}

function back(words = "") {
  chosen = null;
  isChoosing = true;
  reveal("choose", { isLed: !words });
  complain(words);
  if (words) input.focus();
  offerWaiting();
}

async function take(files) {
  if (!files.length || isSending()) return;
  complain("");
  if (files.length > 1) return complain("Choose one file at a time.");
  const [file] = files;
  if (file.size > Number(home.largest)) return complain(`This file is too large: at most ${home.largestWords} can be imported.`);
  isChoosing = true;
  drawLooking(file);
  let seen;
  try { seen = await look(file); } catch { seen = { refusal: "This file cannot be read. Choose it again." }; }
  if (seen.refusal) return back(seen.refusal);
  chosen = { file, seen, before: await begunBefore(file) };
  return drawFound();
}

input.addEventListener("change", () => { const files = [...input.files]; input.value = ""; take(files); });
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("is-over", shown() === "choose");
  });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("is-over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("is-over");
  if (shown() === "choose") take([...event.dataTransfer.files]);
});

// --- what was found -------------------------------------------------------------------------------

function drawLooking(file) {
  reveal("found", { isLed: true });
  say(at("found-title"), "Looking into the file");
  say(at("found-file"), `${file.name}, ${size(file.size)}`);
  say(at("found-words"), "Reading what it holds. Nothing is sent yet.");
  for (const id of ["found-note", "found-choice", "found-go"]) show(at(id), false);
  at("found-other").className = "quiet";
}

function drawFound() {
  const { file, seen, before } = chosen;
  say(at("found-title"), seen.isDoubtful ? "Is this the right file?" : "This is what was found");
  say(at("found-words"), seen.words);
  drawChoice(file, seen.needed);
  if (before?.length) document.querySelector(`input[name="what"][value="${before.what}"]`).checked = true;
  drawGo();
  show(at("found-go"), true);
  at("found-go").className = seen.isDoubtful ? "quiet" : "button";
  at("found-other").className = seen.isDoubtful ? "button" : "quiet";
}

function whatIsChosen() {
  return chosen.seen.needed ? document.querySelector('input[name="what"]:checked').value : "all";
}

// What has arrived counts for the choice with which it was begun.
function drawGo() {
  const { seen, before } = chosen;
  const has = before?.length && before.what === whatIsChosen();
  const note = has ? `${size(before.offset)} of ${size(before.length)} have arrived already; the upload goes on there.` : seen.note;
  say(at("found-note"), note);
  show(at("found-note"), Boolean(note));
  say(at("found-go"), seen.isDoubtful ? "Try all the same" : has ? "Go on with the upload" : "Start the import");
}

function drawChoice(file, needed) {
  show(at("found-choice"), Boolean(needed));
  if (!needed) return;
  document.querySelector('input[name="what"][value="needed"]').checked = true;
  say(at("found-needed"), size(needed.size));
  say(at("found-left"), `${needed.left === 1 ? "One other file" : `${needed.left.toLocaleString("en-US")} other files`} with ${size(needed.leftSize)}, such as pictures, ${needed.left === 1 ? "stays" : "stay"} on your computer.`);
  say(at("found-all"), size(file.size));
}

at("found-go").addEventListener("click", () => {
  if (!chosen) return;
  const { file, seen } = chosen;
  const what = whatIsChosen();
  send({ file, blob: what === "needed" ? seen.needed.blob : file, what, conversations: seen.conversations });
});
at("found-choice").addEventListener("change", drawGo);
at("waiting-choose").addEventListener("click", () => input.click());
at("found-other").addEventListener("click", () => back());

// --- what waits from before -----------------------------------------------------------------------

async function offerWaiting() {
  const found = await waiting();
  const isWhole = found?.length && found.offset === found.length;
  if (isWhole && found.path) return start(found.path, found.conversations, found.drop);
  show(at("waiting"), Boolean(found));
  if (!found) return undefined;
  if (home.active === "no" && shown() === "watching") { isChoosing = true; reveal("choose"); }
  const arrived = found.length ? `${size(found.offset)} of ${size(found.length)} have arrived.` : "";
  say(at("waiting-words"), `${found.name}: ${arrived} A browser may not open the file again by itself: choose it once more, and the upload goes on where it stopped.`);
  at("waiting-forget").onclick = async () => { show(at("waiting"), false); input.focus(); await found.forget(); offerWaiting(); };
  return undefined;
}

// --- together -------------------------------------------------------------------------------------

onSent({
  started() { isChoosing = false; chosen = null; at("erased")?.remove(); hurry(); },
  refused: back,
  over: () => back(),
});
at("another").addEventListener("click", () => back());
watch({
  isBusy: () => isChoosing || isSending(),
  nothing: () => { const isNew = shown() !== "choose"; reveal("choose"); if (isNew) complain(""); },
});
if (input.files.length) take([...input.files]); // chosen before this script was here
else offerWaiting();
