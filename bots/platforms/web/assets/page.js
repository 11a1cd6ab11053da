/* What moves on a page: a form is answered within it, and a chat that is open hears what comes. Without this file
   every form still works, and its answer is a page. */

"use strict";

const IN_PAGE = { "x-reseau-in-page": "1" };
const AGAIN = 5000; // milliseconds between two looks for notices

/** Tell this sending from the next one: what is pressed twice at once is done once, what is pressed again is new. */
function renew(form) {
  const event = form.querySelector("input[name=event]");
  if (event) event.value = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join("");
}

/** Put what was answered into its place: a chat grows, another place shows the last answer. */
function show(place, html) {
  const chat = place.id === "log";
  if (!chat) place.replaceChildren();
  const known = place.childElementCount;
  place.insertAdjacentHTML("beforeend", html);
  const first = place.children[known];
  // Whoever pressed a button that is gone by now goes on from the answer, not from the top of the page.
  if (first && document.activeElement === document.body) {
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  }
  if (chat && first) first.scrollIntoView({ block: "start" });
  else if (first) first.scrollIntoView({ block: "nearest" });
}

/** What was answered, as HTML; a sentence alone is text. */
async function words(answer) {
  const text = await answer.text();
  if (answer.headers.get("content-type").startsWith("text/html")) return text;
  const sentence = document.createElement("p");
  sentence.className = "notice";
  sentence.textContent = text;
  return sentence.outerHTML;
}

/** Say what is seen on the page already to whoever only hears it. */
function tell(html) {
  const card = new DOMParser().parseFromString(html, "text/html");
  document.getElementById("heard").textContent = card.querySelector("h3")?.textContent ?? "";
}

/** Draw what may have changed anew, from the page itself. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["live", "more-live"]) {
    const [before, now] = [document.getElementById(id), page.getElementById(id)];
    if (before && now) before.replaceWith(document.adoptNode(now));
  }
}

async function send(form, submitter) {
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  form.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams(new FormData(form, submitter));
    const answer = await fetch(form.action, { method: "POST", headers: IN_PAGE, body });
    // The page is of another session by now. Words are kept, so that they can be taken along.
    const typed = [...form.querySelectorAll("textarea")].some((words) => words.value.trim());
    const stale = answer.status === 401 || (answer.status === 403 && !typed);
    if (stale || form.dataset.then === "reload") return location.reload();
    const done = answer.headers.get("x-reseau-done");
    const html = await words(answer);
    if (done && form.dataset.then === "quiet") tell(html);
    else show(document.getElementById(form.dataset.into), html);
    if (done) await refresh();
    if (answer.ok && form.dataset.once) form.remove();
    if (answer.ok) for (const words of form.querySelectorAll("textarea")) words.value = "";
  } catch {
    if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
    form.submit(); // the network between us is away: the browser says so better than we could
  } finally {
    renew(form);
    delete form.dataset.sending;
    form.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.into || !document.getElementById(form.dataset.into)) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  const line = event.target;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || line.id !== "line") return;
  event.preventDefault();
  if (line.value.trim()) line.form.requestSubmit();
});

const log = document.getElementById("log");

async function hear() {
  if (document.hidden) return;
  const answer = await fetch(`/chat/news?after=${log.dataset.last}`).catch(() => null);
  if (!answer || !answer.ok) return;
  const last = answer.headers.get("x-reseau-last");
  if (last === log.dataset.last) return;
  log.dataset.last = last;
  show(log, await answer.text());
}

if (log) {
  log.scrollTop = log.scrollHeight;
  setInterval(hear, AGAIN);
}
