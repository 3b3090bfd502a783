"""What the README tells people to type is what CI runs."""

import re

import pytest

from pasiflora.stack.home import ROOT

NOT_IN_CI = {
    "make demo PORT=8001": "CI runs make demo with a port of its own",
    "make test ARGS=\"-m 'not browser and not race and not fault' -x\"": "CI runs all of make test",
    "cp .env.example .env": "CI has no secrets to fill in",
    "docker compose up --detach --build": "CI has no container engine; it validates the file if it can",
}


def commands():
    text = (ROOT / "README.md").read_text()
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]


@pytest.mark.parametrize("command", commands())
def test_each_command_of_the_readme_is_run_by_ci_or_excused(command):
    script = (ROOT / ".ci" / "run").read_text()
    runs = re.search(rf"^\s*(\w+=\S+ )*{re.escape(command)}( |$)", script, re.MULTILINE)
    assert bool(runs) != (command in NOT_IN_CI)


def test_no_excuse_outlives_its_command():
    assert set(NOT_IN_CI) <= set(commands())


def test_each_target_of_the_readme_is_in_the_makefile():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", (ROOT / "README.md").read_text())) <= targets


def test_each_variable_that_the_code_reads_is_documented():
    documented = set(
        re.findall(r"`(PASIFLORA_[A-Z_]+|WEB_CONCURRENCY)\b", (ROOT / "docs" / "operations.md").read_text())
    )
    sources = [*(ROOT / "pasiflora").rglob("*.py"), ROOT / "gunicorn.conf.py"]
    read = {name for source in sources for name in re.findall(r'"(PASIFLORA_[A-Z_]+)"', source.read_text())}
    assert read <= documented
