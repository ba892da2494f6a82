"""What identifies a citizen is sealed where it lies, and is found by marks from now on. All or nothing, and once.

Its own list of columns and its own words: what this migration did does not change when the tables do.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from db.bulk import insert_many
from db.engine import current_engine, is_postgres
from db.migrations.unique_together import create_unique_index
from db.search import fold, words_in
from db.tables import Attachment, Case, CaseField, CaseWord, Event, Mandate, Message, Sms, SmsAnswer
from db.vault import current_key, mark, seal

ID = "2026-11-24T11:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "what identifies a citizen is sealed"

UNIQUE = (("case_word", ("case", "mark")),)
IDENTITY = (Case.citizen_first_name, Case.citizen_last_name, Case.citizen_birth)
SEALED = (
    *((column, Case.id, None) for column in IDENTITY),
    (CaseField.value, CaseField.id, None),
    (Event.about, Event.id, Event.kind == "completed"),
    (Mandate.reason, Mandate.case, None),
    (Sms.phone, Sms.id, None),
    (Sms.body, Sms.id, None),
    (SmsAnswer.body, SmsAnswer.reference, None),
    (Attachment.name, Attachment.id, None),
)
WIDER = ("cases.citizen_first_name", "cases.citizen_last_name", "cases.citizen_birth", "case_field.value")
WIDER += ("mandate.reason", "sms.phone", "sms_answer.body", "attachment.name")
BATCH = 500


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_seal_everything)
    return manager


async def _seal_everything() -> None:
    """One transaction: killed, nothing is done. Its index says that it was done, even if Piccolo was not told."""
    source = "pg_indexes WHERE indexname" if is_postgres() else "sqlite_master WHERE name"
    if await Case.raw(f"SELECT 1 FROM {source} = 'case_word_case_mark_once'"):  # nosec B608
        return
    await _widen()
    for table, columns in UNIQUE:
        await create_unique_index(table, columns)
    await _in_batches(Case, _index)
    await _in_batches(Sms, _mark_number)
    for column, row, condition in SEALED:
        await _seal(column, row, condition)


async def _widen() -> None:
    """SQLite keeps no length. The sealed number is looked for no more: its index goes."""
    await current_engine().run_ddl("DROP INDEX IF EXISTS sms_phone")
    if is_postgres():
        for place in WIDER:
            table, column = place.split(".")
            await current_engine().run_ddl(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE TEXT')


async def _in_batches(table, work) -> None:
    key, last = table._meta.primary_key, None
    while True:
        query = table.select(key).order_by(key).limit(BATCH)
        rows = await (query.where(key > last) if last is not None else query)
        if not rows:
            return
        for row in rows:
            await work(row[key._meta.name])
        last = rows[-1][key._meta.name]


async def _index(case_id) -> None:
    """Of a case that was sent: a draft is in no search."""
    case = await Case.select(Case.status, Case.subject, Case.description, *IDENTITY).where(Case.id == case_id).first()
    if case["status"] == "draft":
        return
    messages = await Message.select(Message.body).where(Message.case == case_id, Message.audience == "all")
    said = [case["subject"], case["description"], *(message["body"] for message in messages)]
    await Case.update({Case.search_text: fold(" ".join(said))}).where(Case.id == case_id)
    fields = await CaseField.select(CaseField.value).where(CaseField.case == case_id)
    told = [*(case[column._meta.name] for column in IDENTITY), *(field["value"] for field in fields)]
    key, words = current_key(), frozenset().union(*map(words_in, told))
    marks = sorted(mark("citizens' words", word, key) for word in words)
    if marks:
        await insert_many(CaseWord, [{"case": case_id, "mark": one, "key": key.id} for one in marks])


async def _mark_number(sms_id) -> None:
    row = await Sms.select(Sms.phone).where(Sms.id == sms_id).first()
    made = mark("telephone numbers", row["phone"], current_key())
    await Sms.update({Sms.number_mark: made}).where(Sms.id == sms_id)


async def _seal(column, named_by, condition) -> None:
    table = column._meta.table

    async def seal_one(key) -> None:
        row = await table.select(column, named_by).where(table._meta.primary_key == key).first()
        clear = row[column._meta.name]
        if clear:
            sealed = seal(column, row[named_by._meta.name], clear)
            await table.update({column: sealed}).where(table._meta.primary_key == key)

    if condition is None:
        await _in_batches(table, seal_one)
    else:
        for row in await table.select(table._meta.primary_key).where(condition):
            await seal_one(row[table._meta.primary_key._meta.name])
