// Rings while there are new messages that nobody has opened: a sound, the title, a notification of
// the desktop. Switched on for each device by a click, as browsers demand before a page may make
// sounds. Of several tabs one sounds; each flashes its own title.
const STORED = "sosbox:bell";
const QUIET_UNTIL = "sosbox:bell-quiet";
const LAST_CHIME = "sosbox:bell-chimed";
const LAST_TOLD = "sosbox:bell-told";
const QUIET_MS = 10 * 60_000;
const CHIME_EVERY_S = 8;
// How long tabs wait for what others have to say.
const HEARING_S = 0.2;
const FLASH_MS = 1_000;

const button = document.getElementById("bell-switch");
const banner = document.getElementById("bell");
const words = document.getElementById("bell-words");
const quietButton = document.getElementById("bell-quiet");
const openLink = document.getElementById("bell-open");
const tabs = new BroadcastChannel(STORED);
const holdsStill = matchMedia("(prefers-reduced-motion: reduce)");
const chance = Math.random();

let ring = { num: 0, newest: 0, text: "" };
let audio = null;
let plainTitle = document.title;
let flashTimer = 0;
let quietTimer = 0;
let notification = null;
let isChiming = false;
let isOutbid = false;
let isAwake = false;
let wantsToBeAwake = false;

const stored = (key) => Number(localStorage.getItem(key)) || 0;
const isOn = () => localStorage.getItem(STORED) === "on";
const isQuiet = () => Date.now() < stored(QUIET_UNTIL);
const isRinging = () => isOn() && ring.num > 0 && !isQuiet();
const maySound = () => audio?.state === "running";
// The tab with the lowest number acts for all: one that somebody looks at before others.
const rank = () => (document.hidden ? 1 : 0) + chance;

// Sound ------------------------------------------------------------------------------------------

// Works only once somebody has touched this page, or the one that led to it.
function allowSound() {
  if (!audio) {
    audio = new AudioContext();
    audio.addEventListener("statechange", update);
  }
  return audio.resume();
}

function chime() {
  localStorage.setItem(LAST_CHIME, Date.now());
  for (const [at, hertz] of [[0, 880], [0.22, 660], [0.44, 880]]) {
    const from = audio.currentTime + at;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.4, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.6);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.6);
  }
}

// Timers of a tab that nobody looks at may be put off by a minute; the clock of its sound is not.
function soundless(seconds) {
  return new Promise((resolve) => {
    const silence = audio.createConstantSource();
    const volume = audio.createGain();
    volume.gain.value = 0;
    silence.addEventListener("ended", resolve);
    silence.connect(volume).connect(audio.destination);
    silence.start();
    silence.stop(audio.currentTime + seconds);
  });
}

async function keepChiming() {
  if (isChiming) return;
  isChiming = true;
  while (isRinging() && maySound()) {
    const since = (Date.now() - stored(LAST_CHIME)) / 1_000;
    if (since >= 0 && since < CHIME_EVERY_S) await soundless(CHIME_EVERY_S - since);
    else if (!(await isMyTurn())) await soundless(1);
    else if (isRinging()) chime();
  }
  isChiming = false;
}

// Several tabs -----------------------------------------------------------------------------------

async function isMyTurn() {
  isOutbid = false;
  tabs.postMessage({ bid: rank() });
  await soundless(HEARING_S);
  return !isOutbid;
}

// A page of a case gives its connection back while nobody looks at it. One of them keeps it, or
// nothing would ring while the reader is elsewhere.
async function keepOneAwake() {
  if (!document.hidden || !isOn() || isAwake) return;
  wantsToBeAwake = true;
  tabs.postMessage({ asksWhoIsAwake: rank() });
  await new Promise((resolve) => { setTimeout(resolve, HEARING_S * 1_000); });
  isAwake = wantsToBeAwake && document.hidden;
  wantsToBeAwake = false;
  tellLive();
}

