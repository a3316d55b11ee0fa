// Saves a form's draft while somebody writes: `<form data-autosave="address">` with one element
// `[data-saved]` inside, whose data-saving, data-saved, data-failed and data-stale hold the words. The
// answer may be {"revision": n}: the form's field of that name follows, so the next save is not stale;
// "invalid" names the answers that were left out, and data-partly says so.

const PAUSE = 1200; // milliseconds without a key before a draft is sent

class Draft {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-saved]");
    this.timer = 0;
    this.sending = false;
    this.again = false;
    this.stale = false;
    this.failed = false; // whether what was written last has not arrived
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.later());
    form.addEventListener("submit", () => clearTimeout(this.timer));
    addEventListener("online", () => this.failed && this.send());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.timer) this.send();
    });
  }

  later() {
    clearTimeout(this.timer);
    if (!this.stale) this.timer = setTimeout(() => this.send(), PAUSE);
  }

  async send() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.sending) {
      this.again = true;
      return;
    }
    this.sending = true;
    this.say("saving");
    const body = new FormData(this.form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const answer = await fetch(this.form.dataset.autosave, {
      method: "POST", body, headers: { Accept: "application/json", "X-Draft": "1" }, keepalive: true,
    }).catch(() => null);
    this.sending = false;
    this.failed = answer === null;
    await this.heard(answer);
    if (this.again) {
      this.again = false;
      this.later();
    }
  }

  async heard(answer) {
    if (answer?.ok && !answer.redirected) {
      const { revision, invalid = [] } = await answer.json().catch(() => ({}));
      const field = this.form.elements.namedItem("revision");
      if (revision !== undefined && field) field.value = revision;
      this.say(invalid.length ? "partly" : "saved", invalid.length > 0);
      this.form.dispatchEvent(new CustomEvent("saved"));
    } else if (answer?.status === 409) {
      this.stale = true;
      this.say("stale", true);
    } else {
      this.say("failed", true);
    }
  }

  say(key, failed = false) {
    if (!this.line) return;
    this.line.textContent = this.line.dataset[key] ?? "";
    this.line.classList.toggle("failed", failed);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Draft(form);
