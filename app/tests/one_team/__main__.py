"""python -m app.tests.one_team, in a checkout of the former release: writes former_release.jsonl."""

import asyncio
import sys
import tempfile
from importlib.util import find_spec

from app.cast import load_cast
from app.tests.one_team.changed_rules import CHANGED_RULES
from app.tests.one_team.drawing import draw_story
from app.tests.one_team.former_release import FORMER_RELEASE
from app.tests.one_team.playing import prepare_player
from app.tests.one_team.stories import write_stories
from app.tests.one_team.written import list_written_stories
from app.tests.support.fixtures import START, build_template, open_engine
from db.engine import build_engine

STORIES = 100


async def write_recording(url: str) -> None:
    await build_template(build_engine(url))
    async with open_engine(build_engine(url)):
        player = await prepare_player(await load_cast(), START, thorough=True)
        drawn = [draw_story(number) for number in range(STORIES)]
        stories = [*drawn, *list_written_stories(), *(rule.story for rule in CHANGED_RULES if rule.steps)]
        FORMER_RELEASE.write_text(write_stories([await player.play(story) for story in stories]))


if __name__ == "__main__":
    if find_spec("app.domain.cases.progress"):
        sys.exit("Ce code est celui d’aujourd’hui : l’enregistrement se fait avec la version d’avant (__init__.py).")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(write_recording(f"sqlite:///{folder}/world.sqlite"))
