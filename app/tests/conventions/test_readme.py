"""README.md stays short, and its commands that install are those of docs/operations.md."""

import re

from app.settings import ROOT

README = (ROOT / "README.md").read_text()
MAX_LINES = 80


def test_it_is_short() -> None:
    assert README.count("\n") <= MAX_LINES, "docs/operations.md or CONTRIBUTING.md has the rest"


def test_the_commands_that_install_are_those_of_operations() -> None:
    commands = [block for block in re.findall(r"```\n(.*?)```", README, re.DOTALL) if "adduser" in block]

    assert len(commands) == 1
    assert commands[0] in (ROOT / "docs/operations.md").read_text()


def test_every_link_of_the_documents_at_the_root_leads_to_a_file() -> None:
    texts = [README, (ROOT / "CONTRIBUTING.md").read_text()]
    targets = [target for text in texts for target in re.findall(r"\]\((?!https?:)([^)#]+)", text)]

    assert len(targets) > 10
    assert not [target for target in targets if not (ROOT / target).exists()]
