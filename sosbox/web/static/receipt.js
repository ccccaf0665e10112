// Printing needs a script; without one there is no button.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());

// A translation is there in a moment, mostly: looks once more, by itself, and only at those texts.
const LOOK_AGAIN_MS = 2000;
const texts = () => [...document.querySelectorAll(".thread > li")];

async function lookAgain() {
  const response = await fetch(location.pathname + location.search, { credentials: "omit" });
  if (!response.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelectorAll(".thread > li");
  texts().forEach((text, number) => {
    if ("waiting" in text.dataset && fresh[number]) text.replaceWith(fresh[number]);
  });
}

if (document.querySelector("[data-waiting]")) {
  setTimeout(() => lookAgain().catch(() => { /* the page says how to look again */ }), LOOK_AGAIN_MS);
}
