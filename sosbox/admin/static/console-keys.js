// Single keys, which can be switched off (somebody who dictates would set them off by speaking).
const STORED = "sosbox:keys";
const dialog = document.getElementById("help");
const button = document.getElementById("help-button");
const choice = document.getElementById("use-keys");

const areOn = () => localStorage.getItem(STORED) !== "off";
const rows = () => [...document.querySelectorAll("#list a.row")];

function move(step) {
  const all = rows();
  if (!all.length) return;
  const from = all.findIndex((row) => row === document.activeElement);
  const current = from >= 0 ? from : all.findIndex((row) => row.hasAttribute("aria-current"));
  const next = current < 0 ? 0 : Math.min(Math.max(current + step, 0), all.length - 1);
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function write(id) {
  const field = document.getElementById(id);
  if (!field) return false;
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  return true;
}

const actions = {
  j: () => move(1),
  k: () => move(-1),
  r: () => write("answer"),
  n: () => write("note"),
  "/": () => write("q"),
  "?": () => dialog.showModal(),
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (dialog.open || !areOn()) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

choice.checked = areOn();
choice.addEventListener("change", () => {
  localStorage.setItem(STORED, choice.checked ? "on" : "off");
});
button.hidden = false;
button.addEventListener("click", () => dialog.showModal());

// Where there is room, the filters stand open beside the list.
const filters = document.querySelector(".more-filters");
if (filters) {
  const wide = matchMedia("(min-width: 1200px)");
  const follow = () => { if (wide.matches) filters.open = true; };
  follow();
  wide.addEventListener("change", follow);
}
