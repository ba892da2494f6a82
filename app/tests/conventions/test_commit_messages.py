"""The hook that bin/setup installs refuses a message that does not say one idea and why, and says what to change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT

HOOK = ".githooks/commit-msg"
BODY = "The second one found the case closed."
GOOD = ["Refuse to close a case twice", "É" * 65, "Name `closure.close()` by its verb"]
BAD = [
    ("X" * 66, BODY, "66 caractères"),
    ("refuse to close a case twice", BODY, "majuscule"),
    ("Refuse to close a case twice.", BODY, "point final"),
    ("Refuse to close twice; name the button", BODY, "une idée par commit"),
    ("Refuse to close a case twice", "", "pourquoi"),
    ("Refuse to close a case twice", "Co-authored-by: Carmen Vidal <agent.lot@exemple.fr>", "pourquoi"),
]
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    **{f"GIT_{who}_{what}": "agent.lot@exemple.fr" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    **{"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"},
}


def run(folder: Path, *command: str, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=ENVIRONMENT | given, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8"
    )


def make_repository(folder: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    """Runs bin/setup in a new repository, whose environment is there already. Returns what it said."""
    for name in ("bin/setup", "bin/common.sh", HOOK):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to(sys.executable)
    (folder / "requirements-test.lock").touch()
    stamp = run(folder, "sh", "-c", "cksum <requirements-test.lock").stdout
    (folder / ".venv/requirements-test.lock.sum").write_text(stamp)
    assert run(folder, "git", "init", "-q").returncode == 0
    for setting in settings:
        run(folder, "git", "config", *setting.split("="))
    return run(folder, "bin/setup")


def commit(folder: Path, *message: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "git", "commit", "--allow-empty", "-m", "\n\n".join(message))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    assert "sont installés" in make_repository(folder).stderr
    assert commit(folder, "Begin", BODY).returncode == 0
    return folder


@pytest.mark.parametrize("subject", GOOD)
def test_a_good_message_is_taken(repository: Path, subject: str) -> None:
    assert not commit(repository, subject, BODY).returncode


@pytest.mark.parametrize(("subject", "body", "said"), BAD)
def test_a_bad_message_is_refused_and_what_to_change_is_said(
    repository: Path, subject: str, body: str, said: str
) -> None:
    refused = commit(repository, subject, body)

    assert refused.returncode and said in refused.stderr and "git commit --edit" in refused.stderr
    assert refused.stderr.count("\n- ") == 1, refused.stderr


def test_the_body_begins_at_the_third_line(repository: Path) -> None:
    assert "deuxième ligne" in commit(repository, f"Refuse to close twice\n{BODY}\n{BODY}").stderr


@pytest.mark.parametrize("message", ["Merge branch 'one'", 'Revert "x; y."', "fixup! Begin", "squash! Begin"])
def test_what_git_writes_passes(repository: Path, message: str) -> None:
    assert not commit(repository, message).returncode


def test_comments_and_changes_shown_in_the_editor_are_no_message(repository: Path) -> None:
    (repository / "one").write_text("a; b.\n")
    run(repository, "git", "add", "one")
    editor = 'f() { printf "Add one\\n\\n" | cat - "$1" >"$1.new" && mv "$1.new" "$1"; }; f'

    refused = run(repository, "git", "commit", "--verbose", GIT_EDITOR=editor)
    assert "pourquoi" in refused.stderr and refused.stderr.count("\n- ") == 1


def test_a_worktree_has_the_same_hook(repository: Path, tmp_path: Path) -> None:
    run(repository, "git", "add", HOOK)
    assert not commit(repository, "Add the hook", BODY).returncode
    run(repository, "git", "worktree", "add", "-q", str(tmp_path / "tree"))

    assert "majuscule" in commit(tmp_path / "tree", "close", BODY).stderr


def test_hooks_of_another_place_stay_and_it_is_said(tmp_path: Path) -> None:
    said = make_repository(tmp_path, "core.hooksPath=of-mine").stderr

    assert "rien n’est changé : of-mine" in said
    assert run(tmp_path, "git", "config", "core.hooksPath").stdout == "of-mine\n"
