// Looks at a file as the page does, and says what it saw as JSON; beside the file, what would be sent.
import fs from "node:fs";
import { look } from "./looking.js";

// Node's own Blob of a file ends at 4 GB.
class File {
  constructor(path) { this.path = path; this.size = fs.statSync(path).size; }
  slice(start = 0, end = this.size) {
    const bytes = Buffer.alloc(Math.max(0, Math.min(end, this.size) - start));
    const file = fs.openSync(this.path);
    fs.readSync(file, bytes, 0, bytes.length, start);
    fs.closeSync(file);
    return new Blob([bytes]);
  }
  stream() { return this.slice().stream(); }
}

const [path] = process.argv.slice(2);
const seen = await look(new File(path));
if (seen.needed) fs.writeFileSync(`${path}.needed`, Buffer.from(await seen.needed.blob.arrayBuffer()));
const { refusal = "", words = "", conversations = null, isDoubtful = false, needed = null } = seen;
console.log(JSON.stringify({ refusal, words, conversations, isDoubtful, left: needed?.left ?? 0 }));
