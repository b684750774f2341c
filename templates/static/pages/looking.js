// Looks at a chosen file before anything is sent: is it an export, what does it hold, and how much
// of it is needed? The server looks again, and closer; this spares people a long way for nothing.
import { NoZip, open, readDirectory, smaller } from "./zip.js";
import { count, size } from "./words.js";

// The names that the server knows, as in imports/formats/members.py.
const SHARD = /^conversations(-\d+)?\.json$/i;
const OTHERS = /^(prod-grok-backend\.json|memories\.json|projects\.json|chat-[0-9a-f-]{8,}\.json|chat-export-\d+\.json)$/i;
const ACTIVITY = /(^|\/)[^/]*(gemini|bard)[^/]*\/[^/]+\.json$/i;
const SIDE = /^(users?|user_settings|message_feedback|model_comparisons|shared_conversations|group_chats|shopping|sora|ads|library_files|conversation_asset_file_names|export_manifest)\.json$/i;
const KEYS = ['"mapping":', '"chat_messages":']; // once in each conversation
const LIKELY = ['"messages"', '"responses"', '"chatMessages"', '"history"', '"chunkedPrompt"', '"header"', '"contentChunks"'];
const COUNTING_MS = 2500;
const WORTH_LEAVING = 1e6;
const EMPTY_LIST = 8; // bytes, with some white space

const baseName = (path) => path.slice(path.lastIndexOf("/") + 1);

// {refusal} or {words, note, conversations, needed: {blob, size, left, leftSize} | null}
export async function look(file) {
  if (!file.size) return refuse("This file is empty. Choose the ZIP that ChatGPT sent you.");
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (head[0] === 0x50 && head[1] === 0x4b) return lookIntoZip(file);
  const start = (await file.slice(0, 64).text()).replace(/^\uFEFF/, "").trimStart();
  if (/^[[{]/.test(start)) return lookIntoJson(file);
  return refuse("This is neither a ZIP nor a JSON file. Choose the export as ChatGPT sent it.");
}

const refuse = (refusal) => ({ refusal });

async function lookIntoZip(file) {
  let members;
  try {
    members = (await readDirectory(file)).filter((member) => !member.name.endsWith("/"));
  } catch (error) {
    if (!(error instanceof NoZip)) throw error;
    return refuse("This ZIP is not whole: its end is missing, as after a download that broke off. Download it again.");
  }
  const texts = members.filter((member) => isText(member.name));
  const known = texts.filter(({ name }) => SHARD.test(baseName(name)) || OTHERS.test(baseName(name)) || ACTIVITY.test(name));
  const candidates = texts.filter(({ name }) => !SIDE.test(baseName(name)));
  if (!known.length && !candidates.length) return refuse(whatItIsInstead(members));
  if ((known.length ? known : candidates).some((member) => member.flags & 1)) {
    return refuse("This ZIP is locked with a password. Unpack it, and choose the conversations.json in it.");
  }
  const shards = known.filter(({ name }) => SHARD.test(baseName(name)));
  const counted = shards.length ? await countIfPossible(shards.map((member) => [member.unpacked, () => open(file, member)])) : null;
  return { ...described(known, counted), needed: neededOf(file, members, texts) };
}

const isText = (name) => /\.json$/i.test(name) && !baseName(name).startsWith("._") && !name.includes("__MACOSX/");

function described(known, counted) {
  if (!known.length) return {
    words: "It has no conversations.json, but other JSON files.",
    note: "The import looks into each of them. If none holds conversations, it stops and says so.",
    conversations: null,
  };
  const bytes = known.reduce((sum, member) => sum + member.unpacked, 0);
  if (bytes <= EMPTY_LIST) return {
    words: "It holds no conversations.",
    note: "The export of an account in which nothing was said looks like this. Nothing can be made of it.",
    conversations: 0, isDoubtful: true,
  };
  const files = known.length === 1 ? `one file of ${size(bytes)}` : `${count(known.length)} files of ${size(bytes)} together`;
  if (!counted?.conversations) return { words: `It holds an export: ${files}.`, note: "", conversations: null };
  const many = counted.conversations === 1 ? "one conversation" : `${count(counted.conversations)} conversations`;
  return { words: `It holds ${counted.isExact ? "" : "about "}${many}, in ${files}.`, note: "", conversations: counted.conversations };
}

// All JSON files travel: which of them are read is for the server to say. Pictures, recordings and
// chat.html, which says all once more, may stay.
function neededOf(file, members, texts) {
  const left = members.length - texts.length;
  const blob = left ? smaller(file, texts) : null;
  const leftSize = blob ? file.size - blob.size : 0;
  return leftSize > WORTH_LEAVING ? { blob, size: blob.size, left, leftSize } : null;
}

function whatItIsInstead(members) {
  const names = members.map((member) => baseName(member.name).toLowerCase());
  const inner = names.find((name) => name.endsWith(".zip"));
  if (!members.length) return "This ZIP is empty. Download the export again.";
  if (inner) return `This ZIP holds another ZIP, ${inner}. Unpack it once and choose that.`;
  if (names.includes("chat.html")) return "This ZIP holds a chat.html but no conversations.json. Ask for a new export and choose its ZIP unchanged.";
  const none = members.length === 1 ? "The one file in this ZIP does not hold" : `None of the ${count(members.length)} files in this ZIP holds`;
  return `${none} conversations. Choose the ZIP that ChatGPT sent you, unchanged.`;
}

async function lookIntoJson(file) {
  const counted = await countIn([[file.size, async () => file.stream()]]);
  if (counted.conversations) {
    const many = counted.conversations === 1 ? "one conversation" : `${count(counted.conversations)} conversations`;
    return { words: `It holds ${counted.isExact ? "" : "about "}${many}.`, note: "", conversations: counted.conversations, needed: null };
  }
  const start = await file.slice(0, 1 << 20).text();
  if (LIKELY.some((key) => start.includes(key))) return { words: "It may hold conversations.", note: "The import finds out. If it cannot read them, it stops and says so.", conversations: null, needed: null };
  return {
    words: "This does not look like an export of conversations.",
    note: "An export of ChatGPT is a ZIP, or the conversations.json in it. You may try all the same: the import stops and says what it found.",
    conversations: null, needed: null, isDoubtful: true,
  };
}

// An old browser cannot unpack, and a member may be damaged: how many there are is not worth a refusal.
async function countIfPossible(files) {
  try { return await countIn(files); } catch { return null; }
}

// Count conversations in files, the first key that is found; after a while guess from the part read.
async function countIn(files) {
  const deadline = performance.now() + COUNTING_MS;
  const total = files.reduce((sum, [bytes]) => sum + bytes, 0);
  const found = KEYS.map(() => 0);
  let read = 0, isExact = true;
  for (const [, stream] of files) {
    const reader = (await stream()).getReader();
    const decoder = new TextDecoder("latin1");
    let tail = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      read += part.value.length;
      const text = tail + decoder.decode(part.value);
      // A key may lie across two parts; one that lay whole in the end of the last was counted there.
      KEYS.forEach((key, place) => { found[place] += occurrences(text, key) - occurrences(tail, key); });
      tail = text.slice(-KEYS[1].length + 1);
      if (performance.now() > deadline) { isExact = false; break; }
    }
    if (!isExact) { reader.cancel(); break; }
  }
  const most = Math.max(...found);
  return { conversations: isExact || !read ? most : Math.round(most * total / read), isExact };
}

function occurrences(text, key) {
  let times = 0;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + key.length)) times += 1;
  return times;
}
