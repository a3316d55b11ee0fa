// A search for fields of the taxonomy, in either language, over the plain lists of the form. The lists
// stay the truth: this hides them and writes to them. They hold what is chosen; the rest is asked for
// when somebody begins to search. `data-plain`: the page holds the whole list, which is then used.

import { closeness, fold, load } from "./field-index.js";

const MOST = 40; // options shown at once; more than that is a reason to type on

class Picker {
  constructor(root) {
    this.root = root;
    this.nodes = null; // not asked for yet
    this.names = new Map();
    this.say = (key, name = "") => (root.dataset[key] ?? "").replace("{name}", name);
    this.core = document.getElementById(root.dataset.core);
    this.single = !this.core.multiple;
    this.also = root.dataset.also ? document.getElementById(root.dataset.also) : null;
    this.active = -1;
    this.build();
    this.showChips();
  }

  build() {
    const id = this.core.id;
    const label = this.root.querySelector(`label[for="${CSS.escape(id)}"]`);
    this.input = Object.assign(document.createElement("input"), {
      id: `${id}-search`, className: "form-control", type: "text", autocomplete: "off",
    });
    this.list = Object.assign(document.createElement("ul"), { id: `${id}-found`, hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", label.textContent.trim());
    const described = this.core.getAttribute("aria-describedby");
    const attributes = {
      role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list",
      ...(described && { "aria-describedby": described }),
      ...(this.core.getAttribute("aria-invalid") && { "aria-invalid": "true" }),
    };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    label.htmlFor = this.input.id;
    this.chips = Object.assign(document.createElement("ul"), { className: "picked" });
    this.status = Object.assign(document.createElement("div"), { className: "visually-hidden" });
    this.status.setAttribute("role", "status");
    const combo = (this.combo = Object.assign(document.createElement("div"), { className: "combo" }));
    this.none = Object.assign(document.createElement("div"), {
      className: "none", textContent: this.say("sayNone"), hidden: true,
    });
    combo.append(this.input, this.list, this.none);
    this.core.before(this.chips, combo, this.status);
    this.whole = this.root.querySelector(".whole");
    this.showWhole(false);
    for (const select of [this.core, this.also].filter(Boolean)) {
      select.hidden = true;
      const its = this.root.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      if (its) its.hidden = true;
    }
    const hint = this.also && document.getElementById(`${this.also.id}-hint`);
    if (hint) hint.hidden = true; // each chip says its weight
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("focus", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option.dataset.code);
    });
  }

  showWhole(needed) {
    if (this.whole) this.whole.hidden = !needed;
  }

  async known() {
    try {
      this.nodes ??= await load(this.root.dataset.fieldPicker);
    } catch {
      this.status.textContent = this.none.textContent = this.say("sayFailed");
      this.none.hidden = false;
      this.showWhole(true);
      return false;
    }
    this.none.textContent = this.say("sayNone");
    this.showWhole(false);
    return true;
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  async search() {
    if (!this.nodes && !((await this.known()) && document.activeElement === this.input)) return;
    const sought = fold(this.input.value.trim());
    const taken = new Set(this.picked().map(({ code }) => code));
    let found;
    if (sought) {
      found = this.nodes
        .filter((node) => !taken.has(node.code))
        .map((node) => [closeness(node, sought), node])
        .filter(([near]) => near !== null)
        .sort((a, b) => a[0] - b[0] || a[1].path.length - b[1].path.length || a[1].name.localeCompare(b[1].name))
        .map(([, node]) => node);
    } else {
      found = this.nodes.filter((node) => !node.parent && !taken.has(node.code));
    }
    this.show(found.slice(0, MOST), found.length, Boolean(sought));
  }

  show(found, count, sought) {
    this.active = -1;
    this.list.replaceChildren(
      ...found.map((node, at) => {
        const option = Object.assign(document.createElement("li"), { id: `${this.list.id}-${at}` });
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.code = node.code;
        option.append(node.other && node.other !== node.name ? `${node.name} · ${node.other}` : node.name);
        if (node.path.length) {
          option.append(Object.assign(document.createElement("span"), {
            className: "path", textContent: node.path.join(" › "),
          }));
        }
        return option;
      }),
    );
    this.none.hidden = found.length > 0 || !sought;
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
    if (sought) {
      this.status.textContent = count ? this.say("sayFound").replace("{count}", count) : this.say("sayNone");
    }
  }

  close() {
    this.list.hidden = true;
    this.none.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const options = this.options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.search();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.point((this.active + step + options.length) % options.length);
    } else if (event.key === "Enter") {
      event.preventDefault(); // never sends the form while somebody searches
      const option = options[this.active < 0 && options.length === 1 ? 0 : this.active];
      if (!this.list.hidden && option) this.choose(option.dataset.code);
    } else if (event.key === "Escape") {
      this.close();
    } else if (event.key === "Backspace" && !this.input.value) {
      const last = this.picked().at(-1);
      if (last) this.remove(last.code);
    }
    return undefined;
  }

