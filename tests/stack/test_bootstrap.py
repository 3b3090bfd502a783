"""Setting up a bare machine: what is skipped, what is done again, and what is said when it cannot be done."""

import pytest

from pasiflora.stack import bootstrap


def test_uv_is_installed_by_the_lock_files_own_hashes():
    requirement = bootstrap.uv_requirement(bootstrap.LOCK.read_text())

    assert requirement.startswith("uv==")
    assert all(line.strip().startswith("--hash=sha256:") for line in requirement.splitlines()[1:])
    assert len(requirement.splitlines()) > 2


def test_a_lock_file_without_uv_is_a_sentence():
    with pytest.raises(bootstrap.SetupError, match="does not name uv"):
        bootstrap.uv_requirement("django==5.2\n")


def test_a_step_is_skipped_only_while_its_inputs_are_the_same(tmp_path):
    source = tmp_path / "lock"
    source.write_text("one")
    assert not bootstrap.Stamp(tmp_path / "stamp", [source]).fresh

    bootstrap.Stamp(tmp_path / "stamp", [source]).press()
    assert bootstrap.Stamp(tmp_path / "stamp", [source]).fresh

    source.write_text("two")
    assert not bootstrap.Stamp(tmp_path / "stamp", [source]).fresh


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))
    with pytest.raises(bootstrap.SetupError, match=r"needs Python 3\.11 or newer; .+ is 3\.9\.2"):
        bootstrap.check_python()


def test_a_python_without_venv_is_told_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "find_spec", lambda _name: None)
    with pytest.raises(bootstrap.SetupError, match="apt install python3-venv"):
        bootstrap.make_venv()


def test_a_failed_step_leaves_no_stamp(monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap.sys, "executable", "/bin/false")
    with pytest.raises(bootstrap.SetupError, match="The venv could not be made"):
        bootstrap.make_venv()
    assert not (tmp_path / "made-with").exists()
