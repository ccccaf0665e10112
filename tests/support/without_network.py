"""Programs without a network: only the loopback of a namespace of their own is left to them.

The kernel counts there what finds no way out, whoever has tried and in whatever language it is
written; so nothing that tries to connect goes unnoticed. Names are asked for at an address outside,
so that a resolver of this machine cannot hide the question.

`python -m tests.support.without_network RESOLV_CONF MODULE ARGUMENTS…` is what runs inside.
"""

import fcntl
import os
import re
import runpy
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# An address of documentation, which is nowhere.
NAME_SERVER = "192.0.2.53"
TIMEOUT_S = 180

_SIOCSIFFLAGS = 0x8914
_IFF_UP = 0x1
_COUNT_LINE = "ways out that were looked for: "


@dataclass(frozen=True)
class Outcome:
    """How a program has ended, and how often something in it looked for a way out."""

    exit_code: int
    printed: str
    errors: str
    num_attempts: int


def reason_to_skip() -> str:
    """Why this machine cannot take the network away; empty when it can."""
    done = subprocess.run([*_unshare(), "true"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"no network namespaces here: {done.stderr.strip()}"


def run_without_network(folder: Path, module: str, *arguments: str) -> Outcome:
    """Runs `python -m module` inside."""
    resolv_conf = folder / "resolv.conf"
    resolv_conf.write_text(f"nameserver {NAME_SERVER}\noptions timeout:1 attempts:1\n")
    inside = [sys.executable, "-m", __name__, str(resolv_conf), module, *arguments]
    done = subprocess.run(
        [*_unshare(), *inside], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    printed, line, count = done.stdout.rpartition(_COUNT_LINE)
    assert line, done.stderr
    return Outcome(done.returncode, printed, done.stderr, int(count))


def _unshare() -> list[str]:
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--net", "--mount", *as_root]


def _begin(resolv_conf: str) -> None:
    subprocess.run(["mount", "--bind", resolv_conf, "/etc/resolv.conf"], check=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loopback:
        fcntl.ioctl(loopback, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def _num_without_route() -> int:
    names, values = re.findall(r"^Ip: (.*)$", Path("/proc/net/snmp").read_text(), re.MULTILINE)
    counters = dict(zip(names.split(), values.split(), strict=True))
    found = re.search(r"^Ip6OutNoRoutes\s+(\d+)$", Path("/proc/net/snmp6").read_text(), re.M)
    return int(counters["OutNoRoutes"]) + (int(found.group(1)) if found else 0)


def _main(resolv_conf: str, module: str, *arguments: str) -> None:
    _begin(resolv_conf)
    sys.argv = [module, *arguments]
    try:
        runpy.run_module(module, run_name="__main__")
    finally:
        print(f"{_COUNT_LINE}{_num_without_route()}", flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
