// Files of models are sent one after the other, with a bar that shows how far; and what is under way
// on the box is looked at every second, as long as somebody looks.
const LIVE = "/admin/settings/languages/live";
const PAUSE_MS = 1_000;
// The worker says a moment after a job what can be translated now: it is looked at so often still.
const ROUNDS_AFTER = 5;

// What is under way ---------------------------------------------------------------------------------

const parts = (root) => root.querySelectorAll("[data-live]");
const sent = new Map();
for (const part of parts(document)) sent.set(part.dataset.live, part.innerHTML);

let timer = 0;
let rounds = document.querySelector("[data-coming]") ? ROUNDS_AFTER : 0;

async function refresh() {
  timer = 0;
  rounds -= 1;
  try {
    const answer = await fetch(LIVE, { headers: { Accept: "text/html" } });
    // Whoever was logged out sees so with the next click.
    if (answer.ok) replace(await answer.text());
    else if (answer.status === 401) return;
  } catch {
    // The box is starting anew: it is asked again.
  }
  waitOn();
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of parts(fresh)) {
    const name = part.dataset.live;
    const old = document.querySelector(`[data-live="${CSS.escape(name)}"]`);
    if (!old || sent.get(name) === part.innerHTML) continue;
    sent.set(name, part.innerHTML);
    const unfolded = [...old.querySelectorAll("details[open][id]")].map(({ id }) => id);
    const focused = old.contains(document.activeElement) && document.activeElement.closest("[id]");
    old.replaceChildren(...part.childNodes);
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused.id)?.querySelector("button, summary")?.focus();
  }
}

function waitOn() {
  if (document.querySelector("#jobs[data-open]")) rounds = ROUNDS_AFTER;
  if (document.hidden || rounds <= 0) return;
  timer ||= setTimeout(refresh, PAUSE_MS);
}

document.addEventListener("visibilitychange", waitOn);
waitOn();

// Sending -------------------------------------------------------------------------------------------

const form = document.querySelector("form[data-upload]");
let request = null;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function send(file, onProgress) {
  return new Promise((resolve) => {
    const body = new FormData();
    body.append("csrf", form.elements.csrf.value);
    body.append("file", file);
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(Math.floor((100 * loaded) / total));
    request.onload = () => resolve(outcome(request, file));
    request.onerror = () => resolve(fill(form.dataset.broken, { name: file.name }));
    request.onabort = () => resolve(null);
    request.send(body);
  });
}

// What went wrong, in words; empty if nothing did.
function outcome({ status, response }, file) {
  if (status === 201) return "";
  return response?.problem ?? fill(form.dataset.loggedOut, { name: file.name });
}

async function sendAll(files) {
  const box = form.querySelector(".sending");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[role=status]");
  let problem = "";
  for (const file of files) {
    const show = (percent) => {
      bar.value = percent;
      words.textContent = fill(form.dataset.sending, { name: file.name, percent });
    };
    show(0);
    problem = tooLarge(file) || (await send(file, show));
    if (problem !== "") break;
    words.textContent = fill(form.dataset.arrived, { name: file.name });
    await refresh();
  }
  return problem;
}

function tooLarge(file) {
  return file.size > Number(form.dataset.max)
    ? fill(form.dataset.tooLarge, { name: file.name })
    : "";
}

function setSending(isSending) {
  form.querySelector(".sending").hidden = !isSending;
  form.querySelector("button[type=submit]").hidden = isSending;
  form.elements.file.disabled = isSending;
  const guard = isSending ? addEventListener : removeEventListener;
  guard("beforeunload", ask);
}

function ask(event) {
  event.preventDefault();
}

form?.addEventListener("submit", async (event) => {
  const files = [...form.elements.file.files];
  if (!files.length) return;
  event.preventDefault();
  const problem = form.querySelector("[data-problem]");
  problem.hidden = true;
  setSending(true);
  const wrong = await sendAll(files);
  setSending(false);
  if (wrong) {
    problem.textContent = wrong;
    problem.hidden = false;
  } else {
    form.reset();
    document.getElementById("jobs")?.scrollIntoView({ block: "nearest" });
  }
});

form?.querySelector("[data-cancel]").addEventListener("click", () => request?.abort());
