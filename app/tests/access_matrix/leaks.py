"""What an answer says of cases that its reader may not read."""

import re
from collections.abc import Iterator

from app.tests.access_matrix.documented_rights import find_allowed_actions, read_rights_in_code
from app.tests.access_matrix.world import CANARY, INTERNAL_CANARY, World

_RIGHTS = read_rights_in_code()


def find_leaks(who: str, world: World, text: str) -> Iterator[str]:
    """The canaries in this text that the person may not read."""
    for kind in re.findall(rf"{CANARY} (\w+)", text):
        target = world.cases[kind]
        if not find_allowed_actions(_RIGHTS, target.relations.get(who, set()), target.kind):
            yield f"the subject of the case « {kind} »"
    if INTERNAL_CANARY in text and "referent" not in world.cases["open"].relations.get(who, set()):
        yield "what referents say between them"
