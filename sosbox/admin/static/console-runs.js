// What is being printed is looked at every second, as long as somebody looks.
const PAUSE_MS = 1_000;
const place = document.querySelector("[data-runs]");
let sent = place.innerHTML;
let timer = 0;

async function refresh() {
  timer = 0;
  try {
    const answer = await fetch(place.dataset.runs, { headers: { Accept: "text/html" } });
    // Whoever was logged out sees so with the next click.
    if (answer.ok) replace(await answer.text());
    else if (answer.status === 401) return;
  } catch {
    // The box is starting anew: it is asked again.
  }
  waitOn();
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-runs]");
  if (!fresh || fresh.innerHTML === sent) return;
  sent = fresh.innerHTML;
  const unfolded = [...place.querySelectorAll("details[open][id]")].map(({ id }) => id);
  const focused = place.contains(document.activeElement) && document.activeElement;
  const address = focused && focused.getAttribute("href");
  place.replaceChildren(...fresh.childNodes);
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  if (address) place.querySelector(`[href="${CSS.escape(address)}"]`)?.focus();
}

function waitOn() {
  if (document.hidden || !place.querySelector("[data-open]")) return;
  timer ||= setTimeout(refresh, PAUSE_MS);
}

document.addEventListener("visibilitychange", waitOn);
waitOn();
