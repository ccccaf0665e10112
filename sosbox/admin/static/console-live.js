// Follows the event stream: the list is fetched again when something has happened, the title tells
// how much is new, and an open case says that there is more without touching what is being typed.
const list = document.getElementById("list");
const offline = document.getElementById("offline");
const status = document.getElementById("live-status");
const presence = document.getElementById("presence");
const somethingNew = document.getElementById("something-new");
const openCase = document.body.dataset.case;
const REFRESH_PAUSE_MS = 300;
const CLOCKS_MS = 60_000;
const NOTHING = { num: 0, newest: 0, text: "" };
// What the writer of an answer has to know; not that notices were sent or that somebody has read.
const TELLING = new Set([
  "guest_wrote", "reminded", "answered", "noted", "assigned", "state_changed", "resolved",
  "reopened", "delivery_failed", "acknowledged", "replied",
  "language_changed",
]);

let since = document.body.dataset.ledger;
let source = null;
let refreshTimer = 0;
let isRefreshing = false;
// Whether the bell wants to hear how many cases it rings for, and even while nobody looks.
let bell = { isOn: localStorage.getItem("sosbox:bell") === "on", isAwake: false };
const baseTitle = document.title.replace(/^\(\d+\+?\) /, "");

function listAddress() {
  const query = new URLSearchParams(location.search);
  query.delete("done");
  if (openCase) query.set("open", openCase);
  return `/admin/list?${query}`;
}

function showCounts(counts) {
  for (const badge of document.querySelectorAll("[data-count]")) {
    badge.textContent = counts[badge.dataset.count] ?? "";
  }
  document.title = counts.new ? `(${counts.new}) ${baseTitle}` : baseTitle;
  document.dispatchEvent(new Event("sosbox:title"));
}

async function refresh() {
  if (isRefreshing) return scheduleRefresh();
  isRefreshing = true;
  try {
    const answer = await fetch(listAddress(), { headers: { Accept: "text/html" } });
    if (answer.status === 401) return end();
    if (answer.ok) replaceList(await answer.text());
  } catch {
    // The stream tells that the box is not there.
  } finally {
    isRefreshing = false;
  }
}

function replaceList(html) {
  const focused = list.contains(document.activeElement) && document.activeElement.dataset.case;
  list.innerHTML = html;
  if (focused) list.querySelector(`[data-case="${focused}"]`)?.focus({ preventScroll: true });
  showCounts(list.firstElementChild.dataset);
}

function scheduleRefresh() {
  // Not put off by what comes meanwhile, or a busy hour would show nothing at all.
  refreshTimer ||= setTimeout(() => { refreshTimer = 0; refresh(); }, REFRESH_PAUSE_MS);
}

function onChange(event) {
  since = event.lastEventId || since;
  const change = JSON.parse(event.data);
  scheduleRefresh();
  document.dispatchEvent(new CustomEvent("sosbox:change", { detail: change }));
  if (change.event === "routed") status.textContent = status.dataset.words;
  if (somethingNew && String(change.case) === openCase && TELLING.has(change.event)) {
    somethingNew.hidden = false;
  }
}

function onCounts(event) {
  since = event.lastEventId || since;
  showCounts(JSON.parse(event.data));
}

function tellBell(detail) {
  document.dispatchEvent(new CustomEvent("sosbox:ring", { detail }));
}

function end() {
  source?.close();
  source = null;
  // The login leads back here, and what is typed is kept.
  location.reload();
}

function connect() {
  if (source) return;
  const query = new URLSearchParams({ since });
  if (openCase) query.set("case", openCase);
  if (bell.isOn) query.set("ring", "1");
  source = new EventSource(`/admin/events?${query}`);
  source.addEventListener("change", onChange);
  source.addEventListener("counts", onCounts);
  source.addEventListener("presence", (event) => {
    if (presence) presence.textContent = JSON.parse(event.data).text;
  });
  source.addEventListener("ring", (event) => tellBell(JSON.parse(event.data)));
  source.addEventListener("ended", end);
  source.addEventListener("open", () => { offline.textContent = ""; });
  source.addEventListener("error", () => {
    tellBell(NOTHING);
    offline.textContent = offline.dataset.words;
    // Refused for good, by a box that is there: ask the list whether the session still holds.
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(() => { refresh(); connect(); }, 10_000);
    }
  });
}

function disconnect() {
  source?.close();
  source = null;
  // What is not heard of any more may have been opened long since.
  tellBell(NOTHING);
}

// A browser opens six connections to a box and no more. Cases that nobody looks at give theirs
// back, but for one where it rings; the inbox keeps its own, for the count in its title.
function rest() {
  if (document.hidden && openCase && !bell.isAwake) disconnect();
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    connect();
    scheduleRefresh();
  } else {
    rest();
  }
});
document.addEventListener("sosbox:bell", (event) => {
  const wasOn = bell.isOn;
  bell = event.detail;
  if (bell.isOn !== wasOn) disconnect();
  if (!document.hidden || !openCase || bell.isAwake) connect();
  rest();
});
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
setInterval(() => { if (!document.hidden) refresh(); }, CLOCKS_MS);

connect();
list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
