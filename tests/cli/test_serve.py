"""``matchmaker serve`` as it runs for people: several processes at one address."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environ = {
        **os.environ,
        "MATCHMAKER_DATA_DIR": str(tmp_path),
        "MATCHMAKER_PORT": str(port),
        "MATCHMAKER_PROCESSES": "2",
        "MATCHMAKER_WORKER": "outside",
    }
    command = [sys.executable, "-c", "from matchmaker.cli import main; main()"]
    subprocess.run([*command, "upgrade"], env=environ, check=True, stdout=subprocess.DEVNULL)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell's "&" does
    running = subprocess.Popen([*command, "serve"], env=environ, stderr=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, before)
    try:
        yield running, port
    finally:
        running.kill()
        running.wait(10)


@pytest.mark.skipif(os.name != "posix", reason="helpers need a system that hands sockets over")
def test_a_helper_answers_alone_is_replaced_and_ends_with_the_first(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    first, port = server
    helper = _wait(lambda: _children(first.pid))[0]
    _wait(lambda: _answers(port))
    os.kill(helper, signal.SIGKILL)
    other = _wait(lambda: [one for one in _children(first.pid) if one != helper])[0]
    os.kill(first.pid, signal.SIGSTOP)  # only the helper can answer now
    assert _wait(lambda: _answers(port))
    first.kill()
    _wait(lambda: not Path(f"/proc/{other}").exists() if Path("/proc").exists() else [True])
    with pytest.raises(OSError, match="refused"):
        http.client.HTTPConnection("127.0.0.1", port, timeout=5).connect()


def _children(pid: int) -> list[int]:
    told = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True
    ).stdout
    lines = [line.split(None, 1) for line in told.splitlines()]
    return [int(number) for number, args in lines if "cli.helpers" in args]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _wait(ask: Callable[[], T], seconds: float = 60) -> T:
    """Ask until the answer is something."""
    until = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.1)
    return answer
