"""Small files of each kind, valid and false, and a case to attach them to."""

import io
import zipfile
import zlib
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from PIL import Image

from app.cast import Cast
from app.domain.accounts.actor import Actor
from app.domain.audience import TO_ALL, Readership
from app.domain.cases.attachments.upload import begin_upload, receive_chunk
from app.domain.files.store import FileStore
from app.tests.support.cases_fixtures import make_draft

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def make_heavy_pdf(layers: int = 40_000) -> bytes:
    """Less than 1 kB; one page, painted so many times that it takes a minute to draw."""
    painted = zlib.compress(b"/S sh\n" * layers, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Shading<</S 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(painted), painted),
        b"<</ShadingType 3/ColorSpace/DeviceRGB/Coords[300 400 0 300 400 600]/Extend[true true]"
        b"/Function<</FunctionType 2/Domain[0 1]/C0[1 0 0]/C1[0 0 1]/N 1>>>>",
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def make_picture(kind: str = "JPEG", width: int = 40, height: int = 30) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(kept, kind)
    return kept.getvalue()


def make_zip(entries: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return kept.getvalue()


async def attach_file(
    actor: Actor,
    store: FileStore,
    case: UUID,
    now: datetime,
    name: str = "relevé.pdf",
    content: bytes = PDF,
    *,
    mandate: bool = False,
    readership: Readership = TO_ALL,
) -> UUID:
    """A file received whole, to be sent with the actor’s draft or next message."""
    attachment_id = uuid4()
    await begin_upload(actor, case, attachment_id, name, len(content), now, mandate=mandate, readership=readership)
    await receive_chunk(actor, store, attachment_id, 0, content)
    return attachment_id


@pytest.fixture
async def other_draft(cast: Cast, now: datetime) -> UUID:
    """Another draft of Carmen’s."""
    return await make_draft(cast.agent_lot, now, "CAF")
