"""Names that rows, files, backups, links and browsers already hold: the literals of 2026-11-27.

The code of that day wrote each value below. A renamed table, column, member or function must still read it.
"""

import ast
import io
from collections.abc import Iterator
from dataclasses import fields
from itertools import chain
from pathlib import Path
from uuid import UUID

import pytest

from app.cli.backup import encrypted_file as backup_file
from app.cli.backup import write as backup
from app.domain.authentication import login_rate_limit
from app.domain.cases.mandate.sms_thread import PHONE_TOKEN_PURPOSE
from app.domain.cases.search.record import SEARCH_PURPOSE
from app.domain.cases.search.tokens import TokenPurpose
from app.domain.opaque_ids import IdPurpose, decode_id
from app.domain.rate_limit import LimitedAction
from app.domain.tokens import compute_hmac, hash_token_with_key
from app.gateways.files.atomic_write import build_chunk_label
from app.gateways.files.encrypted_file import DecryptedFile
from app.gateways.live.postgres_notify import CHANNEL
from app.settings import ROOT, settings
from app.settings.keys import Key
from app.text.labels.audit import AUDIT_ACTIONS
from db.encryption import compute_hmac as keyed_bytes
from db.encryption import compute_search_token, decrypt, derive_key, use_keys
from db.tables.encrypted_columns import ENCRYPTED_COLUMNS

KEY, ROW = Key("2026", b"o" * 32), UUID(int=1)
ENCRYPTED = {
    "cases.citizen_first_name": "GOJqJn+UUl3fm3JaT5tPX3Iq8x/iP+L2ESr1S8qhywlWi7c/egFiECL4xF4=",
    "cases.citizen_last_name": "gH1aH3hadwMyTUJNUWJfKRQ7mkOkK+815wmF39ghkIpMhnvB/Kad7JZxa/A=",
    "cases.citizen_birth": "/9aX3SIkmvwVidkhE2m+6iA3gg4THI1KsVfHM7oKypLw+ID4S8AjNe/cT9M=",
    "case_field.value": "lPafJQ5nEjJabyhFhH7qqBuLnpjtx5F7HsABDYlCipYb2qlLfrz5VMD9GuY=",
    "event.about": "jnShVe0TGioCmaTgh7QGhVuusrfz7xdt++JkKclpXKoNt36fpzkg1184RZc=",
    "mandate.reason": "HGdQuBCJohAOczSuyF7a2EsDAscvpE96gpqC/I41umDTQrnCtqAZ28CvYX8=",
    "pending_answers.answers": "zMbyHtnNLEb0BPXJSlXakyNvN7LDpPhfP1KBwMhn13IgVEZU9z3/2r5ljDI=",
    "sms.phone": "8ncMVEa+dHUPTQYJmGEssrP6czTTZteHrd1fb/ZbBYprDfxk0feAGQxPAmY=",
    "sms.body": "uNpRl6wiTbduuXrtgkoV7eqpsk5Hzkmekid4EsCPH1xq6K709UiVZYrVu8s=",
    "sms_answer.body": "gYWsJ1rJmJ4jJ6a73G2TEi9pc3Xu/wjHA0oHz4NojAGbf/LaQljzVGQT1jQ=",
    "attachment.name": "BCMrGVtZom/a8jC2W6TqPODInIyv88icRXmCqt3L3z3vVG8L/RLCJ/PcjEM=",
    "attachment.digest": "VaYuttA8E9BHwXOQVoPjImOjT6c3nviL+cNT8jO4f1pu12ZENj0lRlLFbg4=",
    "form_save.content": "vLtarGzecgUleSuuJcToTLx5WFwpSlY/KqQH3qS1yTUeWtI43hppYaFucUA=",
    "second_factor.secret": "c6GjtMvNZghO2BKkRV2Odk8ULJH3Jg4/QgBWYA04FWPKhNQ73ketruARVCc=",
    "session.logout_hint": "g64gsN9IRT9NUh0fYBwrJ1zv5xcDlWlisYz4N3JJ/G5j3o4InOZ1ShntTG4=",
    "pending_login.logout_hint": "8YtGFVNV6KVWDhfDPteSOPiOWNkj9iSfRlkEg7kZbxZCpdq9zKUGF8VXkjk=",
}
"""« Moreau » in row ROW, under KEY, encrypted with each label."""
PIECE = bytes.fromhex(
    "0061706c7573207365616c656420310032303236202020202020202020202020202020201ab068a51c4b41919d12ed17d30d82f2503d8806"
    "1946f89cdb1ac7ede93b32578512cdd5b04961a855fe8447fe5cb60ebe9d727426a8"
)
"""« Moreau » as the chunk at 0 of the upload in the folder x.part."""
BACKUP = bytes.fromhex(
    "41504c55532d534155564547415244452d310a979f24f23bc14c74822c7d475c5925e779017342198b496692e7b497055bed910000001"
    "6a4cc0fb991dd089a86fd4caea27973c66d785ec2bff9"
)
"""« Moreau » under « kkk… »."""
OPAQUE = {
    "CASE_NEWS": "sMeauG7wk_E",
    "LIST_NEWS": "gQY4E5LZ-0s",
    "LINE": "rZCc_tW1400",
    "ROW": "hU56Ui1DVp8",
    "MESSAGE": "9Hx7ly4Lj8M",
    "MASKED": "V3BgiMxZGPo",
    "MARK": "1LzhgGtj7Ps",
    "REMOVAL": "80V1bU3V3vQ",
}
"""41 for each purpose, under « names that stay »."""
PURPOSES = {
    *(
        "allowance",
        "brake-text",
        "brake-{}-{}",
        "email thread",
        "browser storage",
        "address-link-{}",
        "csrf",
        "familiar-browser",
        "invitation-link",
    ),
    *("key mark", "letters", "login-code", "login-code-digest", "login-link", "opaque numbers", "provider-nonce"),
    *("provider-verifier", "recovery-code", "session", "survey", "files sent again"),
}
STORED_ACTIONS = """
    list.exported case.searched
    login.asked login login.refused login.code_asked login.recovery login.proconnect logout factor.set factor.codes
    factor.removed account.address account.opened role.expert role.no_expert role.supervisor
    role.no_supervisor role.scope role.admin role.no_admin
    factor.reset factor.reset.seen factor.reset.called factor.reset.vouched
    proof.given sessions.closed sessions.everyones proconnect.bound proconnect.unbound terms.accepted
    profile.changed domain.renamed profile.corrected address.asked address.cancelled address.changed
    join.asked join.asked.seen join.asked.called join.asked.vouched account.joined account.continues
    absence.set absence.removed
    letters.chosen password.set password.removed refused case.sent case.read case.refused
    case.opened case.message case.corrected case.retracted
    case.removal_ask case.removal_no case.taken_away case.file_removed case.taken case.given_back case.assigned
    case.set_aside case.brought_back case.handled case.irrelevant case.transferred
    case.stepped_out case.team_invited case.opinion case.colleague case.expert case.completed case.identity
    case.suspended case.resumed case.closed case.reopen_asked case.reopened case.withdrawn case.handed_over
    case.released case.late case.erased draft.deleted case.continued case.continues case.recalled
    case.separated case.linked case.unlinked
    mandate.asked_again mandate.asked mandate.taken attachment.taken trail.read trail.exported member.invited
    signup.asked signup.accepted signup.refused invitation.cancelled invitation.accepted member.added member.removed
    member.deactivated left.invitation left.account left.imported left.import left.phrase left.catalogue
    member.reactivated member.manager member.no_manager import.sent import.applied import.dropped area.contact
    platform.banner maintenance.begun maintenance.ended admin.first platform.restored letters.released
    letters.dropped catalogue.changed team.opened team.changed team.closed team.merged team.joined case.team_merged
    case.team_closed phrase.kept phrase.removed account.idle account.renamed
    erasure.asked erasure.cancelled data.exported
"""


