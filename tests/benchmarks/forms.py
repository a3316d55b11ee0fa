"""Each step of the forms in a browser: time to the first useful paint, bytes, against the aims:

python -m tests.benchmarks.forms [--width 390 1440] [--locale en zh]
"""

from __future__ import annotations

import argparse
import re
import signal
import subprocess
import sys
import tempfile
from typing import Any

from matchmaker.cli.demo import PASSWORD
from matchmaker.web.profile.mandate_steps import MANDATE_STEPS
from matchmaker.web.profile.project_steps import PROJECT_STEPS
from tests.benchmarks.pages import SERVER, free_port, wait_for
from tests.browser import chromium
from tests.demo import SLUG, emails

MOST_SECONDS = 1.0
MOST_KILOBYTES = 150
STEPS = {"team": ("projects", PROJECT_STEPS), "investor": ("investors", MANDATE_STEPS)}
MEASURE = """
() => {
  const [page] = performance.getEntriesByType("navigation");
  const files = performance.getEntriesByType("resource")
    .filter((one) => one.initiatorType !== "img");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const size = (one) => one.encodedBodySize;
  return {
    paint: paint ? paint.startTime : page.domContentLoadedEventEnd,
    page: size(page),
    all: size(page) + files.map(size).reduce((sum, one) => sum + one, 0),
    over: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  };
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, nargs="*", default=[390, 1440])
    parser.add_argument("--locale", nargs="*", default=["en", "zh"])
    asked = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="matchmaker-forms-") as folder:
        server = subprocess.Popen([sys.executable, "-c", SERVER, folder, str(port)])
        try:
            wait_for(port)
            with chromium() as browser:
                visits = [
                    visit(browser, f"http://127.0.0.1:{port}", role, width, locale)
                    for role in STEPS
                    for width in asked.width
                    for locale in asked.locale
                ]
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)
    tell([row for rows in visits for row in rows])


def visit(
    browser: Any, base: str, role: str, width: int, locale: str
) -> list[tuple[str, dict[str, Any]]]:
    """Return what each step of a role's form measured, a browser that knows nothing each time."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([{"name": "locale", "value": locale, "url": base}])
    page = context.new_page()
    page.goto(f"{base}/login")
    page.fill("#email", emails(role)[0])
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "login" not in url)
    kept = context.storage_state()
    word, steps = STEPS[role]
    home = page.request.get(f"{base}/r/{SLUG}/home").text()
    found = re.search(rf"/r/{SLUG}/{word}/(\w{{12}})", home)
    assert found, f"{role}: no way to the own form on the home page"
    context.close()
    rows = []
    for step in steps:
        fresh = browser.new_context(viewport={"width": width, "height": 900}, storage_state=kept)
        page = fresh.new_page()
        page.goto(f"{base}/r/{SLUG}/{word}/{found[1]}/edit/{step}", wait_until="networkidle")
        rows.append((f"{word}/{step} {width} {locale}", page.evaluate(MEASURE)))
        fresh.close()
    return rows


def tell(rows: list[tuple[str, dict[str, Any]]]) -> None:
    print(f"{'step':34} {'paint ms':>9} {'page kB':>8} {'all kB':>8}")
    wrong = 0
    for name, one in rows:
        slow = one["paint"] > MOST_SECONDS * 1000
        large = one["all"] > MOST_KILOBYTES * 1024
        wrong += slow or large or one["over"]
        marks = " slow" * slow + " large" * large + " overflows" * one["over"]
        print(
            f"{name:34} {one['paint']:9.0f} {one['page'] / 1024:8.1f} "
            f"{one['all'] / 1024:8.1f}{marks}"
        )
    print(f"{len(rows)} pages, {wrong} miss {MOST_SECONDS:g} s, {MOST_KILOBYTES} kB or the width")


if __name__ == "__main__":
    main()
