// The documented flow of a JavaScript client: trigger, poll with the ETag, read the result.
// With a service key, or as the user who signs in, in the way of supabase-js.
const [base, userId, key, auth] = process.argv.slice(2);
const authorized = { Authorization: `Bearer ${key || (await signIn()).access_token}` };
const told = [];

async function signIn() {
  const answer = await fetch(`${auth}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: "sb_publishable_x", "Content-Type": "application/json;charset=UTF-8" },
    body: JSON.stringify({ email: "ada@example.org", password: "correct horse", gotrue_meta_security: {} }),
  });
  return answer.json();
}

const started = await fetch(`${base}/api/imports/`, {
  method: "POST",
  headers: { ...authorized, "Content-Type": "application/json", "Idempotency-Key": "flow-1" },
  body: JSON.stringify({ user_id: userId, storage_path: `imports/${userId}/export.zip` }),
});
const job = await started.json();
told.push([started.status, job.status, Number(started.headers.get("Retry-After"))]);

const where = new URL(started.headers.get("Location"), base);
const first = await fetch(where, { headers: authorized });
told.push([first.status, (await first.json()).id === job.id]);

const again = await fetch(where, {
  headers: { ...authorized, "If-None-Match": first.headers.get("ETag") },
});
told.push([again.status, await again.text()]);

const stopped = await fetch(job.links.cancel, { method: "POST", headers: authorized });
told.push([stopped.status, (await stopped.json()).status]);

const changed = await fetch(where, {
  headers: { ...authorized, "If-None-Match": first.headers.get("ETag") },
});
told.push([changed.status, (await changed.json()).import_status]);

const soulprint = await fetch(job.links.soulprint, { headers: authorized });
told.push([soulprint.status, (await soulprint.json()).code]);

console.log(JSON.stringify(told));
