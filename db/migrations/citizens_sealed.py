"""What identifies a citizen is sealed where it lies, and is found by marks from now on. All or nothing, and once.

Its own tables, list of columns and words: what this migration did does not change when the tables do.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, BigInt, BigSerial, Serial, Text, Varchar
from piccolo.table import Table

from db.bulk import insert_many, update_many
from db.encryption import compute_search_token, encrypt_with_label, get_current_key
from db.engine import get_current_engine, is_postgres
from db.migrations.unique_together import create_unique_index
from db.search import fold_text, split_search_words

ID = "2026-11-24T11:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "what identifies a citizen is sealed"

UNIQUE = (("case_word", ("case", "mark")),)


class Case(Table, tablename="cases"):
    id = UUID(primary_key=True)
    status = Varchar()
    subject = Text()
    description = Text()
    citizen_first_name = Text()
    citizen_last_name = Text()
    citizen_birth = Text()
    search_text = Text()


class CaseField(Table, tablename="case_field"):
    id = Serial(primary_key=True)
    case = UUID()
    value = Text()


class CaseWord(Table, tablename="case_word"):
    id = BigSerial(primary_key=True)
    case = UUID()
    mark = BigInt()
    key = Varchar()


class Event(Table, tablename="event"):
    id = BigSerial(primary_key=True)
    kind = Varchar()
    about = Text()


class Mandate(Table, tablename="mandate"):
    id = Serial(primary_key=True)
    case = UUID()
    reason = Text()


class Message(Table, tablename="message"):
    id = Serial(primary_key=True)
    case = UUID()
    body = Text()
    audience = Varchar()


class Sms(Table, tablename="sms"):
    id = UUID(primary_key=True)
    phone = Text()
    number_mark = BigInt()
    body = Text()


class SmsAnswer(Table, tablename="sms_answer"):
    id = Serial(primary_key=True)
    reference = Varchar()
    body = Text()


class Attachment(Table, tablename="attachment"):
    id = UUID(primary_key=True)
    name = Text()


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
BATCH = 1000


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="db", description=DESCRIPTION)
    manager.add_raw(_seal_everything)
    return manager


async def _seal_everything() -> None:
    """One transaction: killed, nothing is done. Its index says that it was done, even if Piccolo was not told."""
    source = "pg_indexes WHERE indexname" if is_postgres() else "sqlite_master WHERE name"
    if await Case.raw(f"SELECT 1 FROM {source} = 'case_word_case_mark_once'"):  # nosec B608
        return
    await widen()
    for table, columns in UNIQUE:
        await create_unique_index(table, columns)
    await _in_batches(Case, (Case.status, Case.subject, Case.description, *IDENTITY), _index)
    await _in_batches(Sms, (Sms.phone,), _mark_numbers)
    for column, row, condition in SEALED:
        await _seal(column, row, condition)


async def widen() -> None:
    """SQLite keeps no length. The sealed number is looked for no more: its index goes. What is wide is left alone."""
    await get_current_engine().run_ddl("DROP INDEX IF EXISTS sms_phone")
    if is_postgres():
        for place in WIDER:
            table, column = place.split(".")
            kinds = f"SELECT data_type FROM information_schema.columns WHERE table_name = '{table}'"  # nosec B608
            if (await Case.raw(f"{kinds} AND column_name = '{column}'"))[0]["data_type"] != "text":
                await get_current_engine().run_ddl(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE TEXT')


async def _in_batches(table, columns, work, condition=None) -> None:
    """A thousand rows at a time: a statement for each of them would take an hour where this takes minutes."""
    key, last = table._meta.primary_key, None
    while True:
        query = table.select(key, *columns).order_by(key).limit(BATCH)
        query = query.where(key > last) if last is not None else query
        rows = await (query.where(condition) if condition is not None else query)
        if not rows:
            return
        await work(rows)
        last = rows[-1][key._meta.name]


async def _index(cases) -> None:
    """Of those that were sent: a draft is in no search."""
    sent = [case for case in cases if case["status"] != "draft"]
    said = {case["id"]: [case["subject"], case["description"]] for case in sent}
    told = {case["id"]: [case[column._meta.name] for column in IDENTITY] for case in sent}
    if not sent:
        return
    messages = Message.select(Message.case, Message.body).order_by(Message.id)
    for message in await messages.where(Message.case.is_in(list(said)), Message.audience == "all"):
        said[message["case"]].append(message["body"])
    for field in await CaseField.select(CaseField.case, CaseField.value).where(CaseField.case.is_in(list(told))):
        told[field["case"]].append(field["value"])
    await update_many(Case, [{"id": case, "search_text": fold_text(" ".join(texts))} for case, texts in said.items()])
    await insert_many(CaseWord, [row for case, texts in told.items() for row in _words(case, texts)])


def _words(case_id, texts):
    key, words = get_current_key(), frozenset().union(*map(split_search_words, texts))
    marks = sorted(compute_search_token("citizens' words", word, key) for word in words)
    return [{"case": case_id, "mark": one, "key": key.id} for one in marks]


async def _mark_numbers(texts) -> None:
    key = get_current_key()
    marks = [{"id": text["id"], "number_mark": compute_search_token("telephone numbers", text["phone"], key)} for text in texts]
    await update_many(Sms, marks)


async def _seal(column, named_by, condition) -> None:
    table, name, row_name = column._meta.table, column._meta.name, named_by._meta.name
    label = f"{table._meta.tablename}.{name}"

    async def seal_all(rows) -> None:
        sealed = [(row["id"], encrypt_with_label(label, row[row_name], row[name])) for row in rows if row[name]]
        await update_many(table, [{"id": key, name: text} for key, text in sealed])

    await _in_batches(table, (column, named_by), seal_all, condition)
