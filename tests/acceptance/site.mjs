// Plays the site: its page, its two routes, and a browser that is signed in.
// What stands in README.md lies beside this file; here is only what surrounds it at Vercel.
import { signIn } from "./utils/supabase/server.mjs";
import { POST as trigger } from "./app/api/soulprint/trigger/route.mjs";
import { GET as status } from "./app/api/soulprint/status/route.mjs";
import { startImport, watchImport } from "./lib/soulprint.mjs";

const routes = { "/api/soulprint/trigger": trigger, "/api/soulprint/status": status };
const outside = globalThis.fetch;
const answers = [];
globalThis.fetch = async (url, options) => {
  if (!(url in routes)) return outside(url, options);
  const answer = await routes[url](new Request(`https://site.example${url}`, options));
  answers.push(answer.status);
  return answer;
};

// The page's clock runs faster here; how long it would have waited is told.
const waits = [];
globalThis.fastTimeout = (wake, wait) => setTimeout(wake, waits.push(wait) && 50);

const tell = (line) => console.log(JSON.stringify(line));
const [path, otherPath] = process.argv.slice(2);

await startImport(path, "upload-1").catch((error) => tell({ signedOut: error.message }));
const session = await signIn("ada@example.org", "correct horse");
const job = await startImport(path, "upload-1");
const again = await startImport(path, "upload-1");
const refused = await startImport(otherPath, "upload-2").catch((error) => error.message);
tell({ started: job.id, isSame: again.id === job.id, refused });

const seen = [];
await watchImport((standing) => seen.push(standing));
const result = await outside(`${process.env.SOULPRINT_URL}/api/soulprints/${job.user_id}/`, {
  headers: { Authorization: `Bearer ${session.access_token}` },
});
tell({ seen, answers: [...new Set(answers)].sort(), waits: [...new Set(waits)], soulprint: await result.json() });
