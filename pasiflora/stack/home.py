"""Where one stack keeps its things, and the lock that says who is using them."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pasiflora.stack.errors import StackError

ROOT = Path(__file__).resolve().parents[2]
# The kernel copies a socket's path into 108 bytes (104 on a Mac), the final zero included.
LONGEST_SOCKET_PATH = 103


@dataclass(frozen=True)
class Home:
    """The folder of one stack. Two stacks never share one; a throwaway stack gets its own."""

    path: Path
    durable: bool = True

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def lock(self) -> Path:
        return self.path / "stack.lock"

    @property
    def elsewhere(self) -> Path:
        """A link to what had to be kept outside, because PostgreSQL's user cannot reach this folder."""
        return self.path / "elsewhere"

    def make(self) -> None:
        """Create the folders, open to nobody but their owner except for passing through."""
        for folder in (self.path, self.logs, self.run):
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)

    def discard(self) -> None:
        """Remove it with all its data, wherever that is."""
        if self.elsewhere.is_symlink():
            shutil.rmtree(self.elsewhere.readlink(), ignore_errors=True)
        for name in ("postgres", "valkey"):
            shutil.rmtree(_short(self.run / name), ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def socket_folder(self, name: str, *, longest_file: str) -> Path:
        """A folder for a unix socket: under run/, or under /tmp when the path would not fit a socket address."""
        folder = self.run / name
        if len(os.fsencode(folder / longest_file)) <= LONGEST_SOCKET_PATH:
            return folder
        return _short(folder)


def _short(folder: Path) -> Path:
    """The stand-in under /tmp for a folder whose path is too long."""
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(f"/tmp/pf-{digest}")  # noqa: S108 -- short on purpose; `private_folder` checks its owner


def private_folder(folder: Path, *, uid: int, gid: int) -> Path:
    """Make `folder` mode 0700 for `uid`, or refuse: a folder that is somebody else's may be a trap."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
        os.chown(folder, uid, gid)
    found = folder.lstat()
    if folder.is_symlink() or not folder.is_dir() or found.st_uid not in (uid, os.getuid()) or found.st_mode & 0o077:
        raise StackError(f"{folder} is not a private folder of user {uid}. Move it away and start again.")
    if found.st_uid != uid:  # a run that was killed between mkdir and chown
        os.chown(folder, uid, gid)
    return folder


def persistent_home() -> Home:
    """The stack that keeps its data: var/, or PASIFLORA_VAR."""
    return Home(Path(os.environ.get("PASIFLORA_VAR") or ROOT / "var").resolve())


@contextmanager
def throwaway_home() -> Iterator[Home]:
    """A stack whose data nobody will miss. What a killed run left behind is swept by the next one."""
    folder = persistent_home().path / "throwaway"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    _sweep(folder)
    home = Home(Path(tempfile.mkdtemp(dir=folder)), durable=False)
    home.path.chmod(0o755)  # PostgreSQL may run as another user, who has to pass through
    try:
        with locked(home):
            yield home
    finally:
        home.discard()


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the home. The kernel lets go of the lock when the process dies, so no lock is ever stale."""
    home.make()
    descriptor = os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(_in_use(home)) from error
        announce(home)
        yield
    finally:
        os.close(descriptor)


def announce(home: Home, **facts: str) -> None:
    """Write into the lock file who holds it and how its servers are reached."""
    home.lock.write_text(json.dumps({"pid": str(os.getpid()), **facts}))


def holder(home: Home) -> dict[str, str] | None:
    """What the running stack announced, or None when nobody holds the home."""
    try:
        descriptor = os.open(home.lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        with suppress(ValueError):
            facts: dict[str, str] = json.loads(home.lock.read_text())
            return facts
        return {}
    finally:
        os.close(descriptor)
    return None


def _in_use(home: Home) -> str:
    facts = holder(home) or {}
    return (
        f"Pasiflora is already running from {home.path} (pid {facts.get('pid', 'unknown')}). "
        "Stop it with Ctrl-C where it runs, or with: python -m pasiflora.stack stop"
    )


def _sweep(folder: Path) -> None:
    for leftover in folder.iterdir():
        home = Home(leftover)
        if home.lock.exists() and holder(home) is None:
            home.discard()
