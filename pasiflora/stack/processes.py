"""Children: started so that they die with us, watched, restarted, stopped in order."""

import ctypes
import json
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pasiflora.stack.errors import StackError
from pasiflora.stack.home import ROOT, Home

logger = logging.getLogger("pasiflora.stack")

LONGEST_BACKOFF = 30.0
# A child that lived this long was healthy: its next death is news, not a crash loop.
HEALTHY_AFTER = 60.0
PR_SET_PDEATHSIG = 1
HAS_PROC = Path("/proc/self/cmdline").exists()  # Linux
_libc = ctypes.CDLL(None) if HAS_PROC else None


@dataclass(frozen=True)
class Account:
    """The user a child runs as, when it is not our own."""

    uid: int
    gid: int


@dataclass
class Child:
    """One process of the stack.

    `stop_with` is the signal for an orderly stop; `orphan_signal` is what the kernel sends when we are killed
    and nobody is left to wait for an orderly one.
    """

    name: str
    command: Sequence[str]
    home: Home
    env: Mapping[str, str]
    stop_with: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGTERM
    grace: float = 20.0
    account: Account | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started: float = field(default=0.0, init=False)
    _failures: int = field(default=0, init=False)
    _retry_at: float | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return self.home.logs / f"{self.name}.log"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches us alone and the stop is in order."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own commands, no shell
                self.command,
                cwd="/" if self.account else ROOT,  # another user may not be able to enter our folder
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(self.orphan_signal),  # noqa: PLW1509 -- this process has one thread
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
            )
        self._started = time.monotonic()
        self._note.write_text(json.dumps({"pid": self.process.pid, "command": list(self.command)}))

    def stop(self) -> None:
        """Ask it to stop, wait for its grace, then insist with SIGKILL on everything it started."""
        if self.process is None:
            return
        if self.alive:
            self.process.send_signal(self.stop_with)
            try:
                self.process.wait(self.grace)
            except subprocess.TimeoutExpired:
                logger.warning("%s did not stop within %.0f s and was killed.", self.name, self.grace)
        self._kill_group(self.process.pid)
        self.process.wait()
        self._note.unlink(missing_ok=True)

    def revive(self) -> None:
        """Start it again if it died, later and later while it keeps dying."""
        if self.process is None or self.alive:
            return
        now = time.monotonic()
        if self._retry_at is None:
            self._failures = 1 if now - self._started > HEALTHY_AFTER else self._failures + 1
            pause = min(2.0 ** (self._failures - 1), LONGEST_BACKOFF)
            self._retry_at = now + pause
            logger.warning(
                "%s stopped by itself (%s); starting it again in %.0f s. Its log: %s",
                self.name, ending(self.process.returncode), pause, self.log,
            )  # fmt: skip
        elif now >= self._retry_at:
            self._retry_at = None
            self._kill_group(self.process.pid)
            self.start()

    def await_ready(self, ready: Callable[[], bool], *, timeout: float) -> None:
        """Return once `ready()` holds; StackError with the end of the log when it dies or takes too long."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.alive or time.monotonic() > deadline:
                what = "stopped before it was ready" if not self.alive else f"was not ready after {timeout:.0f} s"
                raise StackError(f"{self.name} {what}. The end of {self.log}:\n{tail(self.log)}")
            time.sleep(0.02)

    def retire_leftover(self) -> None:
        """Stop the process of an earlier stack that was killed.

        Linux has told it to stop already (see `die_with_parent`), so this mostly waits; a Mac has not.
        """
        with suppress(FileNotFoundError, ValueError, KeyError):
            note = json.loads(self._note.read_text())
            if runs(note["pid"], note["command"]):
                logger.info("Stopping %s of an earlier run (pid %d).", self.name, note["pid"])
                retire(note["pid"], self.stop_with, grace=self.grace)
        self._note.unlink(missing_ok=True)

    def _kill_group(self, leader: int) -> None:
        """End what the child started and left behind: a web worker without its master would keep the port."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)

    @property
    def _note(self) -> Path:
        return self.home.run / f"{self.name}.child"


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child does before exec so that the kernel signals it when we die, even by kill -9.

    Only Linux offers this. Elsewhere a killed supervisor leaves its children running, and the next start
    retires them by their notes.
    """
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # it died before the request was made
            os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def retire(pid: int, number: signal.Signals, *, grace: float) -> None:
    """Signal a process that is not our child and wait until it is gone, insisting after `grace` seconds."""
    deadline = time.monotonic() + grace
    with suppress(ProcessLookupError):
        os.kill(pid, number)
        while time.monotonic() < deadline:
            if not command_of(pid):
                return
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


def runs(pid: int, command: Sequence[str]) -> bool:
    """Whether `pid` is still that command, and not a stranger that was given its number."""
    found = command_of(pid)
    return bool(found) and all(part in found for part in command)


def command_of(pid: int) -> str:
    """The command line of a process; empty when there is none (a zombie has none either)."""
    if HAS_PROC:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    shown = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603
    return shown.stdout.strip()


def ending(code: int) -> str:
    """How a process ended, in words."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
