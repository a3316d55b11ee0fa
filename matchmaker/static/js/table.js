// Tables as tools: sorting in place where every row is there (`data-sortable`), copying as text that
// spreadsheets take (`data-copy`), and one tab stop with arrow keys in a grid of links (`data-grid`).

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

function copyable(table) {
  const button = Object.assign(document.createElement("button"), {
    type: "button", className: "btn btn-link", textContent: table.dataset.copy,
  });
  const tools = table.closest(".table-wrap")?.nextElementSibling; // the page keeps its place free
  if (!tools?.matches(".table-tools")) return;
  tools.append(button);
  button.addEventListener("click", async () => {
    const rows = [...table.rows].map((row) => [...row.cells].map(text).join("\t"));
    await navigator.clipboard.writeText(rows.join("\n"));
    document.dispatchEvent(new CustomEvent("toast", { detail: { text: table.dataset.copied } }));
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
    if (table.dataset.copy && navigator.clipboard) copyable(table);
    if ("grid" in table.dataset) grid(table);
  }
}
enhance();
document.addEventListener("htmx:load", enhance);
