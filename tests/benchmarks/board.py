"""The planning board in a browser at two sizes, tables x slots: its weight, its opening, a move:

python -m tests.benchmarks.board [--size 20x24 100x40]
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from matchmaker.cli.demo import PASSWORD
from matchmaker.core.journey import Role
from matchmaker.services import pairing
from matchmaker.settings import Settings
from matchmaker.store.account import Account, Membership
from matchmaker.store.engine import make_engine, make_sessions
from matchmaker.store.match import Match
from tests.browser import chromium
from tests.demo import copy_of, emails, served
from tests.services.roadshows import make_show, simple_draft

NOW = datetime(2027, 9, 1, tzinfo=UTC)
SIZES = {"20x24": (24, 60, 15, 6), "100x40": (150, 200, 19, 15)}  # parties, meetings of each
MEASURE = """
() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return {
    paint: paint ? paint.startTime : page.domContentLoadedEventEnd,
    loaded: page.loadEventEnd,
    kB: page.encodedBodySize / 1024,
  };
}
"""
# a meeting with a free table beside it at the same time, and the key that leads there
FREE_NEXT = """
() => {
  for (const piece of [...document.querySelectorAll("td[data-place] [data-meeting]")].reverse()) {
    const cell = piece.closest("td");
    const [, slot] = cell.dataset.place.split(":");
    const below = cell.parentElement.nextElementSibling?.cells[cell.cellIndex];
    for (const [next, key] of [[cell.nextElementSibling, "ArrowRight"], [below, "ArrowDown"]]) {
      const there = next?.dataset?.place;
      if (there && there.split(":")[1] === slot && !next.querySelector("[data-meeting]")) {
        return [piece.dataset.meeting, cell.dataset.place, key];
      }
    }
  }
  throw new Error("no free place beside any meeting");
}
"""
ELSEWHERE = """
([name, place]) => {
  const cell = document.querySelector(`[data-meeting='${name}']`)?.closest("td");
  return cell && cell.dataset.place !== place && !document.querySelector("#board[aria-busy]");
}
"""


def main() -> None:
    """Make a roadshow of each size beside the demo's, open its board and move a meeting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", nargs="*", default=list(SIZES), choices=list(SIZES))
    asked = parser.parse_args()
    print(f"{'board':8} {'meetings':>8} {'page kB':>8} {'paint s':>8} {'ready s':>8} {'move s':>7}")
    with tempfile.TemporaryDirectory(prefix="matchmaker-board-") as folder:
        settings = copy_of(Path(folder))
        meetings = {size: make(settings, size) for size in asked.size}
        with served(settings) as base, chromium() as browser:
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            sign_in(page, base)
            for size in asked.size:
                one = opened(page, f"{base}/r/board-{size}/timetables/1")
                print(
                    f"{size:8} {meetings[size]:8} {one['kB']:8.0f} {one['paint'] / 1000:8.2f}"
                    f" {one['loaded'] / 1000:8.2f} {moved(page):7.2f}",
                    flush=True,
                )


def make(settings: Settings, size: str) -> int:
    """Store a roadshow whose draft fills the board; return the number of its meetings."""
    tables, slots = map(int, size.split("x"))
    projects, investors, ours, theirs = SIZES[size]
    engine = make_engine(settings.store_url)
    with make_sessions(engine)() as session, session.begin():
        show = make_show(
            session,
            NOW,
            projects=projects,
            investors=investors,
            slots=slots,
            tables=tables,
            slug=f"board-{size}",
        )
        show.roadshow.project_max, show.roadshow.investor_max = ours, theirs
        fit = update(Match).where(Match.run_id == show.run.id)
        session.execute(fit.values(score=40.0 + func.abs(Match.score) / 30.0))
        organise(session, show.roadshow.id)
        made = pairing.propose(session, show.roadshow, actor=show.organiser, now=NOW)
        pairing.approve(session, show.roadshow, number=made.number, actor=show.organiser, now=NOW)
        placed = len(simple_draft(session, show, NOW).placements)
    engine.dispose()
    return placed


def organise(session: Session, roadshow_id: str) -> None:
    """Let the demo's organiser in."""
    who = session.scalars(select(Account).where(Account.email == emails("organiser")[0])).one()
    session.add(
        Membership(roadshow_id=roadshow_id, account_id=who.id, role=Role.ORGANISER, created_at=NOW)
    )


def sign_in(page: Any, base: str) -> None:
    page.goto(f"{base}/login")
    page.fill("#email", emails("organiser")[0])
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "login" not in url)


def opened(page: Any, address: str) -> dict[str, float]:
    """Open a board a second time, when its style sheets are known."""
    page.goto(address)
    page.goto(address, wait_until="networkidle")
    page.wait_for_selector("[data-board][data-ready]")
    return dict(page.evaluate(MEASURE))


def moved(page: Any) -> float:
    """Return the seconds from dropping a meeting by keyboard until the board has answered."""
    name, place, way = page.evaluate(FREE_NEXT)
    page.locator(f"[data-meeting='{name}']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press(way)
    start = perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function(ELSEWHERE, arg=[name, place], timeout=60_000)
    return perf_counter() - start


if __name__ == "__main__":
    main()
