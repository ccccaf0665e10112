// Translations come after the message. Those on an open case are fetched again when the event stream
// tells of one, and now and then while one is waited for: what cannot be translated tells nobody.
const { case: openCase } = document.body.dataset;
const WAITING_MS = 5_000;
const PAUSE_MS = 300;

// As they were sent: what the reader has unfolded is no change.
const sent = new Map();
const places = (root) => root.querySelectorAll("[data-translations]");
for (const place of places(document)) sent.set(place.dataset.translations, place.innerHTML);

let timer = 0;

async function refresh() {
  timer = 0;
  try {
    const answer = await fetch(`/admin/cases/${openCase}/translations`, {
      headers: { Accept: "text/html" },
    });
    if (answer.ok) replace(await answer.text());
  } catch {
    // The stream tells that the box is not there.
  }
  waitOn();
}

function replace(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const place of places(fresh)) {
    const name = place.dataset.translations;
    const old = document.querySelector(`[data-translations="${CSS.escape(name)}"]`);
    if (!old || sent.get(name) === place.innerHTML) continue;
    sent.set(name, place.innerHTML);
    old.replaceChildren(...place.childNodes);
  }
}

function schedule(pause) {
  timer ||= setTimeout(refresh, pause);
}

function waitOn() {
  if (!document.hidden && document.querySelector("[data-waiting]")) schedule(WAITING_MS);
}

document.addEventListener("sosbox:change", ({ detail }) => {
  if (String(detail.case) !== openCase || detail.event !== "translated") return;
  clearTimeout(timer);
  timer = 0;
  schedule(PAUSE_MS);
});
document.addEventListener("visibilitychange", waitOn);
waitOn();
