// Searches the memory without leaving the page.
const form = document.getElementById("ask");
const hits = document.getElementById("hits");
let asked = 0;

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const question = new FormData(form).get("q").trim();
  const mine = (asked += 1);
  if (!question) { hits.replaceChildren(); return; }
  hits.setAttribute("aria-busy", "true");
  let piece;
  try {
    const answer = await fetch(`${form.action}?${new URLSearchParams({ q: question })}`, { headers: { "X-Piece": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    piece = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  } catch {
    piece = document.createElement("div");
    const words = document.createElement("p");
    words.className = "problem";
    words.textContent = "Nobody answers. Is soulprint still running? Ask again in a moment.";
    piece.append(words);
  }
  if (mine !== asked) return;
  hits.removeAttribute("aria-busy");
  hits.replaceChildren(...piece.childNodes);
});
