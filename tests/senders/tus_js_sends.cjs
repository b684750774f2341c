// Uploads a file with the tus-js-client that our page uses; Node lends it sockets.
// node tus_js_sends.cjs TUS_MIN_JS ENDPOINT SERVICE_KEY USER_ID FILE WAIT_MS PIECE
const http = require("node:http");
const fs = require("node:fs");
const [library, endpoint, key, userId, file, waitMs, piece] = process.argv.slice(2);
const tus = require(library);

class Answer {
  constructor(message, body) { this.message = message; this.body = body; }
  getStatus() { return this.message.statusCode; }
  getHeader(name) { return this.message.headers[name.toLowerCase()]; }
  getBody() { return this.body; }
  getUnderlyingObject() { return this.message; }
}

class Request {
  constructor(method, url) { this.method = method; this.url = url; this.headers = {}; this.progress = () => {}; }
  getMethod() { return this.method; }
  getURL() { return this.url; }
  setHeader(name, value) { this.headers[name] = value; }
  getHeader(name) { return this.headers[name]; }
  setProgressHandler(handler) { this.progress = handler; }
  getUnderlyingObject() { return this; }
  async send(body) {
    const bytes = body ? Buffer.from(await body.arrayBuffer()) : Buffer.alloc(0);
    const headers = { ...this.headers, "Content-Length": bytes.length };
    return new Promise((resolve, reject) => {
      const sent = http.request(this.url, { method: this.method, headers, agent: false }, (message) => {
        let told = "";
        message.on("data", (data) => { told += data; });
        message.on("end", () => resolve(new Answer(message, told)));
        message.on("error", reject);
      });
      sent.on("error", reject);
      sent.end(bytes);
    });
  }
  abort() { return Promise.resolve(); }
}

(async () => {
  const blob = await fs.openAsBlob(file);
  let path = "";
  const upload = new tus.Upload(blob, {
    endpoint, chunkSize: Number(piece),
    httpStack: { createRequest: (method, url) => new Request(method, url), getName: () => "node" },
    headers: { Authorization: `Bearer ${key}` },
    metadata: { filename: "export.zip", user_id: userId },
    retryDelays: Array(300).fill(Number(waitMs)),
    storeFingerprintForResuming: false,
    onAfterResponse: (request, answer) => { path = answer.getHeader("Soulprint-Storage-Path") || path; },
    onError: (error) => { console.error(String(error)); process.exit(1); },
    onSuccess: () => { console.log(path); process.exit(0); },
  });
  upload.start();
})();
