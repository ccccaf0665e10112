"""A CUPS of the tests' own, which nothing of the system's is needed for, and printers behind it."""

import contextlib
import os
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_PATH = f"{os.environ['PATH']}:/usr/sbin"
CUPSD, LPADMIN, LPSTAT, CANCEL = (
    shutil.which(name, path=_PATH) for name in ("cupsd", "lpadmin", "lpstat", "cancel")
)
CUPSDISABLE, CUPSREJECT = (shutil.which(name, path=_PATH) for name in ("cupsdisable", "cupsreject"))
PROGRAMS = Path("/usr/lib/cups")
# Where the package leaves it; the one of a CUPS that is set up is a link to it.
SOCKET_BACKEND = PROGRAMS / "backend-available" / "socket"
# A printer as they are sold today, made by those who make CUPS; it insists on a bus.
IPP_PRINTER, BUS = (shutil.which(name, path=_PATH) for name in ("ippeveprinter", "dbus-daemon"))
IS_INSTALLED = all((CUPSD, LPADMIN, LPSTAT, CANCEL)) and all(
    path.exists() for path in (PROGRAMS / "filter" / "pdftopdf", SOCKET_BACKEND)
)
_POLL_S = 0.02
_LIMIT_S = 20
# As Debian sets it up, but that whoever runs the tests may add queues.
_CONFIG = """\
LogLevel debug
Listen {folder}/cups.sock
Browsing Off
WebInterface No
ErrorPolicy retry-job
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Cancel-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_FILES = """\
ServerRoot {folder}/root
ServerBin {folder}/programs
CacheDir {folder}/cache
StateDir {folder}/state
RequestRoot {folder}/spool
TempDir {folder}/tmp
AccessLog {folder}/access.log
ErrorLog {folder}/error.log
PageLog {folder}/page.log
Printcap {folder}/printcap
"""
# What the manual of CUPS says of backends: messages of a state, and what the number at the end
# means. The rest of the address says what goes wrong.
_FAULTY_BACKEND = """\
#!/bin/sh
[ $# = 0 ] && exit 0
wrong="${DEVICE_URI#faulty:/}"
case "$wrong" in
  options) printf %s "$5" > "$(dirname "$0")/../../tmp/options"; exit 0 ;;
  exit-*) exit "${wrong#exit-}" ;;
