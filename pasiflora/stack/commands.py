"""What a person can ask of the stack. Each returns the exit code."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from pasiflora.stack.application import address, application, prepare, watch
from pasiflora.stack.errors import StackError
from pasiflora.stack.evidence_key import evidence_key
from pasiflora.stack.home import ROOT, Home, holder, locked, persistent_home, throwaway_home
from pasiflora.stack.ports import require_free
from pasiflora.stack.processes import die_with_parent
from pasiflora.stack.servers import environment, servers

logger = logging.getLogger("pasiflora.stack")

STOP_SECONDS = 120.0


def serve(*, host: str, port: int, demo: bool) -> int:
    """Everything on this machine, until Ctrl-C."""
    home = persistent_home()
    with locked(home), _stopped_by_signal(), servers(home) as running:
        require_free(host, port)
        key = evidence_key(home)
        env = {"DJANGO_SETTINGS_MODULE": "pasiflora.settings.development", **key.public(running.env)}
        told = prepare(home, env, demo=demo)
        with application(home, env, key, host=host, port=port) as children:
            print(
                f"\nPasiflora is ready: {address(host, port)}\n{told}\nLogs: {home.logs}",
                "Ctrl-C stops it.",
                sep="\n",
                flush=True,
            )
            watch([*running.children, *children])
    return 0


def test(arguments: Sequence[str]) -> int:
    """The test suite, on servers that are made for it and thrown away."""
    with throwaway_home() as home, servers(home) as running:
        env = {**running.env, "DJANGO_SETTINGS_MODULE": "pasiflora.settings.testing"}
        return foreground([sys.executable, "-m", "pytest", *arguments], env)


def run(command: Sequence[str], *, throwaway: bool) -> int:
    """Any command with DATABASE_URL and REDIS_URL set; joins the stack that is running, if one is."""
    home = persistent_home()
    if throwaway:
        with throwaway_home() as own, servers(own) as running:
            return foreground(command, _with_settings(own, running.env))
    if (joined := _running(home)) is not None:
        return foreground(command, _with_settings(home, joined))
    with locked(home), servers(home) as running:
        return foreground(command, _with_settings(home, running.env))


def stop() -> int:
    """Stop the stack that runs from here, wherever it was started, and wait until it is down."""
    home = persistent_home()
    found = holder(home)
    if found is None:
        print("Pasiflora is not running.")
        return 0
    if "pid" not in found:
        raise StackError("Pasiflora is just starting. Try again in a moment.")
    os.kill(int(found["pid"]), signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while holder(home) is not None:
        if time.monotonic() > deadline:
            raise StackError(f"Pasiflora (pid {found['pid']}) is still stopping. Its logs: {home.logs}")
        time.sleep(0.1)
    print("Pasiflora has stopped.")
    return 0


def foreground(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run it on this terminal, our venv's programs first on its PATH, and return its exit code.

    Ctrl-C reaches the command by itself, as it shares our terminal; we wait for its answer. SIGTERM is passed on.
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", os.defpath)])
    try:
        process = subprocess.Popen(  # noqa: S603 -- the person's own command, no shell
            command,
            cwd=ROOT,
            env={**env, "PATH": path},
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- this process has one thread
        )
    except FileNotFoundError as error:
        raise StackError(f"There is no command {command[0]!r}.") from error
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    code = process.wait()
    return 128 - code if code < 0 else code


@contextmanager
def _stopped_by_signal() -> Iterator[None]:
    """Leave the block in order on Ctrl-C, SIGTERM or a closed terminal; a second one does not cut the stop short."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def leave(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        print("\nStopping: web, beat, worker, Valkey, PostgreSQL …", flush=True)
        raise KeyboardInterrupt

    for each in signals:
        signal.signal(each, leave)
    with suppress(KeyboardInterrupt):
        yield


def _running(home: Home) -> dict[str, str] | None:
    """The environment of the stack that runs from `home`, or None."""
    found = holder(home)
    if found is None:
        return None
    if "REDIS_URL" not in found:
        raise StackError(f"Pasiflora (pid {found.get('pid', 'unknown')}) is just starting. Try again in a moment.")
    return environment(found)


def _with_settings(home: Home, env: Mapping[str, str]) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "pasiflora.settings.development", **evidence_key(home).public(env)}
