// Colours are typed or chosen: the two fields follow each other, and the sheet of paper follows them.
const HEX = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i;

function asColor(text) {
  const found = HEX.exec(text.trim());
  if (!found) return "";
  const digits = found[1].length === 3 ? [...found[1]].map((digit) => digit + digit).join("") : found[1];
  return `#${digits.toLowerCase()}`;
}

const shown = new Map();
const paper = document.querySelector("[data-preview]");

function paint() {
  for (const part of paper.querySelectorAll("[data-of]")) part.setAttribute("fill", shown.get(part.dataset.of));
  for (const part of paper.querySelectorAll("[data-line]")) part.setAttribute("stroke", shown.get(part.dataset.line));
}

const fields = document.querySelectorAll("[data-color]");
for (const field of fields) {
  const [text, picker] = field.querySelectorAll("input");
  const swatch = field.querySelector("rect");
  const show = () => {
    const color = asColor(text.value) || swatch.dataset.otherwise;
    swatch.setAttribute("fill", color);
    picker.value = color;
    shown.set(text.name, color);
    if (shown.size === fields.length) paint();
  };
  picker.hidden = text.matches(":disabled");
  text.addEventListener("input", show);
  picker.addEventListener("input", () => {
    text.value = picker.value;
    show();
  });
  show();
}
