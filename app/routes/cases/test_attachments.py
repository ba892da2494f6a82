"""Files over HTTP without scripts: chosen in a form, named when refused, kept through an error, served safely."""

import io
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from PIL import Image

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.files.test_opening import make_encrypted_pdf
from app.tests.support.attachments_fixtures import PDF, make_picture
from app.tests.support.browser import BASE, Browser, Page

SignIn = Callable[[Actor], Awaitable[Browser]]


def downloads(page: Page) -> list[str]:
    return [str(link["href"]) for link in page.soup.find_all("a", download=True)]


async def sent_with(agent: Browser, case_id: UUID, *names: str) -> str:
    """The address of the last of these files, sent with a message."""
    page = await agent.get(f"/demandes/{case_id}")
    page = await agent.press_with([(name, PDF) for name in names], page, "Envoyer le message", message="Voici.")
    assert page.status == 200
    return downloads(page)[-1]


async def test_a_file_leaves_with_its_message_and_comes_out_as_it_went_in(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    address = await sent_with(agent, case_id, "Relevé d’août.pdf")

    page = await referent.get(f"/demandes/{case_id}")
    assert "Télécharger Relevé d’août.pdf" in page.text and "PDF, 1 ko, non analysé" in page.text
    answer = await referent.http.get(address)

    assert answer.content == PDF and answer.headers["content-length"] == str(len(PDF))
    assert answer.headers["content-type"] == "application/pdf"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="Relev_ d_ao_t.pdf"; filename*=UTF-8')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"] and answer.headers["cache-control"] == "no-store"


async def test_one_refused_file_is_named_the_others_and_the_text_are_kept(
    cast: Cast, case_id: UUID, sign_in: SignIn
) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    chosen = [("bon.pdf", PDF), ("outil.exe", b"MZ\0\0"), ("page.html", b"<script>")]

    page = await agent.press_with(chosen, page, "Envoyer le message", message="Voici mes documents.")

    assert page.status == 422 and "« outil.exe » n’est pas d’un type accepté" in page.text
    assert "« page.html »" in page.text and "bon.pdf PDF, 1 ko, reçu" in page.text
    assert page.control("Votre message").get_text().strip() == "Voici mes documents."
    page = await agent.press(page, "Envoyer le message")
    assert "Télécharger bon.pdf" in page.text and len(downloads(page)) == 1


async def test_a_pdf_that_opens_nowhere_is_refused_in_words(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    """By the form and by the script alike; the other files and the text are kept."""
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    chosen = [("bon.pdf", PDF), ("secret.pdf", make_encrypted_pdf(b"secret")), ("page.pdf", b"<!DOCTYPE html>")]

    page = await agent.press_with(chosen, page, "Envoyer le message", message="Voici mes documents.")

    assert page.status == 422 and "« secret.pdf » est un PDF protégé par un mot de passe" in page.text
    assert "« page.pdf » n’est pas un PDF" in page.text and "bon.pdf PDF, 1 ko, reçu" in page.text
    assert page.control("Votre message").get_text().strip() == "Voici mes documents."


async def test_what_cannot_be_drawn_weighs_nothing(
    cast: Cast, case_id: UUID, sign_in: SignIn, application: object
) -> None:
    agent = await sign_in(cast.agent_lot)
    address = await sent_with(agent, case_id, "relevé.pdf")
    application.state.file_store.save_preview(UUID(address.rpartition("/")[2]), b"")  # type: ignore[attr-defined]

    answer = await agent.http.get(f"{address}/apercu")

    assert answer.status_code == 404 and answer.content == b""


async def test_the_field_says_what_is_removed_and_what_is_not(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    removed = "son lieu, son appareil et son auteur en sont retirés. Ce qui est dans un PDF"
    kept = "ou un document de bureautique n’est pas modifié"
    assert f"{removed} {kept}" in (await agent.get(f"/demandes/{case_id}")).text
    assert "HEIC devient un JPEG" in (await agent.get("/donnees-personnelles")).text


async def test_the_mandate_s_field_speaks_of_what_it_takes(cast: Cast, draft_id: UUID, sign_in: SignIn) -> None:
    page = await (await sign_in(cast.agent_lot)).get(f"/brouillons/{draft_id}/mandat")
    assert "Ce qui est dans un PDF n’est pas modifié" in page.text


async def test_a_received_file_can_be_taken_back_before_sending(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    page = await agent.get(f"/demandes/{case_id}")
    page = await agent.press_with([("un.pdf", PDF)], page, "Joindre et choisir d’autres fichiers", message="à moitié")
    assert page.status == 200 and "un.pdf" in page.text

    page = await agent.press(page, "Retirer un.pdf")

    assert "un.pdf" not in page.text and page.control("Votre message").get_text().strip() == "à moitié"


async def test_the_files_of_the_wizard_are_checked_and_arrive_with_the_case(
    cast: Cast, draft_id: UUID, sign_in: SignIn
) -> None:
    agent, referent = await sign_in(cast.agent_lot), await sign_in(cast.referent_caf_lot)
    page = await agent.get(f"/brouillons/{draft_id}/blocage")
    page = await agent.press_with([("photo.jpg", make_picture()), ("a.svg", b"<svg/>")], page, "Continuer")
    assert page.status == 422 and "« a.svg »" in page.text and "photo.jpg" in page.text

    page = await agent.press(await agent.press(page, "Continuer"), "Continuer")

    assert page.h1 == "Vérifiez vos réponses" and "photo.jpg" in page.text
    await agent.press(page, "Envoyer ma demande")
    assert "Télécharger photo.jpg" in (await referent.get(f"/demandes/{draft_id}")).text


async def test_a_preview_is_drawn_for_those_who_may_see(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, stranger = await sign_in(cast.agent_lot), await sign_in(cast.agent_cher)
    address = await sent_with(agent, case_id, "relevé.pdf")

    answer = await agent.http.get(f"{address}/apercu")

    assert answer.headers["content-type"] == "image/webp" and Image.open(io.BytesIO(answer.content)).width == 192
    for path in (address, f"{address}/apercu", f"/pieces/{uuid4()}", f"/pieces/{uuid4()}/apercu"):
        assert (await stranger.http.get(path)).status_code == 404


async def test_changed_bytes_are_not_handed_out(
    cast: Cast, case_id: UUID, sign_in: SignIn, application: object
) -> None:
    agent = await sign_in(cast.agent_lot)
    address = await sent_with(agent, case_id, "relevé.pdf")
    files = application.state.file_store  # type: ignore[attr-defined]
    files.build_path(UUID(address.rpartition("/")[2])).write_bytes(PDF[:-1] + b"!")

    page = await agent.get(address)

    assert page.status == 409 and "n’est plus lisible" in page.text


async def announce(agent: Browser, case_id: UUID, token: str, one: UUID, size: int) -> int:
    data = {"jeton": token, "piece": str(one), "nom": "relevé.pdf", "taille": str(size)}
    answer = await agent.http.post(f"/demandes/{case_id}/pieces", data=data, headers={"origin": BASE})
    return int(answer.headers.get("upload-offset", -answer.status_code))


async def test_pieces_go_on_where_the_line_was_cut(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent, one = await sign_in(cast.agent_lot), uuid4()
    page = await agent.get(f"/demandes/{case_id}")
    token = str(page.form("Envoyer le message").find("input", {"name": "jeton"})["value"])  # type: ignore[index]

    async def send(start: int, piece: bytes) -> tuple[int, str]:
        answer = await agent.http.post(
            f"/pieces/{one}/reception",
            data={"jeton": token, "depuis": str(start)},
            files={"morceau": ("x", piece)},
            headers={"origin": BASE},
        )
        return int(answer.headers["upload-offset"]), answer.text

    assert await announce(agent, case_id, token, one, len(PDF)) == 0
    assert await send(0, PDF[:64]) == (64, "")
    assert await announce(agent, case_id, token, one, len(PDF)) == 64
    assert await send(999, b"lost") == (64, "")
    offset, line = await send(64, PDF[64:])
    assert offset == len(PDF) and "relevé.pdf" in line and f'value="{one}"' in line
    assert await announce(agent, case_id, token, uuid4(), 11 * 1024 * 1024) == -422
    assert await announce(agent, case_id, "x" * 48, uuid4(), 10) == -403


async def test_forged_multipart_is_a_clear_refusal(cast: Cast, case_id: UUID, sign_in: SignIn) -> None:
    agent = await sign_in(cast.agent_lot)
    field = b'--b\r\ncontent-disposition: form-data; name="message"\r\n'
    for body in (
        field + b"content-type: text/plain; charset=nope\r\n\r\nx\r\n--b--\r\n",
        field + b"\r\n\xff\xfe\r\n--b--\r\n",
        b"--b\r\nnothing",
        b"",
    ):
        headers = {"content-type": "multipart/form-data; boundary=b", "origin": BASE}
        answer = await agent.http.post(f"/demandes/{case_id}/messages", content=body, headers=headers)
        assert answer.status_code in {400, 403}, body
