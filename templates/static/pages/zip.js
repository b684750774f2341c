// Reads the directory of a ZIP, and writes a smaller ZIP of some of its members, without
// unpacking or reading what is not asked for: a Blob is cut and put together, not copied.

const END = 0x06054b50, END64 = 0x06064b50, LOCATOR64 = 0x07064b50, ENTRY = 0x02014b50;
const MOST_DIRECTORY = 64e6;
const FULL = 0xffffffff;

export class NoZip extends Error {}

// Give the members: name, sizes, where each begins, and its line in the directory.
export async function readDirectory(file) {
  const end = await readEnd(file);
  if (end.size > MOST_DIRECTORY || end.offset + end.size > file.size) throw new NoZip("broken");
  const bytes = new Uint8Array(await file.slice(end.offset, end.offset + end.size).arrayBuffer());
  const members = [];
  for (let place = 0; place + 46 <= bytes.length;) {
    const member = readEntry(bytes, place);
    if (!member) throw new NoZip("broken");
    members.push(member);
    place += member.entry.length;
  }
  // A member reaches to the next one: between them lie its name, its data and what follows it.
  const inOrder = [...members].sort((one, other) => one.offset - other.offset);
  inOrder.forEach((member, place) => { member.until = inOrder[place + 1]?.offset ?? end.offset; });
  return members;
}

async function readEnd(file) {
  const start = Math.max(0, file.size - 65557 - 20);
  const view = new DataView(await file.slice(start).arrayBuffer());
  let place = view.byteLength - 22;
  while (place >= 0 && view.getUint32(place, true) !== END) place -= 1;
  if (place < 0) throw new NoZip("no end");
  const end = { size: view.getUint32(place + 12, true), offset: view.getUint32(place + 16, true) };
  const count = view.getUint16(place + 10, true);
  const isLarge = end.size === FULL || end.offset === FULL || count === 0xffff;
  if (!isLarge) return end;
  if (place < 20 || view.getUint32(place - 20, true) !== LOCATOR64) throw new NoZip("broken");
  const where = Number(view.getBigUint64(place - 12, true));
  const large = new DataView(await file.slice(where, where + 56).arrayBuffer());
  if (large.byteLength < 56 || large.getUint32(0, true) !== END64) throw new NoZip("broken");
  return { size: Number(large.getBigUint64(40, true)), offset: Number(large.getBigUint64(48, true)) };
}

function readEntry(bytes, place) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + place);
  if (view.getUint32(0, true) !== ENTRY) return null;
  const nameLength = view.getUint16(28, true), extraLength = view.getUint16(30, true);
  const length = 46 + nameLength + extraLength + view.getUint16(32, true);
  if (place + length > bytes.length) return null;
  const member = {
    name: new TextDecoder().decode(bytes.subarray(place + 46, place + 46 + nameLength)),
    flags: view.getUint16(8, true),
    method: view.getUint16(10, true),
    packed: view.getUint32(20, true),
    unpacked: view.getUint32(24, true),
    offset: view.getUint32(42, true),
    offset64At: 0, // where in the entry a large offset is written
    entry: bytes.subarray(place, place + length),
  };
  readLargeFields(member, view, 46 + nameLength, 46 + nameLength + extraLength);
  return member;
}

function readLargeFields(member, view, start, end) {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    for (const name of ["unpacked", "packed", "offset"]) {
      if (member[name] !== FULL || field + 8 > end) continue;
      member[name] = Number(view.getBigUint64(field, true));
      if (name === "offset") member.offset64At = field;
      field += 8;
    }
  }
}

// Give the unpacked bytes of a member as a stream.
export async function open(file, member) {
  const header = new DataView(await file.slice(member.offset, member.offset + 30).arrayBuffer());
  const start = member.offset + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = file.slice(start, start + member.packed).stream();
  return member.method === 8 ? packed.pipeThrough(new DecompressionStream("deflate-raw")) : packed;
}

// Make a ZIP of some members; null where that would need more than the plain format has.
export function smaller(file, members) {
  const parts = [], entries = [];
  let offset = 0;
  for (const member of members) {
    parts.push(file.slice(member.offset, member.until));
    entries.push(moved(member, offset));
    offset += member.until - member.offset;
  }
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  if (offset + size >= FULL || members.length >= 0xffff) return null;
  return new Blob([...parts, ...entries, endOf(members.length, size, offset)], { type: "application/zip" });
}

function moved(member, offset) {
  const entry = member.entry.slice();
  const view = new DataView(entry.buffer);
  if (member.offset64At) view.setBigUint64(member.offset64At, BigInt(offset), true);
  else view.setUint32(42, offset, true);
  return entry;
}

function endOf(count, size, offset) {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, END, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return view.buffer;
}
