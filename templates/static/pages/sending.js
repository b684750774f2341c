// Sends a file in pieces by tus, and lets it survive a reload, a pause and a lost connection.
import { at, home, post, reveal, say, show } from "./page.js";
import { about, size } from "./words.js";

const tus = window.tus;
const PIECE = 6 * 1024 * 1024; // what Supabase asks for; ours takes any
const RETRY_MS = [0, 1000, 3000, 6000, 10000];
const AGAIN_MS = 15000; // between two tries of our own once tus has given up
const WINDOW_MS = 8000; // the speed is that of the last seconds
const store = tus.defaultOptions.urlStorage;
const OURS = `soulprint:${home.user}:`;

let current = null; // {upload, key, file, conversations, path, samples, timer, release}
let tell = { started() {}, refused() {}, over() {} };

export function onSent(handlers) { tell = handlers; }
export function isSending() { return current !== null; }

// Name a file by what the browser knows of it, and by how much of it is sent.
export function keyOf(file, what) {
  return `${OURS}${file.name}:${file.size}:${file.lastModified}:${what}`;
}

export async function begunBefore(file) {
  for (const what of ["needed", "all"]) {
    const [found] = await store.findUploadsByFingerprint(keyOf(file, what));
    if (found) return { what, ...(await arrived(found)) };
  }
  return null;
}

// Find the upload that waits to go on: {name, offset, length, path, forget}, or null.
export async function waiting() {
  const all = (await store.findAllUploads()).filter((each) => each.urlStorageKey.startsWith(`tus::${OURS}`));
  all.sort((one, other) => new Date(other.creationTime) - new Date(one.creationTime));
  const elsewhere = await heldNow();
  for (const each of all) {
    if (elsewhere.some((key) => each.urlStorageKey.startsWith(`tus::${key}::`))) continue;
    const found = await arrived(each);
    if (!found.isGone) return { name: each.metadata.filename, conversations: Number(each.metadata.conversations) || null, ...found, forget: () => forget(each), drop: () => store.removeUpload(each.urlStorageKey) };
    await store.removeUpload(each.urlStorageKey);
  }
  return null;
}

async function arrived(previous) {
  try {
    const answer = await fetch(previous.uploadUrl, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" }, cache: "no-store" });
    if (answer.status === 404 || answer.status === 410) return { isGone: true };
    const { bucketName, objectName } = previous.metadata;
    const path = objectName ? `${bucketName}/${objectName}` : answer.headers.get("Soulprint-Storage-Path");
    return { offset: Number(answer.headers.get("Upload-Offset")), length: Number(answer.headers.get("Upload-Length")), path };
  } catch {
    return { offset: null, length: null, path: "" }; // nobody answers: it may still be there
  }
}

async function forget(previous) {
  try {
    await tus.Upload.terminate(previous.uploadUrl, { headers: { "X-CSRFToken": home.csrf }, retryDelays: null });
  } catch { /* what nobody goes on with is removed after a day */ }
  await store.removeUpload(previous.urlStorageKey);
}

// A file is sent in one of two ways: what was begun in the other would wait for ever.
async function forgetOther(file, what) {
  const key = keyOf(file, what === "all" ? "needed" : "all");
  for (const each of await store.findUploadsByFingerprint(key)) await forget(each);
}

// One tab sends a file: two would send everything twice, by turns. A closed tab lets go by itself.
// Without locks, as on a page that came without TLS, that is what they do, and it ends well, too.
function holdAlone(key) {
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((give) => {
    navigator.locks.request(key, { ifAvailable: true }, (lock) => {
      if (!lock) return give(null);
      return new Promise(give); // held until what is given is called
    });
  });
}

async function heldNow() {
  const { held = [] } = await navigator.locks?.query() ?? {};
  return held.map((lock) => lock.name);
}

// Leave the file alone: it is sent, given up, or refused.
function leave() {
  clearTimeout(current?.timer);
  current?.release?.();
  current = null;
}

// Send a file, or go on with it: ``blob`` is the file itself, or the part of it that is needed.
export async function send({ file, blob, what, conversations, invitedAt = 0, release = null }) {
  const key = keyOf(file, what);
  current = { key, file, blob, what, conversations, invitedAt, path: "", samples: [], timer: 0, offset: 0 };
  const mine = current;
  mine.release = release ?? await holdAlone(key);
  if (current !== mine) return mine.release?.();
  if (!mine.release) {
    leave();
    return tell.refused("This file is on its way already, in another tab or window. Watch it there.");
  }
  reveal("sending", { isLed: true });
  say(at("sending-file"), file.name);
  draw(0, blob.size);
  const [previous] = await store.findUploadsByFingerprint(key);
  await forgetOther(file, what);
  let invitation;
  try {
    invitation = await invite(file, previous);
  } catch (error) {
    leave();
    return tell.refused(error.message);
  }
  if (current !== mine) return undefined;
  current.path = invitation.storage_path;
  current.upload = new tus.Upload(blob, options(key, file, invitation, conversations));
  if (previous) current.upload.resumeFromPreviousUpload(previous);
  return go();
}

async function invite(file, previous) {
  const body = new FormData();
  body.set("name", file.name);
  const { bucketName, objectName } = previous?.metadata ?? {};
  if (objectName) body.set("path", `${bucketName}/${objectName}`);
  let answer;
  try { answer = await post(home.invitation, body); } catch { throw new Error("Nobody answers. Is soulprint still running?"); }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.title ? `${told.title} ${told.detail}` : "The upload was refused.");
  return told;
}

