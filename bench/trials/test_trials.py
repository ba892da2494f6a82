"""bin/trial list says where each trial last passed; a pass is recorded for what is committed, and only then."""

import subprocess
from pathlib import Path

import pytest

from bench.__main__ import COMMANDS
from bench.hostile import ATTACKS
from bench.trials import TRIALS, Trial
from bench.trials.__main__ import main, print_list, run_trial
from bench.trials.table import HEAD, RESULTS, TrialPass, read_passes, record_pass, shorten

IN_EVERY_RUN = {"weight", "flaws"}
"""Run by bin/test and by .ci/run."""
LINE = TrialPass("02bbeefa", "2026-11-24", "1,020", "badge, 0.2")
TEXT = f"# Results\n\n{HEAD}| line | 02bbeefa | 2026-11-24 | 1,020 | badge, 0.2 |\n\n| step | processor |\n|---|---|\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of one commit, with the results, and two trials that last no time."""
    for name, command in (("people", "echo 'list  2.8'"), ("line", "false")):
        monkeypatch.setitem(TRIALS, name, Trial(command, 1, "nothing"))
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench/RESULTS.md").write_text(TEXT)
    identity = "-c user.name=Carmen -c user.email=agent.lot@exemple.fr"
    for command in ("init -q", "add .", f"{identity} commit -qm Begin"):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)
    return tmp_path


def test_each_long_command_is_a_trial() -> None:
    tried = {tuple(trial.command.split()[1:]) for trial in TRIALS.values()}

    assert {words[0] for words in tried} == COMMANDS.keys() - IN_EVERY_RUN
    assert {words[1] for words in tried if words[0] == "hostile"} == ATTACKS.keys()


def test_each_row_of_the_results_is_of_a_trial_in_their_order() -> None:
    text = RESULTS.read_text()
    rows = text.partition(HEAD)[2].partition("\n\n")[0].splitlines()
    passes = read_passes(text)

    assert len(rows) == len(passes) and list(passes) == [name for name in TRIALS if name in passes]


def test_the_list_has_a_line_for_each_trial(capsys: pytest.CaptureFixture[str]) -> None:
    print_list(TEXT)
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())

    assert list(lines) == list(TRIALS)
    assert "passed on 02bbeefa, 2026-11-24" in lines["line"] and "never " in lines["people"]


def test_a_pass_is_recorded_again_and_again_with_its_commit(root: Path) -> None:
    results = root / "bench/RESULTS.md"

    assert [run_trial("people", results, root) for _ in range(2)] == [0, 0], "a record is no change of the tree"
    passes = read_passes(results.read_text())
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True).stdout
    assert passes["line"] == LINE and list(passes) == ["line", "people"]
    assert commit.startswith(passes["people"].commit) and passes["people"].figures == "list, 2.8"
    assert results.read_text().endswith("\n\n| step | processor |\n|---|---|\n")


def test_a_failure_is_not_recorded(root: Path) -> None:
    assert run_trial("line", root / "bench/RESULTS.md", root) == 1
    assert (root / "bench/RESULTS.md").read_text() == TEXT


def test_what_is_not_committed_is_tried_and_not_recorded(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "new.py").touch()

    assert run_trial("people", root / "bench/RESULTS.md", root) == 0
    assert (root / "bench/RESULTS.md").read_text() == TEXT
    assert "will not be recorded" in capsys.readouterr().err


def test_a_new_pass_takes_the_place_of_the_former_one(root: Path) -> None:
    record_pass(root / "bench/RESULTS.md", "line", TrialPass("1" * 8, "2026-11-27", "7", "0.3"))

    assert (root / "bench/RESULTS.md").read_text() == TEXT.replace(
        "02bbeefa | 2026-11-24 | 1,020 | badge, 0.2", "11111111 | 2026-11-27 | 7 | 0.3"
    )


def test_columns_of_a_last_line_are_parted_by_commas() -> None:
    assert shorten("| long pastes |  12 | 0 |") == "long pastes, 12, 0"
    assert shorten("long pastes      12   0") == "long pastes, 12, 0"


@pytest.mark.parametrize("words", [[], ["nothing"], ["line", "line"]])
def test_an_unknown_name_is_answered_by_the_known_ones(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "nation" in capsys.readouterr().err
