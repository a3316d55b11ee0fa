// Saves a form's draft while somebody writes: `<form data-autosave="address">` with one element
// `[data-saved]` inside, whose data-saving, data-saved, data-failed ... hold the words. The answer may
// be {"revision": n}: the form's field of that name follows, so the next save is not stale; "wrong"
// names the answers that were left out, "theirs" those that somebody else changed, and "both" those
// that were changed here too: they are kept until both texts were compared (`[data-compare]`), but
// for "only_here", for which a text from another window is kept.

const PAUSE = 1200; // milliseconds without a key before a draft is sent
const AGAIN = 8000; // before a draft that did not arrive is sent once more

class Draft {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-saved]");
    this.timer = 0;
    this.sending = false;
    this.again = false;
    this.compare = form.querySelector("[data-compare]");
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
    this.timer = setTimeout(() => this.send(), PAUSE);
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
      method: "POST", body, headers: { Accept: "application/json", "X-Draft": "1" },
      keepalive: document.visibilityState === "hidden", // browsers refuse it for long texts
    }).catch(() => null);
    this.sending = false;
    this.failed = answer === null || answer.status >= 500;
    await this.heard(answer);
    if (this.failed && !this.again) this.timer = setTimeout(() => this.send(), AGAIN);
    if (this.again) {
      this.again = false;
      this.later();
    }
  }

  async heard(answer) {
    const arrived = answer?.ok && !answer.redirected;
    const said = arrived ? await answer.json().catch(() => ({})) : {};
    const { revision, wrong = [], theirs = [], both = [], only_here: here = [] } = said;
    const field = this.form.elements.namedItem("revision");
    if (revision !== undefined && field) field.value = revision;
    if (this.compare && arrived) this.compare.hidden = !both.length;
    if (!arrived) {
      this.failed ||= answer?.status === 409; // two wrote at the same moment
      this.say(answer === null ? "away" : "failed", true);
    } else {
      const names = here.length ? here : both.length ? both : wrong.length ? wrong : theirs;
      const key = here.length ? "onlyHere" : both.length ? "stale" : wrong.length ? "partly" : theirs.length ? "merged" : "saved";
      this.say(key, both.length + wrong.length > 0, names);
      const whole = !this.again && !this.timer && !here.length; // nothing stands only in the page
      this.form.dispatchEvent(new CustomEvent("saved", { detail: { whole } }));
    }
  }

  say(key, failed = false, names = []) {
    if (!this.line) return;
    const { separator = ", " } = this.line.dataset;
    this.line.textContent = (this.line.dataset[key] ?? "").replace("{what}", names.join(separator));
    this.line.classList.toggle("failed", failed);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Draft(form);
