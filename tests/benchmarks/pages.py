"""The ten most used pages under eight people at once, against a real server on this machine:

python -m tests.benchmarks.pages [--seconds 20] [--pause 1 0]
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from matchmaker.cli.demo import PASSWORD
from tests.demo import SLUG, emails

PEOPLE = 8
PAGES = {
    "organiser": (
        f"/r/{SLUG}/home",
        f"/r/{SLUG}/projects",
        f"/r/{SLUG}/matches",
        f"/r/{SLUG}/pairings",
        f"/r/{SLUG}/timetables/1",
        f"/r/{SLUG}/outcomes",
        f"/r/{SLUG}/day",
    ),
    "investor": (f"/r/{SLUG}/home", f"/r/{SLUG}/my-timetable", f"/r/{SLUG}/preferences"),
    "team": (f"/r/{SLUG}/home", f"/r/{SLUG}/my-timetable", f"/r/{SLUG}/investors"),
}
CROWD = ("organiser", "organiser", "investor", "investor", "investor", "team", "team", "team")
SERVER = """
import sys
from dataclasses import replace
from pathlib import Path
from matchmaker.app import create_app
from matchmaker.cli.demo import running_clock
from matchmaker.cli.serve import listen
from tests.demo import copy_of
settings = replace(copy_of(Path(sys.argv[1])), port=int(sys.argv[2]), worker="outside")
listen(create_app(settings, clock=running_clock()), settings)
"""


class Person(threading.Thread):
    """Somebody who signs in and goes from page to page."""

    def __init__(self, port: int, role: str, spent: dict[str, list[float]]) -> None:
        super().__init__(daemon=True)
        self.port, self.role, self.spent = port, role, spent
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.until = self.pause = 0.0

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        body = urlencode(form) if form else None
        if body:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}{path}",
            }
        self.connection.request("POST" if body else "GET", path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {key: one.value for key, one in SimpleCookie(line).items()}
        return answer.status, text

    def sign_in(self) -> None:
        _, text = self.ask("/login")
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        assert found
        email = emails(self.role)[0]
        form = {"email": email, "password": PASSWORD, "csrf_token": found[1]}
        status, _ = self.ask("/login", form)
        assert status == 302, f"{email} cannot sign in: {status}"

    def run(self) -> None:
        for path in itertools.cycle(PAGES[self.role]):
            if time.perf_counter() > self.until:
                return
            began = time.perf_counter()
            status, _ = self.ask(path)
            self.spent[path if status == 200 else f"{path} ({status})"].append(
                time.perf_counter() - began
            )
            time.sleep(self.pause)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument(
        "--pause", type=float, nargs="*", default=[1, 0], help="Seconds people look at a page."
    )
    asked = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="matchmaker-pages-") as folder:
        server = subprocess.Popen([sys.executable, "-c", SERVER, folder, str(port)])
        try:
            wait_for(port)
            for pause in asked.pause:
                crowd_at(port, asked.seconds, pause)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until the first process answers, and some seconds more for its helpers."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            time.sleep(5)
            return


def crowd_at(port: int, seconds: float, pause: float) -> None:
    spent: dict[str, list[float]] = defaultdict(list)
    people = [Person(port, role, spent) for role in CROWD]
    for person in people:
        person.sign_in()
        for path in PAGES[person.role] * 3:
            person.ask(path)  # compiles the templates
    for person in people:
        person.until, person.pause = time.perf_counter() + seconds, pause
        person.start()
    for person in people:
        person.join()
    every = sorted(itertools.chain.from_iterable(spent.values()))
    print(
        f"{PEOPLE} people for {seconds:.0f} s, looking at a page for {pause:g} s: "
        f"{len(every) / seconds:.1f} pages a second"
    )
    print(f"{'page':44} {'p50 ms':>8} {'p95 ms':>8} {'times':>6}")
    for path, times in [*sorted(spent.items()), ("all", every)]:
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        print(f"{path:44} {statistics.median(times) * 1000:8.0f} {p95 * 1000:8.0f} {len(times):6}")


if __name__ == "__main__":
    main()
