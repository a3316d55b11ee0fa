// Tables as tools: sorting in place where every row is there (`data-sortable`), copying as text that
// spreadsheets take (`data-copy`), choosing columns and density (`data-columns`, `data-dense`; remembered
// on this device), arrow keys from row to row, and one tab stop in a grid of links (`data-grid`).

const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });

function value(row, at) {
  const cell = row.cells[at];
  const said = cell?.dataset.value ?? cell?.textContent.trim() ?? "";
  const number = Number(said);
  return said === "" || said === "–" ? null : Number.isNaN(number) ? said : number;
}

function compare(one, other) {
  if (one === null || other === null) return (one === null) - (other === null); // unknown stays last
  if (typeof one === "number" && typeof other === "number") return one - other;
  return collator.compare(one, other);
}

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    if (head.querySelector("a, .visually-hidden")) return;
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = table.tBodies[0];
      const keyed = [...body.rows].map((row) => [value(row, at), row]);
      keyed.sort(([a], [b]) => (down && a !== null && b !== null ? -compare(a, b) : compare(a, b)));
      body.append(...keyed.map(([, row]) => row));
    });
  });
}

const text = (cell) => cell.innerText.replace(/\s+/g, " ").trim().replace(/^([=+\-@])(?=[^\d.])/, "'$1"); // runs nothing

function button(label, act) {
  const made = Object.assign(document.createElement("button"), {
    type: "button", className: "btn btn-link", textContent: label,
  });
  made.addEventListener("click", act);
  return made;
}

function copyable(table, tools) {
  tools.append(
    button(table.dataset.copy, async () => {
      const shown = (cell) => !cell.hidden;
      const rows = [...table.rows].map((row) => [...row.cells].filter(shown).map(text).join("\t"));
      await navigator.clipboard.writeText(rows.join("\n"));
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: table.dataset.copied } }));
    }),
  );
}

// What a person chose for the table of this caption: {dense, without: [labels of hidden columns]}.
const place = (table) => `table ${table.caption?.textContent.trim()}`;
function recall(table) {
  try {
    return JSON.parse(localStorage.getItem(place(table))) ?? {};
  } catch {
    return {};
  }
}
const remember = (table, choice) => localStorage.setItem(place(table), JSON.stringify(choice));

function adjustable(table, tools) {
  const heads = [...table.tHead.rows[0].cells];
  const choice = { dense: table.classList.contains("dense"), without: [], ...recall(table) };
  const labels = heads.map((head) => head.textContent.trim());
  const apply = () => {
    table.classList.toggle("dense", choice.dense);
    dense.setAttribute("aria-pressed", String(choice.dense));
    for (const row of table.rows) {
      labels.forEach((label, at) => {
        if (row.cells[at]) row.cells[at].hidden = choice.without.includes(label);
      });
    }
  };
  const dense = button(table.dataset.dense, () => {
    choice.dense = !choice.dense;
    remember(table, choice);
    apply();
  });
  const menu = Object.assign(document.createElement("details"), { className: "menu up" });
  menu.dataset.menu = "";
  const summary = Object.assign(document.createElement("summary"), { textContent: table.dataset.columns });
  const sheet = Object.assign(document.createElement("div"), { className: "sheet" });
  labels.forEach((label, at) => {
    if (!label || at === 0 || table.tBodies[0].rows[0]?.cells[at]?.matches("th")) return; // a row keeps its name
    const box = Object.assign(document.createElement("input"), {
      type: "checkbox", className: "form-check-input", checked: !choice.without.includes(label),
    });
    box.addEventListener("change", () => {
      choice.without = choice.without.filter((other) => other !== label).concat(box.checked ? [] : label);
      remember(table, choice);
      apply();
    });
    const line = Object.assign(document.createElement("label"), { className: "choice" });
    line.append(box, label);
    sheet.append(line);
  });
  menu.append(summary, sheet);
  tools.append(menu, dense);
  apply();
}

function walkable(table) {
  table.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const cell = event.target.closest("tbody td, tbody th");
    if (!step || !cell || !event.target.matches("a, button")) return;
    const next = table.rows[cell.parentElement.rowIndex + step]?.cells[cell.cellIndex]?.querySelector("a, button");
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function grid(table) {
  const links = () => [...table.tBodies[0].querySelectorAll("td a")];
  links().forEach((link, at) => {
    link.tabIndex = at ? -1 : 0;
  });
  table.addEventListener("focusin", (event) => {
    if (!event.target.matches("td a")) return;
    for (const link of table.querySelectorAll('td a[tabindex="0"]')) link.tabIndex = -1;
    event.target.tabIndex = 0;
  });
  table.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    const cell = event.target.closest("td");
    if (!move || !cell) return;
    event.preventDefault();
    let row = cell.parentElement.rowIndex;
    let column = cell.cellIndex;
    for (;;) {
      row += move[0];
      column += move[1];
      const next = table.rows[row]?.cells[column];
      if (!next || next.matches("th")) return;
      const link = next.querySelector("a");
      if (link) {
        link.focus();
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
        return;
      }
    }
  });
}

function enhance() {
  for (const table of document.querySelectorAll("table:not([data-ready])")) {
    table.dataset.ready = "1";
    if ("sortable" in table.dataset) sortable(table);
    const tools = table.closest(".table-wrap")?.nextElementSibling; // the page keeps its place free
    const free = tools?.matches(".table-tools") ? tools : null;
    if (free && table.dataset.columns && table.tHead.rows[0].cells.length > 3) adjustable(table, free);
    if (free && table.dataset.copy && navigator.clipboard) copyable(table, free);
    if ("grid" in table.dataset) grid(table);
    else if (table.tBodies.length) walkable(table);
  }
}
enhance();
document.addEventListener("htmx:load", enhance);
