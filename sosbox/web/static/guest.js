// Keeps what is typed over reloads, and sends it when the connection is back; for the first message
// and for what is written under the receipt. The form works without all this.

const form = document.getElementById("write");
const text = form.elements.text;
const button = form.querySelector("button[type=submit]");
const offline = document.getElementById("offline");
const left = document.getElementById("left");
const FIELDS = ["text", "kind", "remedy", "name", "email", "phone", "submission_id"];
const KEY = "sosbox:" + location.pathname;
const RETRY_MS = 5000;
const COUNT_FROM = 500;

// Storage may be switched off or full; then the page is as without a script.
const store = {
  load() {
    try { return JSON.parse(localStorage.getItem(KEY)) || null; } catch { return null; }
  },
  save(value) {
    try { localStorage.setItem(KEY, JSON.stringify(value)); } catch { /* nothing to be done */ }
  },
  clear() {
    try { localStorage.removeItem(KEY); } catch { /* nothing to be done */ }
  },
};

function typed() {
  const data = new FormData(form);
  const values = Object.fromEntries(FIELDS.map((name) => [name, data.get(name) || ""]));
  return { ...values, ticket: data.get("ticket"), scanned: form.elements.ticket?.defaultValue };
}

// Where the guest goes on: to the receipt, or on it. On the host that they have reached.
function show(receipt) {
  const { pathname, search } = new URL(receipt || form.action);
  location.replace(pathname + search);
}

function fill(values) {
  for (const name of FIELDS) {
    const field = form.elements[name];
    if (field && values[name]) field.value = values[name];
  }
  fillTicket(values);
  if (values.kind || values.remedy || values.name || values.email || values.phone) {
    form.querySelector("details")?.setAttribute("open", "");
  }
}

// What was typed goes before what the code carries, unless another code was scanned since; a message
// that waits to be sent keeps its own.
function fillTicket({ ticket, scanned, isWaiting }) {
  const field = form.elements.ticket;
  if (typeof ticket !== "string") {
    if (isWaiting && field) field.value = "";
  } else if (!field) {
    form.insertAdjacentHTML("afterbegin", '<input type="hidden" name="ticket">');
    form.elements.ticket.value = ticket;
  } else if (isWaiting || scanned === field.defaultValue) {
    field.value = ticket;
  }
}

function countLeft() {
  const rest = Number(form.dataset.max) - [...text.value].length;
  left.textContent = rest < COUNT_FROM ? `${form.dataset.left} ${rest}` : "";
}

let retryTimer = 0;
let isSending = false;

async function send() {
  if (isSending) return;
  isSending = true;
  clearTimeout(retryTimer);
  button.disabled = true;
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = form.dataset.sending;
  try {
    await form.solved;
    const response = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
      credentials: "omit",
    });
    if (response.status === 201) {
      const { receipt_url } = await response.json();
      store.clear();
      show(receipt_url);
      return;
    }
    if (response.status < 500) {
      // The server's own page says best what is wrong, and keeps what was typed.
      store.clear();
      form.submit();
      return;
    }
    waitForConnection();
  } catch {
    waitForConnection();
  } finally {
    isSending = false;
    button.disabled = false;
    label.textContent = before;
  }
}

function waitForConnection() {
  store.save({ ...typed(), isWaiting: true });
  offline.hidden = false;
  retryTimer = setTimeout(send, RETRY_MS);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
form.addEventListener("input", () => {
  store.save(typed());
  countLeft();
});
addEventListener("online", () => {
  if (store.load()?.isWaiting) send();
});

const kept = store.load();
// What the server has given back with an error is newer than what is kept here.
if (kept && !text.value) {
  fill(kept);
  if (kept.isWaiting) {
    offline.hidden = false;
    send();
  }
}
countLeft();
