"""What every command does with its database: a sentence for what is refused, and no connection left open."""

import pytest

from app.cli.database import database
from app.domain.errors import Conflict, DomainError, Invalid
from db.engine import engine_for, use
from db.sqlite_engine import PooledSQLiteEngine


@pytest.mark.parametrize(
    ("refused", "sentences"),
    [
        (Conflict("Cette personne est déjà là."), "Cette personne est déjà là."),
        (Invalid(name="Donnez un nom.", address="Donnez une adresse."), "Donnez un nom.\nDonnez une adresse."),
    ],
)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_a_refusal_ends_the_command_and_closes_the_database(
    world: str, refused: DomainError, sentences: str
) -> None:
    engine = engine_for(world)
    assert isinstance(engine, PooledSQLiteEngine)
    use(engine)

    with pytest.raises(SystemExit) as ended:
        async with database():
            raise refused

    assert ended.value.code == sentences
    assert not engine.started
