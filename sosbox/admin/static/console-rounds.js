// A picture of a code is sent as soon as it is taken. Photos are made smaller before: wifi at the end of a corridor is slow.
const LONGEST_SIDE = 2_000;
const QUALITY = 0.85;
const SMALL_BYTES = 400_000;

async function shrunk(file) {
  if (file.size <= SMALL_BYTES) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

async function shrink(input) {
  const [file] = input.files;
  if (!file) return;
  try {
    const small = await shrunk(file);
    if (small === file || input.files[0] !== file) return;
    const chosen = new DataTransfer();
    chosen.items.add(small);
    input.files = chosen.files;
  } catch {
    // What this browser cannot read or put back is sent as it is.
  }
}

for (const form of document.querySelectorAll("form")) {
  const input = form.querySelector("[data-shrink]");
  if (!input) continue;
  if (form.matches("[data-scan]")) {
    const words = form.querySelector("[data-busy]");
    form.classList.add("is-quick");
    input.addEventListener("change", async () => {
      if (!input.files.length) return;
      form.classList.add("is-busy");
      words.textContent = words.dataset.busy;
      await shrink(input);
      form.submit();
    });
    // Whoever comes back to this page takes another picture.
    addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      form.classList.remove("is-busy");
      words.textContent = words.dataset.idle;
      form.reset();
    });
    continue;
  }
  // Whoever presses a button while the photo is being made smaller waits until it is.
  let isBusy = false;
  let pressed = null;
  input.addEventListener("change", async () => {
    isBusy = true;
    await shrink(input);
    isBusy = false;
    if (pressed) form.requestSubmit(pressed);
  });
  form.addEventListener("submit", (event) => {
    if (!isBusy) return;
    event.preventDefault();
    pressed = event.submitter;
  });
}
