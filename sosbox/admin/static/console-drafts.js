// What is being written on a case outlives a reload, another page and a session that ends. It stays
// in this tab, and is forgotten once the server has taken it.
const { account, done } = document.body.dataset;
const caseId = document.body.dataset.case;
const keyOf = (field) => `sosbox:draft:${account}:${caseId}:${field.dataset.draft}`;
const takenBy = { answer: "answer", note: "note", resolve: "outcome" };

for (const field of document.querySelectorAll("textarea[data-draft]")) {
  const key = keyOf(field);
  if (takenBy[done] === field.dataset.draft) sessionStorage.removeItem(key);
  const draft = sessionStorage.getItem(key);
  if (draft && !field.value) {
    field.value = draft;
    field.closest("details")?.setAttribute("open", "");
  }
  field.addEventListener("input", () => {
    if (field.value) sessionStorage.setItem(key, field.value);
    else sessionStorage.removeItem(key);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit();
    }
  });
}

// A reload must not say again that something was done.
if (done) {
  const address = new URL(location.href);
  address.searchParams.delete("done");
  history.replaceState(null, "", address);
}

// Two presses are one answer.
for (const form of document.querySelectorAll("form[data-draft-form]")) {
  form.addEventListener("submit", () => {
    const buttons = form.querySelectorAll("button[type=submit]");
    const disable = (isDisabled) => { for (const button of buttons) button.disabled = isDisabled; };
    setTimeout(() => disable(true));
    addEventListener("pageshow", () => disable(false), { once: true });
  });
}
