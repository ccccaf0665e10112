// Whoever comes here other than because a session has ended starts afresh: what the last person
// was writing in this tab is not for them.
const form = document.querySelector("form[data-forget-drafts]");
if (form) {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith("sosbox:draft:")) sessionStorage.removeItem(key);
  }
}
