"""python -m e2e.sixty_cases, in the server's environment: sixty open cases of the CAF of the Lot.

They were sent over the last month, to be read and answered. Julien has some, Hélène others, some wait for the agent.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.cast import Cast, load_cast
from app.cli.database import open_database
from app.domain.cases.draft.saving import save_problem
from app.domain.cases.draft.submission import submit
from app.domain.cases.lifecycle.assignment import take_charge
from app.domain.cases.thread.posting import post_message
from app.tests.support.cases_fixtures import clear_rate_limits, make_draft, open_and_read_case

NUMBER, APART = 60, timedelta(hours=11)
TAKEN, OF_A_COLLEAGUE, ANSWERED = 8, 6, 10
"""How many Julien has, Hélène has, and Julien answered (_work)."""
_ABOUT = ("Allocation suspendue", "Trop-perçu contesté", "Dossier perdu", "Changement de situation", "Aide en retard")
_OF = ("sans explication", "depuis le déménagement", "après une séparation", "malgré deux relances", "à la naissance")


async def build(now: datetime) -> None:
    """The oldest first, so that a later case has a later event."""
    cast = await load_cast()
    for number in range(NUMBER):
        await _send(cast, number, now - (NUMBER - number) * APART)


async def _send(cast: Cast, number: int, sent_at: datetime) -> None:
    agent = cast.colleague_lot if number % 3 == 1 else cast.agent_lot
    subject = f"{_ABOUT[number % 5]} {_OF[number // 5 % 5]}, dossier {number + 1}"
    await clear_rate_limits()
    case_id = await make_draft(agent, sent_at, *(("CAF", "MSA") if number % 4 == 0 else ("CAF",)), subject=subject)
    if number % 7 == 0:
        texts = {"subject": subject, "description": "Rien depuis trois mois.", "urgency_reason": "Sans ressources."}
        await save_problem(agent, case_id, texts, urgent=True, now=sent_at)
    await submit(agent, case_id, sent_at)
    await _work(cast, number, case_id, sent_at + timedelta(hours=3))


async def _work(cast: Cast, number: int, case_id: UUID, now: datetime) -> None:
    """Of thirty cases in a row, Julien has four, Hélène three, and Julien answered five others."""
    place = number % 30
    if place in {2, 9, 16, 23}:
        await take_charge(cast.referent_caf_lot, case_id, now)
    elif place in {5, 14, 27}:
        await take_charge(cast.manager_caf_lot, case_id, now)
    elif place % 6 == 0:
        await open_and_read_case(cast.referent_caf_lot, case_id, now)
        await post_message(cast.referent_caf_lot, case_id, "Il manque une pièce.", key=str(uuid4()), now=now)


async def main() -> None:
    async with open_database():
        await build(datetime.now(UTC))


if __name__ == "__main__":
    asyncio.run(main())
