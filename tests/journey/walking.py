"""Walking through pages in a browser, and noticing whatever is wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

from matchmaker.cli.demo import PASSWORD

GRAVE = ("serious", "critical")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
WATCH = """
document.addEventListener("securitypolicyviolation", event => {
  (window.refused ??= []).push(event.violatedDirective + " " + event.blockedURI);
});
"""
TOO_WIDE = """() => {
  const most = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= most + 1) return [];
  return [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > most + 1)
    .slice(0, 3).map(one => one.tagName + "." + one.className);
}"""
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode, box = node.parentElement;
    if (!box || box.closest("[lang]:not(html), [translate=no]")) continue;
    if (box.closest("script, style, template, select, option")) continue;
    const text = node.textContent.trim().replace(/\\s+/g, " ");
    if (text) found.push(text);
  }
  for (const box of document.querySelectorAll("[aria-label], [placeholder], [title]"))
    for (const name of ["aria-label", "placeholder", "title"])
      if (box.getAttribute(name)) found.push(box.getAttribute(name).trim());
  return found;
}"""


@dataclass
class Walker:
    """A person in a window of their own; ``faults`` says what was wrong, where."""

    page: Any
    address: str
    faults: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, browser: Any, address: str, locale: str, **options: Any) -> Walker:
        context = browser.new_context(
            viewport=DESK, locale="zh-CN" if locale == "zh" else "en-GB", **options
        )
        context.add_cookies([{"name": "locale", "value": locale, "url": address}])
        context.add_init_script(WATCH)
        walker = cls(context.new_page(), address)
        walker.page.on("console", walker._console)
        walker.page.on("pageerror", lambda error: walker.fault(f"script: {error}"))
        walker.page.set_default_timeout(20_000)
        return walker

    def _console(self, message: Any) -> None:
        known = "Failed to load resource" in message.text  # the status is looked at itself
        if message.type in ("error", "warning") and not known:
            self.fault(f"console: {message.text}")

    def fault(self, text: str) -> None:
        self.faults.append(f"{urlsplit(self.page.url).path}: {text}")

    def sign_in(self, email: str) -> Walker:
        self.go("/login")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self

    def go(self, path: str) -> int:
        """Open a page; returns its status and notes what the browser refused of it."""
        answer = self.page.goto(self.address + path, wait_until="load")
        for refused in self.page.evaluate("window.refused ?? []"):
            self.fault(f"content security policy: {refused}")
        return int(answer.status)

    def links(self) -> list[str]:
        """The addresses on this site that the page leads to."""
        found = self.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(one => one.href)"
        )
        here = urlsplit(self.address).netloc
        paths = []
        for href in found:
            parts = urlsplit(href)
            if parts.netloc == here and parts.scheme == "http":
                paths.append(parts.path + (f"?{parts.query}" if parts.query else ""))
        return list(dict.fromkeys(paths))

    def look_for_barriers(self) -> None:
        """Note what axe calls serious or critical."""
        for one in Axe().run(self.page).response["violations"]:
            if one["impact"] in GRAVE:
                where = [" ".join(map(str, node["target"])) for node in one["nodes"][:3]]
                self.fault(f"axe {one['id']} ({len(one['nodes'])}): {'; '.join(where)}")

    def look_at_width(self) -> None:
        """Note what makes the page wider than a phone."""
        self.page.set_viewport_size(PHONE)
        for box in self.page.evaluate(TOO_WIDE):
            self.fault(f"wider than a phone: {box}")
        self.page.set_viewport_size(DESK)

    def look_for_english(self, is_english: Callable[[str], bool]) -> None:
        """Note sentences of the interface that a Chinese page says in English."""
        for text in self.page.evaluate(TEXTS):
            if is_english(text):
                self.fault(f"English: {text}")

    def close(self) -> None:
        self.page.context.close()