tabs.addEventListener("message", ({ data }) => {
  if (data.bid < rank()) isOutbid = true;
  else if (data.bid && isRinging() && maySound()) tabs.postMessage({ bid: rank() });
  if (data.asksWhoIsAwake && isOn()) {
    const goesFirst = wantsToBeAwake && rank() < data.asksWhoIsAwake;
    if (isAwake || !document.hidden || !document.body.dataset.case || goesFirst) {
      tabs.postMessage({ isAwake: true });
    }
  }
  if (data.isAwake) wantsToBeAwake = false;
  if (data.isLeaving) keepOneAwake();
});

function tellLive() {
  const detail = { isOn: isOn(), isAwake };
  document.dispatchEvent(new CustomEvent("sosbox:bell", { detail }));
}

// What is seen -----------------------------------------------------------------------------------

function showBanner() {
  const isBlocked = isOn() && !maySound();
  banner.hidden = !isOn() || (ring.num === 0 && !isBlocked);
  openLink.hidden = quietButton.hidden = ring.num === 0;
  openLink.href = `/admin/cases/${ring.newest}`;
  quietButton.textContent = isQuiet() ? quietButton.dataset.again : quietButton.dataset.quiet;
  const time = new Date(stored(QUIET_UNTIL)).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit",
  });
  const quiet = isQuiet() && ring.num > 0 ? words.dataset.quiet.replace("{time}", time) : "";
  const blocked = isBlocked && !quiet ? words.dataset.blocked : "";
  const text = [ring.text, quiet || blocked].filter(Boolean).join(" · ");
  // Said again to those who listen only when it is something else.
  if (words.textContent !== text) words.textContent = text;
  banner.classList.toggle("is-ringing", isRinging());
}

function flashTitle() {
  const isPlain = document.title === plainTitle;
  document.title = isPlain || holdsStill.matches ? `🔔 ${ring.text}` : plainTitle;
}

function showTitle() {
  if (isRinging() && !flashTimer) {
    flashTimer = setInterval(flashTitle, FLASH_MS);
    flashTitle();
  } else if (!isRinging() && flashTimer) {
    clearInterval(flashTimer);
    flashTimer = 0;
    document.title = plainTitle;
  }
}

// Browsers allow it over HTTPS alone; elsewhere sound and title have to do. The tag makes one of
// what several tabs say.
function notify() {
  if (!isRinging()) {
    notification?.close();
    notification = null;
  } else if (ring.newest > stored(LAST_TOLD)) {
    localStorage.setItem(LAST_TOLD, ring.newest);
    if (document.hasFocus() || !window.isSecureContext || !("Notification" in window)) return;
    const address = openLink.href;
    try {
      notification = new Notification(ring.text, { tag: STORED });
    } catch {
      return; // phones show notifications of installed programs alone
    }
    notification.addEventListener("click", () => { focus(); location.assign(address); });
  }
}

function update() {
  button.setAttribute("aria-pressed", isOn());
  clearTimeout(quietTimer);
  if (isQuiet()) quietTimer = setTimeout(update, stored(QUIET_UNTIL) - Date.now());
  showBanner();
  showTitle();
  notify();
  keepChiming();
}

// What is done -----------------------------------------------------------------------------------

button.addEventListener("click", async () => {
  localStorage.setItem(STORED, isOn() ? "off" : "on");
  update();
  tellLive();
  if (!isOn()) return;
  if (window.isSecureContext && "Notification" in window) Notification.requestPermission();
  await allowSound();
  // So that whoever switches it on knows what to listen for.
  if (!isRinging()) chime();
  update();
});
quietButton.addEventListener("click", () => {
  localStorage.setItem(QUIET_UNTIL, isQuiet() ? 0 : Date.now() + QUIET_MS);
  update();
});
document.addEventListener("sosbox:ring", (event) => {
  ring = event.detail;
  update();
});
document.addEventListener("sosbox:title", () => { plainTitle = document.title; });
document.addEventListener("visibilitychange", () => {
  isAwake = false;
  keepOneAwake();
});
addEventListener("storage", (event) => {
  if (event.key === STORED) tellLive();
  if (event.key === STORED || event.key === QUIET_UNTIL) update();
});
for (const touch of ["pointerdown", "keydown"]) {
  addEventListener(touch, () => { if (isOn() && !maySound()) allowSound(); });
}
addEventListener("pagehide", () => tabs.postMessage({ isLeaving: true }));

button.hidden = false;
if (isOn()) allowSound();
update();
