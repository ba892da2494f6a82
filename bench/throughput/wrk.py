"""Sends requests as fast as they are answered with wrk, one C thread, so that the client is not the limit."""

import resource
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.throughput.cores import CLIENT, pin_to_core, read_cpu_seconds

_SCRIPT = Path(__file__).parent / "ask.lua"
_PATIENCE = 60


@dataclass(frozen=True)
class WrkRequest:
    """One request. KEY in a body is replaced by a new value each time."""

    path: str
    cookie: str = ""
    body: str = ""

    def render(self, host: str) -> str:
        lines = [f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1", f"Host: {host}"]
        lines += [f"Cookie: {self.cookie}"] if self.cookie else []
        if self.body:
            length = len(self.body.replace("KEY", "00000000-0000-4000-8000-000000000000"))
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {length}",
                f"Origin: http://{host}",
                "HX-Request: true",
                "HX-Request-Type: partial",
            ]
        return "\n".join([*lines, "", self.body, "----\n"])


@dataclass(frozen=True)
class Rate:
    """per_second: responses. cost: processor milliseconds of the server for a response.

    client: share of its core that wrk used; near 1, wrk is the limit.
    """

    per_second: float
    half: float
    slowest: float
    weight: float
    failed: int
    cost: float
    client: float


@dataclass(frozen=True)
class Target:
    port: int
    process: int


def run_wrk(target: Target, asked: list[WrkRequest], users: int, seconds: int, folder: Path) -> Rate:
    """Keeps `users` connections busy. Raises when wrk reports nothing."""
    host, file = f"127.0.0.1:{target.port}", folder / "asked"
    file.write_text("".join(one.render(host) for one in asked))
    command = ["wrk", "-t1", f"-c{users}", f"-d{seconds}s", f"--timeout={_PATIENCE}s", "--latency", f"-s{_SCRIPT}"]
    before, began, worked = _spent(), time.monotonic(), read_cpu_seconds(target.process)
    with pin_to_core(CLIENT):
        run = subprocess.run([*command, f"http://{host}", str(file)], check=True, capture_output=True, text=True)
    client = (_spent() - before) / (time.monotonic() - began)
    worked = read_cpu_seconds(target.process) - worked
    figures = next(line for line in run.stdout.splitlines() if line.startswith("TOLD ")).split()[1:]
    requests, duration, weight, half, slowest, cut, refused = map(int, figures)
    return Rate(
        per_second=requests / duration * 1e6,
        half=half / 1000,
        slowest=slowest / 1000,
        weight=weight / max(1, requests),
        failed=cut + refused,
        cost=worked / max(1, requests) * 1000,
        client=client,
    )


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