function options(key, file, invitation, conversations) {
  const isOurs = !invitation.storage_path;
  return {
    endpoint: invitation.endpoint,
    chunkSize: PIECE,
    retryDelays: RETRY_MS,
    headers: isOurs ? { ...invitation.headers, "X-CSRFToken": home.csrf } : invitation.headers,
    metadata: { filename: file.name, ...(conversations ? { conversations: String(conversations) } : {}), ...invitation.metadata },
    fingerprint: async () => key,
    removeFingerprintOnSuccess: false,
    onProgress: draw,
    onShouldRetry: (error) => { waitFor(error); return mayTryAgain(error); },
    onAfterResponse: (request, answer) => { if (isOurs) current && (current.path = answer.getHeader("Soulprint-Storage-Path") || current.path); },
    onError: broken,
    onSuccess: arrivedWhole,
  };
}

function mayTryAgain(error) {
  const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
  if (status === 507) return false; // there is no room, and there will be none in a moment
  return status < 400 || status >= 500 || [409, 423, 429].includes(status);
}

function waitFor(error) {
  if (!mayTryAgain(error)) return;
  say(at("sending-trouble"), error.originalResponse ? "The server is busy. Trying again …" : "The connection is gone. Trying again …");
  at("sending-card").dataset.state = "interrupted";
  current && (current.samples = []);
  drawSpeed(0);
}

// --- how it goes ----------------------------------------------------------------------------------

function draw(sent, total) {
  if (!current) return;
  const now = performance.now();
  if (sent > current.offset && current.samples.length) { say(at("sending-trouble"), ""); at("sending-card").dataset.state = "going"; }
  Object.assign(current, { offset: sent, total });
  current.samples.push([now, sent]);
  while (current.samples.length > 2 && now - current.samples[0][0] > WINDOW_MS) current.samples.shift();
  const percent = total ? 100 * sent / total : 0;
  at("sending-bar").value = percent;
  say(at("sending-percent"), `${Math.floor(percent)} %`);
  drawSpeed(speedOf(current.samples));
}

