"""Homes for stacks of the tests' own: never the servers that the suite itself runs on."""

import socket
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp

import pytest
from django.conf import settings

from pasiflora.stack.home import ROOT, Home, locked


@pytest.fixture
def own_servers(monkeypatch):
    """As on a bare machine: nobody has named a server."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def home(own_servers, monkeypatch):
    """A home that PostgreSQL's user can reach, unlike one in pytest's private tmp_path."""
    folder = Path(settings.VAR, "stacks")
    folder.mkdir(exist_ok=True)
    home = Home(Path(mkdtemp(dir=folder)))
    home.path.chmod(0o755)
    monkeypatch.setenv("PASIFLORA_VAR", str(home.path))
    yield home
    home.discard()


@pytest.fixture
def held(home):
    """The same home, locked by this process."""
    with locked(home):
        yield home


@pytest.fixture
def stack(home):
    """Start `python -m pasiflora.stack …` on the home; whatever still runs is ended after the test."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "pasiflora.stack", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
