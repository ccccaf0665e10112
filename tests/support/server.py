"""The real thing: `sosbox serve` in processes of its own, on a free port of this machine."""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from tests.support.venue import PASSWORD

# The words that start the program: `make test-binary` names the built one.
PROGRAM = shlex.split(os.environ.get("PROGRAM_UNDER_TEST", f"{sys.executable} -m sosbox"))
SET_UP = Path(__file__).with_name("venue.toml")
START_TIMEOUT_S = 60


def sosbox(*arguments: str, env: Mapping[str, str] | None = None) -> str:
    """Runs a command and returns what it printed; fails when the command fails."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        timeout=START_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def set_up(data_dir: Path) -> None:
    """A data folder with the cast, all of them with the same password."""
    data_dir.mkdir(parents=True, exist_ok=True)
    set_up_file = data_dir / "venue.toml"
    set_up_file.write_bytes(SET_UP.read_bytes())
    (data_dir / "password").write_text(PASSWORD, "utf-8")
    sosbox("apply", str(set_up_file), "--data", str(data_dir))


class RunningBox:
    """A box that serves; `kill` pulls the plug, `stop` asks it to end."""

    def __init__(self, data_dir: Path, smtp_port: int, env: Mapping[str, str] | None = None):
        self.data_dir = data_dir
        self.env = {
            **os.environ,
            "SOSBOX_SMTP_HOST": "127.0.0.1",
            "SOSBOX_SMTP_PORT": str(smtp_port),
            "SOSBOX_SMTP_TLS": "none",
            **(env or {}),
        }
        self.url = ""
        self.log: list[str] = []
        self._process: subprocess.Popen[str] | None = None

    def start(self, port: int = 0) -> None:
        """Returns once the box says that it is ready."""
        command = [*PROGRAM, "serve", "--data", str(self.data_dir)]
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env,
            start_new_session=True,
        )
        assert self._process.stderr is not None
        self._collector = threading.Thread(target=self._collect, args=(self._process.stderr,))
        self._collector.start()
        watchdog = threading.Timer(START_TIMEOUT_S, self.kill)
        watchdog.start()
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "ready" in line:
                self.url = line.split()[-1].rstrip("/")
                break
        watchdog.cancel()
        assert self.url, "".join(self.log)

    def _collect(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self.log.append(line)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """SIGKILL to the supervisor and everything that it has started, all at once."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._end()

    def stop(self) -> int:
        """SIGTERM, as the service manager sends it; returns the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._end()

    def _end(self) -> int:
        assert self._process is not None
        code = self._process.wait(timeout=START_TIMEOUT_S)
        self._collector.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def page_of(self, code: str) -> str:
        """The address of an access point's page on this box."""
        points = json.loads(sosbox("access-points", "--data", str(self.data_dir), "--json"))
        url = next(point["url"] for point in points if point["code"] == code)
        return f"{self.url}/p/{url.rpartition('/')[2]}"
