// Asks before leaving a form that holds unsaved answers: `<form data-dirty>`.

const changed = new Set();

for (const form of document.querySelectorAll("form[data-dirty]")) {
  form.addEventListener("input", () => changed.add(form));
  form.addEventListener("change", () => changed.add(form));
  form.addEventListener("submit", () => changed.delete(form));
  form.addEventListener("saved", ({ detail }) => detail.whole && changed.delete(form)); // autosave.js says so
}

window.addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});
