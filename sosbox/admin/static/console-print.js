// While somebody chooses, the picture of what comes out follows. Whole areas and their access points
// are ticked together, and typing shows only what has it in its name.
const form = document.querySelector("form[data-print]");
const look = form.querySelector("[data-look]");
const PAUSE_MS = 350;

// The picture ---------------------------------------------------------------------------------------

let size = new URLSearchParams(location.search).get("look") ?? "";
let timer = 0;
let asked = null;

// The choices as an address carries them: of an area that is chosen as a whole only its number.
function query() {
  const chosen = new URLSearchParams();
  const whole = new Set();
  for (const area of form.querySelectorAll("[data-area]")) {
    if (!head(area).checked) continue;
    for (const point of points(area)) whole.add(point.value);
  }
  for (const [name, value] of new FormData(form)) {
    if (name !== "points" || !whole.has(value)) chosen.append(name, value);
  }
  if (size) chosen.append("look", size);
  return chosen.toString();
}

async function refresh() {
  asked?.abort();
  const mine = (asked = new AbortController());
  const choices = query();
  history.replaceState(null, "", `?${choices}`);
  look.classList.add("is-waiting");
  try {
    const answer = await fetch(`${form.dataset.live}?${choices}`, {
      headers: { Accept: "text/html" },
      signal: mine.signal,
    });
    if (answer.ok) show(await answer.text());
    else if (answer.status === 401) location.reload();
  } catch {
    // Something else was chosen meanwhile, or the box is starting anew.
  }
  if (asked === mine) look.classList.remove("is-waiting");
}

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-look]");
  if (fresh) look.replaceChildren(...fresh.childNodes);
}

function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE_MS);
}

look.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-size]");
  if (!link) return;
  event.preventDefault();
  ({ size } = link.dataset);
  refresh();
});
form.querySelector("[data-reload]").hidden = true;
form.addEventListener("submit", (event) => {
  if (event.submitter?.name === "csrf") return;
  event.preventDefault();
  refresh();
});

// Whole areas ---------------------------------------------------------------------------------------

const all = form.elements.all;
const head = (area) => area.querySelector("[name=areas]");
const points = (area) => area.querySelectorAll("[name=points]");

function spread(target) {
  if (target === all) {
    for (const area of form.querySelectorAll("[data-area]")) tick(area, all.checked);
    return;
  }
  const area = target.closest("[data-area]");
  if (!area) return;
  if (target === head(area)) tick(area, target.checked);
  gather();
}

function tick(area, isOn) {
  for (const box of [head(area), ...points(area)]) box.checked = isOn;
  head(area).indeterminate = false;
}

function gather() {
  let isEverything = true;
  for (const area of form.querySelectorAll("[data-area]")) {
    const chosen = [...points(area)].filter((point) => point.checked).length;
    head(area).checked = chosen === points(area).length;
    head(area).indeterminate = chosen > 0 && !head(area).checked;
    isEverything &&= head(area).checked;
  }
  if (all) all.checked = isEverything;
}

form.addEventListener("change", ({ target }) => {
  if (target.id === "filter") return;
  spread(target);
  if (target.name === "what" && target.checked) size = target.value;
  refreshSoon();
});
form.addEventListener("input", ({ target }) => {
  if (target.type === "number") refreshSoon();
});

// Typing --------------------------------------------------------------------------------------------

const filter = form.querySelector("[data-filter]");
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function narrow(wish) {
  let isFound = false;
  for (const area of form.querySelectorAll("[data-area]")) {
    const isWhole = plain(head(area).closest("label").textContent).includes(wish);
    let num = 0;
    for (const point of points(area)) {
      const label = point.closest("label");
      label.hidden = !isWhole && !plain(label.textContent).includes(wish);
      num += label.hidden ? 0 : 1;
    }
    area.hidden = num === 0;
    isFound ||= num > 0;
    if (wish && !isWhole && num) area.querySelector("details").open = true;
  }
  form.querySelector("[data-none]").hidden = isFound;
  form.querySelector("[data-all]").hidden = wish !== "";
}

if (filter) {
  filter.hidden = false;
  filter.addEventListener("input", ({ target }) => narrow(plain(target.value.trim())));
}

for (const area of form.querySelectorAll("[data-area]")) if (head(area).checked) tick(area, true);
if (all?.checked) spread(all);
else gather();
refresh();
