"""From a bare Python to an installed tree: `python3 pasiflora/stack/bootstrap.py`.

Runs before any dependency exists, as a file and not as a module, so it imports the standard library alone.
Each step leaves a stamp of what it was made from and is skipped while that is unchanged.
"""

# An older Python has to get as far as `check_python`, so annotations must not be evaluated.
from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCK = ROOT / "requirements-dev.lock"
FONT_LOCK = ROOT / "requirements-font.lock"
FRONTEND = ROOT / "frontend"
OLDEST = (3, 11)


class SetupError(Exception):
    """A sentence that says what is missing and how to get it."""


def main() -> int:
    """Bring the tree to what the lock files say; the exit code."""
    try:
        check_python()
        make_venv()
        install_python()
        build_frontend()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


def check_python() -> None:
    """Refuse a Python that could only fail later and less clearly."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(
            f"Pasiflora needs Python 3.11 or newer; {sys.executable} is {found}. Try make PYTHON=python3.11"
        )


def make_venv() -> None:
    """Make .venv, or make it again when the Python that it was made with, or its own place, has changed."""
    stamp = Stamp(VENV / "made-with", [str(VENV), sys.version])
    if stamp.fresh and (BIN / "python").exists():
        return
    if find_spec("ensurepip") is None:
        raise SetupError("This Python cannot make a venv. On Debian or Ubuntu: apt install python3-venv")
    say("Making .venv")
    run([sys.executable, "-m", "venv", "--clear", VENV], "The venv could not be made.")
    stamp.press()


def install_python() -> None:
    """Install exactly requirements-dev.lock, every file checked against its hash."""
    stamp = Stamp(VENV / "installed-from", [LOCK])
    if stamp.fresh:
        return
    say("Installing Python packages")
    install_uv()
    run(
        [BIN / "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", BIN / "python", LOCK],
        "The Python packages could not be installed.",
    )
    stamp.press()


def install_uv() -> None:
    """Install uv by the hashes that the lock file has for it, unless that version is there already."""
    requirement = uv_requirement(LOCK.read_text())
    version = requirement.split()[0].partition("==")[2]
    if (BIN / "uv").exists():
        found = subprocess.run([BIN / "uv", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if found.split()[1:2] == [version]:
            return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write(requirement)
        requirements.flush()
        pip: list[str | Path] = [BIN / "python", "-m", "pip", "--quiet", "--disable-pip-version-check"]
        run(
            [*pip, "install", "--require-hashes", "--no-deps", "--requirement", requirements.name],
            "uv could not be installed.",
        )


def uv_requirement(lock: str) -> str:
    """The lines of the lock file about uv: its version and its hashes."""
    _, found, rest = lock.partition("\nuv==")
    if not found:
        raise SetupError(f"{LOCK.name} does not name uv. Restore it, or run make lock on a set-up tree.")
    hashes = rest.partition("\n    #")[0]
    return f"uv=={hashes}\n"


def build_frontend() -> None:
    """Install npm packages by their lock file, and build what the browser runs into frontend/dist."""
    if not (FRONTEND / "package-lock.json").exists():
        return
    modules = Stamp(FRONTEND / "node_modules" / ".installed-from", [FRONTEND / "package-lock.json"])
    if not modules.fresh:
        say("Installing npm packages")
        npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        modules.press()
    cut_font()
    build = Stamp(FRONTEND / "dist" / ".built-from", frontend_sources())
    if not build.fresh:
        say("Building the browser code")
        npm("run", "build", "--silent")
        build.press()


def cut_font() -> None:
    """Cut the font of formulas out of a larger one, into frontend/made."""
    stamp = Stamp(FRONTEND / "made" / ".cut-from", [FRONTEND / "font.py", FONT_LOCK])
    if stamp.fresh:
        return
    say("Cutting the font of formulas")
    run([BIN / "python", FRONTEND / "font.py"], "The font of formulas could not be cut.")
    stamp.press()


def frontend_sources() -> list[Path]:
    """Every file that the build may read."""
    made = {FRONTEND / "node_modules", FRONTEND / "dist"}
    found: list[Path] = []
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = [name for name in folders if Path(folder, name) not in made]
        found += [Path(folder, name) for name in files]
    return sorted(found)


def npm(*arguments: str) -> None:
    """Run npm from the venv's Node, so that no other Node on this machine matters."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    failure = f"npm {arguments[0]} failed in frontend/."
    run([BIN / "npm", *arguments], failure, cwd=FRONTEND, env={**os.environ, "PATH": path})


class Stamp:
    """A file that records what something was made from."""

    def __init__(self, path: Path, inputs: Iterable[Path | str]) -> None:
        self.path = path
        self.inputs = digest(inputs)

    @property
    def fresh(self) -> bool:
        """Whether it was made, to the end, from these very inputs."""
        return self.path.exists() and self.path.read_text() == self.inputs

    def press(self) -> None:
        """Record that it is made. Called last, so that an interrupted step is done again."""
        self.path.write_text(self.inputs)


def digest(inputs: Iterable[Path | str]) -> str:
    """One hash over texts, and over the places and contents of files."""
    total = hashlib.sha256()
    for each in inputs:
        total.update(hashlib.sha256(str(each).encode()).digest())
        if isinstance(each, Path):
            total.update(hashlib.sha256(each.read_bytes()).digest())
    return total.hexdigest()


def run(command: Sequence[str | Path], failure: str, *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a step with its output shown; SetupError with `failure` when it does not succeed."""
    if shutil.which(str(command[0])) is None:
        raise SetupError(f"{failure} {command[0]} is missing; remove .venv and try again.")
    if subprocess.run([str(part) for part in command], cwd=cwd, env=env, check=False).returncode:  # noqa: S603
        raise SetupError(f"{failure} What it printed is above.")


def say(sentence: str) -> None:
    """Tell the person what the wait is for."""
    print(f"setup: {sentence} …", flush=True)


if __name__ == "__main__":
    sys.exit(main())