def test_what_each_label_encrypted_opens() -> None:
    assert [label for *_, label in ENCRYPTED_COLUMNS] == list(ENCRYPTED)
    with use_keys(KEY):
        for column, _, label in ENCRYPTED_COLUMNS:
            assert decrypt(column, ROW, f"v1.2026.{ENCRYPTED[label]}") == "Moreau", label


def test_a_file_and_a_backup_of_before_open(tmp_path: Path) -> None:
    path = tmp_path / "0"
    path.write_bytes(PIECE)
    with use_keys(KEY), DecryptedFile(path, build_chunk_label(Path("x.part"), 0)) as opened:
        assert opened.read() == b"Moreau"
    whole = io.BufferedReader(io.BytesIO(BACKUP))
    assert backup_file.BackupReader(whole, "k" * 32).read(100) == b"Moreau"
    assert (backup.DATABASE, backup.MANIFEST, backup.PIECES) == ("base", "manifeste.json", "pieces")
    assert [one.name for one in fields(backup.Manifest)] == ["made_at", "engine", "migrations", "rows", "parts"]


def test_addresses_of_open_pages_are_still_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.__dict__, "secret_key", b"names that stay")
    assert {use.value: decode_id(use, OPAQUE[use.value]) for use in IdPurpose} == dict.fromkeys(OPAQUE, 41)


def test_the_same_words_and_numbers_have_the_same_tokens() -> None:
    assert (
        *(compute_search_token(purpose, "moreau", KEY) for purpose in (*TokenPurpose, SEARCH_PURPOSE)),
        compute_search_token(PHONE_TOKEN_PURPOSE, "+33612345678", KEY),
    ) == (
        *(-5232487952628713597, 5858613288016544022, -5653422886604060299, 8282178593292134106),
        *(3741336636212271318, 8047826728120721204, -1364782368581586895, -6556089933120732654),
        -1985728728589670524,
    )


def test_each_purpose_of_a_key_is_one_of_these() -> None:
    assert (
        set(_list_purposes(0, {compute_hmac.__name__, keyed_bytes.__name__, hash_token_with_key.__name__})) == PURPOSES
    )
    assert set(_list_purposes(1, {derive_key.__name__})) == {"texts", "files"}


def test_what_rate_limits_count_is_named_as_before() -> None:
    """The names are in the HMAC keys of the rows."""
    attempts = {"link", "password", "code", "signup", "second", "provider"}
    assert {attempt.value for attempt in login_rate_limit.Attempt} == attempts
    assert {verb.value for verb in LimitedAction} == {
        *("message", "case", "gesture", "invite", "list", "same invitation", "file", "export", "search", "password"),
        *("address", "same address"),
    }


def test_the_lines_of_the_audit_log_keep_their_actions() -> None:
    """Lines cannot be changed for a year, and the page of the audit log finds its words by action."""
    assert sorted(AUDIT_ACTIONS) == sorted(STORED_ACTIONS.split())


def test_processes_of_two_versions_hear_one_another() -> None:
    assert CHANNEL == "aplus"


def _list_purposes(position: int, functions: set[str]) -> Iterator[str]:
    """The literal that the code passes to these functions at this position; « {} » stands for an inserted value."""
    paths = chain((ROOT / "app").rglob("*.py"), (ROOT / "db").glob("*.py"))
    for path in (path for path in paths if "test" not in str(path.relative_to(ROOT))):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
                yield from _read_literal(node.args[position])


def _read_literal(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant):
        yield str(node.value)
