// Every page: menus that close, bars with undo, counters, the first message of a refused form.
// Everything here is comfort; the page works without it.

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.querySelector("[data-summary]")?.focus();
document.querySelector("[data-summary]")?.addEventListener("click", (event) => {
  const field = document.getElementById(event.target.closest("a")?.hash.slice(1) ?? "");
  if (!field) return;
  event.preventDefault();
  const input = field.matches("fieldset") ? field.querySelector("input, select, textarea") : field;
  const shown = input.closest("[data-field-picker]")?.querySelector("[role=combobox]") ?? input;
  shown.focus();
  shown.closest(".field")?.scrollIntoView({ block: "center" });
});

function count(line) {
  const input = document.getElementById(line.dataset.counter);
  if (!input || !line.dataset.text || line.dataset.ready) return;
  line.dataset.ready = "1";
  const most = Number(input.getAttribute("maxlength"));
  const show = () => {
    const used = [...input.value].length;
    line.textContent = line.dataset.text.replace("{used}", used).replace("{most}", most);
    line.classList.toggle("over", used > most);
  };
  input.addEventListener("input", show);
  show();
}
const countAll = () => document.querySelectorAll("[data-counter]").forEach(count);
countAll();

const HELD = 10_000; // milliseconds a bar with undo stays, longer while it is pointed at
const region = document.getElementById("toasts");

// Show {text, undo, method} for ten seconds. `undo` is an address that takes the change back; the
// answer is swapped by htmx when `target` is given, else the page is loaded anew.
export function toast({ text, undo, target }) {
  if (!region) return;
  const bar = document.createElement("div");
  bar.className = "toast-bar";
  bar.append(Object.assign(document.createElement("span"), { textContent: text }));
  if (undo) bar.append(button(region.dataset.undo, () => takeBack(bar, undo, target)));
  bar.append(button(region.dataset.close, () => bar.remove(), "plain"));
  region.append(bar);
  let timer = setTimeout(() => bar.remove(), HELD);
  for (const stay of ["pointerenter", "focusin"]) bar.addEventListener(stay, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) {
    bar.addEventListener(go, () => {
      clearTimeout(timer);
      timer = setTimeout(() => bar.remove(), HELD);
    });
  }
}

function button(label, act, style = "") {
  const made = Object.assign(document.createElement("button"), {
    type: "button", textContent: label, className: style,
  });
  made.addEventListener("click", act);
  return made;
}

async function takeBack(bar, undo, target) {
  bar.remove();
  if (target && window.htmx) {
    await window.htmx.ajax("POST", undo, { target, swap: "outerHTML" });
    return;
  }
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  const answer = await fetch(undo, { method: "POST", headers }).catch(() => null);
  if (answer?.ok) window.location.reload();
  else toast({ text: answer ? region.dataset.failed : region.dataset.offline });
}

document.addEventListener("toast", (event) => toast(event.detail));
document.addEventListener("htmx:responseError", () => toast({ text: region.dataset.failed }));
document.addEventListener("htmx:sendError", () => toast({ text: region.dataset.offline }));
document.addEventListener("htmx:load", countAll);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !region) return;
  region.replaceChildren();
});