// How much, how fast, how long still: of what stands still only the first is known.
function drawSpeed(speed) {
  if (!current) return;
  const { offset, total } = current;
  say(at("sending-words"), `${size(offset)} of ${size(total)}${speed ? `, ${size(speed)}/s` : ""}`);
  say(at("sending-left"), speed && offset < total ? `${about((total - offset) / speed)} left` : "");
}

function speedOf(samples) {
  const [first, last] = [samples[0], samples[samples.length - 1]];
  const seconds = (last[0] - first[0]) / 1000;
  return seconds > 0.5 && last[1] > first[1] ? (last[1] - first[1]) / seconds : 0;
}

function go() {
  clearTimeout(current.timer);
  current.samples = [];
  drawState("going", "");
  current.upload.start();
}

function drawState(state, words) {
  at("sending-card").dataset.state = state;
  say(at("sending-title"), { going: `Taking ${home.whose} export in`, paused: "The upload is paused", interrupted: "The upload was interrupted" }[state]);
  say(at("sending-trouble"), words);
  show(at("sending-on"), state !== "going");
  show(at("sending-pause"), state === "going");
  if (state !== "going") drawSpeed(0);
}

function broken(error) {
  if (!current) return;
  const answer = error.originalResponse;
  if (answer && !mayTryAgain(error)) {
    if (hasRunOut(answer)) return send({ ...current, invitedAt: current.offset });
    leave();
    return tell.refused(problemIn(answer));
  }
  drawState("interrupted", "The connection is gone. What has arrived is kept; it goes on by itself as soon as somebody answers.");
  current.timer = setTimeout(go, AGAIN_MS);
}

// An invitation to the store is good for some hours; a large file may take longer and needs another.
function hasRunOut(answer) {
  return current.path && [400, 401, 403].includes(answer.getStatus()) && current.offset > current.invitedAt;
}

function problemIn(answer) {
  try {
    const told = JSON.parse(answer.getBody());
    return `${told.title} ${told.detail === told.title ? "" : told.detail}`.trim();
  } catch {
    return "The upload was refused. Choose the file again.";
  }
}

async function arrivedWhole() {
  const { key, path, conversations, release } = current;
  say(at("sending-trouble"), "All of it has arrived.");
  current = null;
  await start(path, conversations, () => forgetKey(key));
  release();
}

async function forgetKey(key) {
  for (const each of await store.findUploadsByFingerprint(key)) await store.removeUpload(each.urlStorageKey);
}

// Start the import of a file that has arrived.
export async function start(path, conversations, forgetIt) {
  const body = { user_id: home.user, storage_path: path };
  if (conversations) body.conversation_count = conversations;
  let answer;
  try {
    answer = await fetch(home.imports, { method: "POST", headers: { "X-CSRFToken": home.csrf, "Content-Type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    return tell.refused("The file has arrived, but nobody answers now. Load this page again, and it goes on.");
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.status !== 202 && told.code !== "import_in_progress") return tell.refused(`${told.title ?? "The import could not be started."} ${told.detail ?? ""}`.trim());
  if (answer.status === 202) await forgetIt();
  return tell.started();
}

// --- buttons --------------------------------------------------------------------------------------

at("sending-pause").addEventListener("click", () => {
  current?.upload?.abort();
  drawState("paused", "What has arrived is kept for a day.");
  at("sending-on").focus();
});
at("sending-on").addEventListener("click", () => { if (current?.upload) { go(); at("sending-pause").focus(); } });
at("sending-stop").addEventListener("click", async () => {
  const given = current;
  leave();
  if (given) await forgetKey(given.key); // before the page looks for what waits, and asks for what is going
  tell.over();
  try { await given?.upload?.abort(true); } catch { /* the sweep finds it */ }
});

// The line is back, or somebody looks again: no need to wait for the next try.
function wake() {
  if (document.hidden || !current?.upload || at("sending-card").dataset.state !== "interrupted") return;
  current.upload.abort(); // its own next try, if one waits
  go();
}
addEventListener("online", wake);
document.addEventListener("visibilitychange", wake);
