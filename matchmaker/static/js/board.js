// The planning board: a meeting is moved by dragging, or by keys: arrows move the focus, Enter picks up
// and drops, Escape lets go, U takes the last move back, X selects a pair that has no place. The server decides and answers the board anew.
//
//   <div class="board" id="board" data-board="address to post to" data-undo="address" data-say-…="words">
//     <table> … <td data-place="table:slot"> <button class="piece" data-meeting="id">…</button> </td> …
//
// Posts meeting, place; the answer replaces #board, the header HX-Trigger may carry a toast.

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

class Board {
  constructor(root) {
    this.root = root;
    this.held = null;
    this.status = root.querySelector("[data-status]");
    root.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("focusin", (event) => this.roam(event.target.closest("td[data-place]")));
    root.addEventListener("change", (event) => event.target.name === "all" && this.all(event.target));
    root.addEventListener("dragstart", (event) => this.grab(event));
    root.addEventListener("dragover", (event) => this.over(event));
    root.addEventListener("dragleave", (event) => event.target.closest("td")?.classList.remove("over"));
    root.addEventListener("dragend", () => this.release());
    root.addEventListener("drop", (event) => this.drop(event));
    this.prepare();
  }

  prepare() {
    for (const piece of this.root.querySelectorAll("[data-meeting]")) piece.draggable = true;
    this.cells().forEach((cell, at) => {
      const piece = cell.querySelector("[data-meeting]");
      (piece ?? cell).tabIndex = at ? -1 : 0;
    });
  }

  cells() {
    return [...this.root.querySelectorAll("td[data-place]")];
  }

  stop(cell) {
    return cell.querySelector("[data-meeting]") ?? cell;
  }

  roam(cell) {
    if (!cell) return;
    for (const other of this.root.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
    this.stop(cell).tabIndex = 0;
    for (const other of this.root.querySelectorAll("td.target")) other.classList.remove("target");
    if (this.held) cell.classList.add("target");
  }

  key(event) {
    if (event.target.matches("input, select, textarea")) return;
    const cell = event.target.closest("td[data-place]");
    const move = MOVES[event.key];
    if (move && cell) {
      event.preventDefault();
      this.step(cell, move);
    } else if (event.key === "Enter" || event.key === " ") {
      const piece = event.target.closest("[data-meeting]");
      if (this.held && cell) {
        event.preventDefault();
        this.send(this.held, cell);
      } else if (piece) {
        event.preventDefault();
        this.pick(piece);
      }
    } else if (event.key === "Escape" && this.held) {
      event.stopPropagation();
      this.say("sayReleased");
      this.release();
    } else if (event.key.toLowerCase() === "x" && !event.ctrlKey && !event.metaKey) {
      event.target.closest("li")?.querySelector('[name="pair"]')?.click();
    } else if (event.key.toLowerCase() === "u" && this.root.dataset.undo && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.post(this.root.dataset.undo, {});
    }
  }

  step(cell, [down, right]) {
    const table = cell.closest("table");
    let row = cell.parentElement.rowIndex + down;
    let column = cell.cellIndex + right;
    for (let next = table.rows[row]?.cells[column]; next; next = table.rows[row]?.cells[column]) {
      if (next.matches("td[data-place]")) {
        const stop = this.stop(next);
        stop.tabIndex = 0;
        stop.focus();
        next.scrollIntoView({ block: "nearest", inline: "nearest" });
        return;
      }
      row += down;
      column += right;
    }
  }

  pick(piece) {
    this.release();
    this.held = piece;
    piece.classList.add("held");
    piece.setAttribute("aria-pressed", "true");
    this.say("sayPicked", piece.dataset.name);
  }

  release() {
    this.held?.classList.remove("held");
    this.held?.removeAttribute("aria-pressed");
    for (const cell of this.root.querySelectorAll("td.over, td.target")) cell.classList.remove("over", "target");
    this.held = null;
  }

  grab(event) {
    const piece = event.target.closest("[data-meeting]");
    if (!piece) return;
    this.held = piece;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", piece.dataset.meeting);
  }

  over(event) {
    const cell = event.target.closest("td[data-place]");
    if (!cell || !this.held) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    cell.classList.add("over");
  }

  drop(event) {
    const cell = event.target.closest("td[data-place]");
    if (!cell || !this.held) return;
    event.preventDefault();
    this.send(this.held, cell);
  }

  send(piece, cell) {
    const { meeting } = piece.dataset;
    const { place } = cell.dataset;
    const same = cell.contains(piece);
    this.release();
    if (same) return;
    this.post(this.root.dataset.board, { meeting, place });
  }

  async post(address, values) {
    const focus = values.meeting;
    const selected = this.selected();
    this.root.setAttribute("aria-busy", "true");
    await window.htmx.ajax("POST", address, {
      source: this.root, target: `#${CSS.escape(this.root.id)}`, swap: "outerHTML", values,
    });
    this.root.removeAttribute("aria-busy");
    for (const box of document.querySelectorAll(`#${CSS.escape(this.root.id)} input[type="checkbox"]`)) {
      if (selected.has(`${box.name} ${box.value}`)) box.checked = true;
    }
    if (focus) document.querySelector(`[data-meeting="${CSS.escape(focus)}"]`)?.focus();
  }

  selected() {
    const boxes = this.root.querySelectorAll('input[type="checkbox"]:checked');
    return new Set([...boxes].map((box) => `${box.name} ${box.value}`));
  }

  all(box) {
    for (const pair of this.root.querySelectorAll('[name="pair"]')) pair.checked = box.checked;
  }

  say(key, name = "") {
    if (this.status) this.status.textContent = (this.root.dataset[key] ?? "").replace("{name}", name);
  }
}

function enhance() {
  for (const root of document.querySelectorAll("[data-board]:not([data-ready])")) {
    root.dataset.ready = "1";
    new Board(root);
  }
}
enhance();
document.addEventListener("htmx:load", enhance);
