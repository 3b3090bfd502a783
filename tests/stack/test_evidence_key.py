"""The key of one home: made once, private, whole for the worker and half for everybody else."""

import stat

import pytest

from experts.evidence.sealing import belong_together
from pasiflora.stack.errors import StackError
from pasiflora.stack.evidence_key import IDENTITY, RECIPIENT, EvidenceKey, evidence_key


@pytest.fixture(autouse=True)
def _unset(monkeypatch):
    monkeypatch.delenv(RECIPIENT, raising=False)
    monkeypatch.delenv(IDENTITY, raising=False)


def test_a_home_gets_one_key_and_keeps_it(home):
    home.make()
    made = evidence_key(home)
    assert belong_together(made.recipient, made.identity)
    assert evidence_key(home) == made
    path = home.path / "evidence.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == f"# public key: {made.recipient}\n{made.identity}\n"
    assert [each.name for each in home.path.glob("evidence*")] == ["evidence.key"]


def test_the_worker_alone_gets_the_secret():
    key = EvidenceKey("age1r", "AGE-SECRET-KEY-1")
    env = {"PATH": "/bin", IDENTITY: "inherited"}
    assert key.public(env) == {"PATH": "/bin", RECIPIENT: "age1r"}
    assert key.secret(env) == {"PATH": "/bin", RECIPIENT: "age1r", IDENTITY: "AGE-SECRET-KEY-1"}


def test_a_pair_of_ones_own_is_used_and_nothing_is_made(home, monkeypatch):
    home.make()
    monkeypatch.setenv(RECIPIENT, "age1mine")
    assert evidence_key(home) == EvidenceKey("age1mine", "")
    monkeypatch.setenv(IDENTITY, "AGE-SECRET-KEY-1MINE")
    assert evidence_key(home) == EvidenceKey("age1mine", "AGE-SECRET-KEY-1MINE")
    assert list(home.path.glob("evidence*")) == []


@pytest.mark.parametrize("content", ["", "AGE-SECRET-KEY-1NONSENSE\n", "two\nlines\n"])
def test_a_broken_key_stops_the_start_and_is_not_replaced(home, content):
    home.make()
    path = home.path / "evidence.key"
    path.write_text(content)
    with pytest.raises(StackError, match="is not a key of age"):
        evidence_key(home)
    assert path.read_text() == content
