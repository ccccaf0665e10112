// Printing needs a script; without one there is no button.
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