esac
echo "STATE: +$wrong" >&2
exec tail -f /dev/null
"""
# An office printer with two trays, set to print on both sides of A4.
_SIZES = {"A3": (842, 1191), "A4": (595, 842), "A5": (420, 595)}
_PPD_HEAD = """\
*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "OFFICE.PPD"
*Manufacturer: "Test"
*Product: "(Test)"
*ModelName: "Test Office"
*ShortNickName: "Test Office"
*NickName: "Test Office"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsManualCopies: True
*cupsFilter: "application/vnd.cups-pdf 0 -"
*OpenUI *Duplex: PickOne
*DefaultDuplex: DuplexNoTumble
*Duplex None: ""
*Duplex DuplexNoTumble: ""
*CloseUI: *Duplex
"""


class PrivateCups:
    """Runs between `start` and `stop`. environ: where CUPS' own commands, and the program, find
    it."""

    def __init__(self) -> None:
        # The filters run as another user, who may not look into the folders of pytest.
        self._folder = Path(tempfile.mkdtemp(prefix="cups-"))
        self._folder.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self.socket = self._folder / "cups.sock"
        self.options_file = self._folder / "tmp" / "options"
        self.environ = {"CUPS_SERVER": str(self.socket)}

    def start(self) -> None:
        for name in ("root", "cache", "state", "spool", "tmp", "programs"):
            (self._folder / name).mkdir()
        (self._folder / "tmp").chmod(0o777)
        self._link_programs()
        (self._folder / "office.ppd").write_text(_ppd(), "ascii")
        config, files = self._folder / "cupsd.conf", self._folder / "cups-files.conf"
        config.write_text(_CONFIG.format(folder=self._folder), "utf-8")
        files.write_text(_FILES.format(folder=self._folder), "utf-8")
        command = [str(CUPSD), "-f", "-c", str(config), "-s", str(files)]
        with (self._folder / "output").open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output)
        self._wait_until_it_answers()

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def add_office(self, name: str, uri: str, *options: str) -> None:
        """A queue whose printer takes PDF, on A3, A4 and A5; on both sides of A4 if not told."""
        self._run(LPADMIN, "-p", name, "-E", "-v", uri, "-P", self._folder / "office.ppd", *options)

    def add_raw(self, name: str, uri: str) -> None:
        """A queue that passes on what it is sent."""
        self._run(LPADMIN, "-p", name, "-E", "-v", uri, "-m", "raw")

    def add_driverless(self, name: str, uri: str) -> None:
        """A queue for a printer that says itself what it can do: it is asked after this returns,
        and until then the queue is a raw one."""
        self._run(LPADMIN, "-p", name, "-E", "-v", uri, "-m", "everywhere")

    def pause(self, name: str) -> None:
        self._run(CUPSDISABLE, name)

    def reject(self, name: str) -> None:
        self._run(CUPSREJECT, name)

    def cancel_all(self, name: str) -> None:
        self._run(CANCEL, "-a", name)

    def open_jobs(self, name: str) -> list[str]:
        """Lines about jobs that have not come to an end."""
        return self._run(LPSTAT, "-o", name).splitlines()

    def wait_for_job(self, name: str) -> None:
        """Returns once a job is in the queue."""
        _wait_until(lambda: bool(self.open_jobs(name)), "a job")

    def _link_programs(self) -> None:
        for path in PROGRAMS.iterdir():
            if path.name != "backend":
                (self._folder / "programs" / path.name).symlink_to(path)
        backends = self._folder / "programs" / "backend"
        backends.mkdir()
        (backends / "socket").symlink_to(SOCKET_BACKEND)
        (backends / "ipp").symlink_to(PROGRAMS / "backend" / "ipp")
        faulty = backends / "faulty"
        faulty.write_text(_FAULTY_BACKEND, "ascii")
        faulty.chmod(0o755)

    def _wait_until_it_answers(self) -> None:
        def answers() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, self._log()
            return "is running" in self._run(LPSTAT, "-r", check=False)

        _wait_until(answers, "CUPS")

    def _run(self, *words: object, check: bool = True) -> str:
        environ: Mapping[str, str] = {"PATH": _PATH, "LC_ALL": "C", **self.environ}
        done = subprocess.run(
            list(map(str, words)), env=environ, capture_output=True, text=True, timeout=_LIMIT_S
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def _log(self) -> str:
        with contextlib.suppress(OSError):
            return (self._folder / "output").read_text()
        return ""


def _ppd() -> str:
    lines = [_PPD_HEAD]
    for option in ("PageSize", "PageRegion"):
        lines += [f"*OpenUI *{option}: PickOne", f"*Default{option}: A4"]
        lines += [f'*{option} {name}: ""' for name in _SIZES]
        lines.append(f"*CloseUI: *{option}")
    lines += ["*DefaultImageableArea: A4", "*DefaultPaperDimension: A4"]
    for name, (width, height) in _SIZES.items():
        lines.append(f'*ImageableArea {name}: "12 12 {width - 12} {height - 12}"')
        lines.append(f'*PaperDimension {name}: "{width} {height}"')
    return "\n".join(lines) + "\n"


class OfficePrinter:
    """Listens on port 9100, as it were, and keeps what it is sent.

    is_stuck: takes a connection and nothing on it.
    """

    def __init__(self) -> None:
        self.is_stuck = False
        self._printed: list[bytes] = []
        self._has_printed = threading.Condition()
        self._is_over = threading.Event()
        printer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if printer.is_stuck:
                    printer._is_over.wait()
                else:
                    printer._keep(self.rfile.read())

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        # Without asking for SNMP, which would cost seconds.
        self.uri = f"socket://127.0.0.1:{self._server.server_address[1]}/?snmp=false"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self) -> bytes:
        """The next document."""
        with self._has_printed:
            assert self._has_printed.wait_for(lambda: self._printed, _LIMIT_S)
            return self._printed.pop(0)

    def _keep(self, document: bytes) -> None:
        with self._has_printed:
            self._printed.append(document)
            self._has_printed.notify_all()


class DriverlessPrinter:
    """Speaks IPP, takes PDF and keeps it in a folder; has paper up to A4."""

    def __init__(self, folder: Path) -> None:
        bus = f"unix:path={folder}/bus"
        self._folder = folder / "printed"
        self._folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as found:
            port = found.getsockname()[1]
        self.uri = f"ipp://127.0.0.1:{port}/ipp/print"
        self._bus = _run_quietly([BUS, "--session", f"--address={bus}", "--nofork"])
        _wait_until(lambda: (folder / "bus").exists(), "the bus")
        words = [IPP_PRINTER, "-r", "off", "-p", str(port), "-d", str(self._folder), "-k"]
        words += ["-f", "application/pdf", "-s", "10,5", "Test"]
        self._printer = _run_quietly(words, DBUS_SYSTEM_BUS_ADDRESS=bus)
        _wait_until(lambda: _is_open(port), "the printer")

    def stop(self) -> None:
        for process in (self._printer, self._bus):
            process.kill()
            process.wait()

    def printed(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self._folder.iterdir())]


def _run_quietly(words: list[str | None], **environ: str) -> subprocess.Popen[bytes]:
    assert words[0] is not None
    return subprocess.Popen(
        [word for word in words if word],
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def _wait_until(is_so: Callable[[], bool], what: str) -> None:
    """CUPS tells nobody when it is ready: it has to be asked."""
    deadline = time.monotonic() + _LIMIT_S
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, f"{what} has not come"
        pause.wait(_POLL_S)