  point(at) {
    const options = this.options();
    if (!options.length) return;
    options.forEach((option, here) => option.setAttribute("aria-selected", String(here === at)));
    this.active = at;
    this.input.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  }

  picked() {
    return [[this.core, "core"], [this.also, "also"]].flatMap(([select, weight]) =>
      select
        ? [...select.selectedOptions].filter(({ value }) => value).map(({ value }) => ({ code: value, weight }))
        : [],
    );
  }

  set(select, code, selected) {
    if (!select) return;
    let option = [...select.options].find(({ value }) => value === code);
    if (!option && selected) option = select.appendChild(new Option(this.name(code), code));
    if (!option) return;
    if (this.single && !selected) select.value = "";
    if (selected && !this.single) select.append(option); // the order of choosing is the order of importance
    option.selected = selected;
  }

  name(code) {
    const written = [this.core, this.also].flatMap((select) => [...(select?.options ?? [])])
      .find(({ value }) => value === code)?.text.trim();
    return written ?? this.nodes?.find((node) => node.code === code)?.name ?? this.names.get(code) ?? code;
  }

  choose(code, name = "") {
    if (name) this.names.set(code, name);
    this.set(this.core, code, true);
    this.input.value = "";
    this.changed(this.say("sayAdded", this.name(code)));
    this.close();
    if (this.single) this.chips.querySelector("button")?.focus();
  }

  remove(code) {
    this.set(this.core, code, false);
    this.set(this.also, code, false);
    this.changed(this.say("sayRemoved", this.name(code)));
    this.input.focus();
    this.close();
  }

  turn(code, weight) {
    this.set(this.core, code, weight === "core");
    this.set(this.also, code, weight === "also");
    this.changed(this.say(weight === "core" ? "sayToCore" : "sayToAlso", this.name(code)));
    this.chips.querySelector(`[data-turn="${CSS.escape(code)}"]`)?.focus();
  }

  changed(sentence) {
    this.showChips();
    this.status.textContent = sentence;
    this.core.dispatchEvent(new Event("input", { bubbles: true }));
    this.core.dispatchEvent(new Event("change", { bubbles: true }));
  }

  showChips() {
    this.chips.hidden = !this.picked().length;
    this.combo.hidden = this.single && !this.chips.hidden;
    this.chips.replaceChildren(...this.picked().map(({ code, weight }) => this.chip(code, weight)));
  }

  chip(code, weight) {
    const name = this.name(code);
    const chip = Object.assign(document.createElement("li"), { className: weight });
    chip.append(Object.assign(document.createElement("span"), { className: "name", textContent: name }));
    if (this.also && !this.single) {
      const other = weight === "core" ? "also" : "core";
      const turn = Object.assign(document.createElement("button"), {
        type: "button", textContent: this.say(weight === "core" ? "sayCore" : "sayAlso"),
        title: this.say(other === "core" ? "sayToCore" : "sayToAlso", name),
      });
      turn.setAttribute("aria-label", `${turn.textContent}. ${turn.title}`);
      turn.dataset.turn = code;
      turn.addEventListener("click", () => this.turn(code, other));
      chip.append(turn);
    }
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "✕" });
    remove.setAttribute("aria-label", this.say("sayRemove", name));
    remove.addEventListener("click", () => this.remove(code));
    chip.append(remove);
    return chip;
  }
}

// Buttons beside a picker that take a field: without a script they send the form.
function takes(picker) {
  const root = document.querySelector(`[data-takes="${CSS.escape(picker.core.id)}"]`);
  for (const button of root?.querySelectorAll("button[name=take]") ?? []) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const item = button.closest("li");
      const next = item.nextElementSibling ?? item.previousElementSibling;
      picker.choose(button.value, button.dataset.name);
      item.remove();
      if (next) next.querySelector("button").focus();
      else root.hidden = true;
    });
  }
}

function enhance() {
  for (const root of document.querySelectorAll("[data-field-picker]:not([data-ready], [data-plain])")) {
    root.dataset.ready = "1";
    if (document.getElementById(root.dataset.core).disabled) continue; // fixed: only to be read
    takes(new Picker(root));
  }
}
enhance();
document.addEventListener("htmx:load", enhance);
