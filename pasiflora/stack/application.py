"""The application's own processes: web, worker and beat, kept alive until somebody says stop."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from pasiflora.stack.errors import StackError
from pasiflora.stack.evidence_key import EvidenceKey
from pasiflora.stack.home import ROOT, Home
from pasiflora.stack.processes import Child, tail

WATCH_SECONDS = 0.2
# What our own processes get when the supervisor was killed: nobody is left to wait for an orderly stop, Celery and
# gunicorn may miss a gentler signal while the broker goes down beside them, and every job survives a kill by design.
ABANDONED = signal.SIGKILL


def prepare(home: Home, env: Mapping[str, str], *, demo: bool) -> str:
    """Migrate, and load the demo's data; returns what there is to tell the person (the demo's logins)."""
    log = home.logs / "prepare.log"
    command = [sys.executable, "-m", "pasiflora.stack.prepare", *(["--demo"] if demo else [])]
    with log.open("wb") as errors:
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=errors, check=False)  # noqa: S603
    if done.returncode:
        raise StackError(f"The database could not be prepared. The end of {log}:\n{tail(log)}")
    return done.stdout.decode()


@contextmanager
def application(home: Home, env: Mapping[str, str], key: EvidenceKey, *, host: str, port: int) -> Iterator[list[Child]]:
    """Start worker, beat and web, and wait for the web; stop them in the opposite order.

    So no page promises work that no worker takes, and a job that is running may finish. The worker alone can open
    evidence.
    """
    env = key.public(env)
    children = [worker(home, key.secret(env)), beat(home, env), web(home, env, host=host, port=port)]
    with ExitStack() as stop_later:
        for child in children:
            child.retire_leftover()
            stop_later.callback(child.stop)
            child.start()
        children[-1].await_ready(lambda: _is_ready(host, port), timeout=60)
        yield children


def watch(children: list[Child]) -> None:
    """Revive whatever dies, until a signal ends it."""
    while True:
        for child in children:
            child.revive()
        time.sleep(WATCH_SECONDS)


def web(home: Home, env: Mapping[str, str], *, host: str, port: int) -> Child:
    """gunicorn.conf.py, which the container uses too, says how many workers and threads."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    config = str(ROOT / "gunicorn.conf.py")
    command = [sys.executable, "-m", "gunicorn", "--config", config, "--bind", bind, "pasiflora.wsgi:application"]
    return Child("web", command, home, env, orphan_signal=ABANDONED)


def worker(home: Home, env: Mapping[str, str]) -> Child:
    """Its grace lets a short job finish; a longer one is killed and comes back, since acks are late."""
    command = [*_celery(), "worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    return Child("worker", command, home, env, orphan_signal=ABANDONED, grace=30.0)


def beat(home: Home, env: Mapping[str, str]) -> Child:
    """The clock of the sweeps. Exactly one runs per installation."""
    schedule = str(home.run / "beat-schedule")
    command = [*_celery(), "beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "INFO"]
    return Child("beat", command, home, env, orphan_signal=ABANDONED)


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "pasiflora"]


def _is_ready(host: str, port: int) -> bool:
    """Whether the web answers, the database is migrated and the broker is there."""
    try:
        with urllib.request.urlopen(address(host, port) + "/readyz", timeout=10) as answer:  # noqa: S310 -- our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def address(host: str, port: int) -> str:
    """Where a browser finds it. A server on every interface is still reached by loopback from here."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 -- compared, not bound
    return f"http://{shown}:{port}"
