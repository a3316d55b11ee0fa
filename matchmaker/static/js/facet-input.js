// Helps to write a field, a country, a stage ... into a line of text: `<input data-facets="addresses">`, with
// `data-several` where semicolons separate several. Without a script the browser's own list remains.

import { closeness, fold, load } from "./field-index.js";

const MOST = 12; // options shown at once

class FacetInput {
  constructor(input, known, words) {
    this.input = input;
    this.known = known;
    this.nodes = null; // not asked for yet
    this.words = words;
    this.several = "several" in input.dataset;
    this.active = -1;
    this.list = Object.assign(document.createElement("ul"), { id: `${input.id}-found`, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0].textContent.trim());
    const combo = Object.assign(document.createElement("div"), { className: "combo" });
    input.before(combo);
    combo.append(input, this.list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list",
    })) input.setAttribute(name, value);
    input.addEventListener("focus", () => this.prepare());
    input.addEventListener("input", () => this.search());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option.dataset.name);
    });
  }

  // The piece that is being written: all of it, or what stands behind the last semicolon.
  piece() {
    return this.several ? this.input.value.split(/[;；]/).at(-1) : this.input.value;
  }

  async prepare() {
    this.nodes ??= await this.known();
    if (this.nodes) this.input.removeAttribute("list");
    return this.nodes;
  }

  async search() {
    if (!this.nodes && !(await this.prepare())) return; // the browser's own list remains
    const sought = fold(this.piece().trim());
    const found = sought.length < 2 ? [] : this.nodes
      .map((node) => [closeness(node, sought), node])
      .filter(([near, node]) => near !== null && fold(node.name) !== sought)
      .sort((a, b) => a[0] - b[0] || a[1].path.length - b[1].path.length || a[1].name.localeCompare(b[1].name))
      .slice(0, MOST);
    this.active = -1;
    this.list.replaceChildren(...found.map(([, node], at) => this.option(node, at)));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
    if (sought.length > 1) this.words(found.length);
  }

  option(node, at) {
    const option = Object.assign(document.createElement("li"), { id: `${this.list.id}-${at}` });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.name = node.name;
    option.append(node.other && node.other !== node.name ? `${node.name} · ${node.other}` : node.name);
    if (node.path.length) {
      option.append(Object.assign(document.createElement("span"), {
        className: "path", textContent: node.path.join(" › "),
      }));
    }
    return option;
  }

  key(event) {
    const options = [...this.list.children];
    if (this.list.hidden || !options.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.active = (this.active + step + options.length) % options.length;
      options.forEach((option, here) => option.setAttribute("aria-selected", String(here === this.active)));
      this.input.setAttribute("aria-activedescendant", options[this.active].id);
      options[this.active].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && (this.active >= 0 || options.length === 1)) {
      event.preventDefault();
      this.choose(options[Math.max(this.active, 0)].dataset.name);
    } else if (event.key === "Escape") {
      this.close();
    }
  }

  choose(name) {
    const before = this.several ? this.input.value.slice(0, this.input.value.length - this.piece().length) : "";
    this.input.value = `${before}${before && !before.endsWith(" ") ? " " : ""}${name}${this.several ? "; " : ""}`;
    this.close();
    for (const kind of ["input", "change"]) this.input.dispatchEvent(new Event(kind, { bubbles: true }));
    this.close();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

// What only the page knows (stages, rounds, instruments ...), in the form of a node.
function plain(list, known) {
  return [...list.options].filter(({ value }) => !known.has(value)).map(({ value, text }) => ({
    name: value, other: null, path: [text], words: [fold(value)], initials: [],
  }));
}

async function fetched(group) {
  const nodes = (await Promise.all(group.dataset.facets.split(" ").map(load))).flat();
  const list = document.getElementById(group.dataset.list);
  return [...nodes, ...plain(list, new Set(nodes.map(({ name }) => name)))];
}

// The names are asked for when somebody comes to write one; if that fails, the browser's own list
// and the way to the whole one remain.
function enhance(group) {
  const status = Object.assign(document.createElement("div"), { className: "visually-hidden" });
  status.setAttribute("role", "status");
  group.append(status);
  const whole = group.querySelector(".whole");
  whole.hidden = true;
  const words = (count) => {
    status.textContent = count ? group.dataset.sayFound.replace("{count}", count) : group.dataset.sayNone;
  };
  let nodes = null;
  const known = async () => {
    nodes ??= await fetched(group).catch(() => null);
    whole.hidden = Boolean(nodes);
    if (!nodes) status.textContent = group.dataset.sayFailed;
    return nodes;
  };
  for (const input of group.querySelectorAll("input[data-facet]")) new FacetInput(input, known, words);
}

for (const group of document.querySelectorAll("[data-facets]:not([data-plain])")) enhance(group);
