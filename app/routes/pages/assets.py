"""The static files, minified, compressed and in memory. Cached forever, since their names contain their digest."""

import hashlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import rcssmin
import rjsmin
from litestar import Request, Response, route
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from PIL import Image

from app.routes.middleware.security_headers import FILE_POLICY

FOLDER = Path(__file__).parents[2] / "static"
_BUNDLES = {
    "press-guard.js": ("press-guard.js", "keys.js"),
    "sent.js": ("sending.js", "sealed.js", "upload.js"),
    "live.js": ("app.js", "message-draft.js"),
    "htmx.min.js": ("htmx.min.js", "hx-sse.min.js", "hx-upsert.min.js", "stream.js"),
}
"""Scripts that are served as one file: each file costs half a kilobyte of headers."""
_LAZY_SCRIPTS = ("arrived.js", "list.js", "names.js", "offer.js", "still.js")
"""Loaded on demand by app.js, message-draft.js, sealed.js. Their names there become their addresses with the digest."""
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": FILE_POLICY,
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True)
class Asset:
    """packed is empty for an image, which its own format already compresses."""

    plain: bytes
    packed: bytes
    media_type: str


@dataclass(frozen=True)
class Picture:
    url: str
    width: int
    height: int
    size: int


def _load_assets() -> tuple[dict[str, Asset], dict[str, str]]:
    files: dict[str, Asset] = {}
    urls: dict[str, str] = {}
    for name, plain in _read_sources().items():
        path = Path(name)
        for lazy in _LAZY_SCRIPTS:
            plain = plain.replace(f"/s/{lazy}".encode(), urls.get(lazy, "").encode())
        hashed = f"{path.stem}.{hashlib.sha256(plain).hexdigest()[:6]}{path.suffix}"
        packed = b"" if path.suffix == ".webp" else brotli.compress(plain, quality=11)
        files[hashed] = Asset(plain, packed, _TYPES[path.suffix])
        urls[name] = f"/s/{hashed}"
    return files, urls


def _read_sources() -> dict[str, bytes]:
    """Content of each address: a file or a bundle. Lazy files precede those that load them."""
    paths = [path for path in sorted(FOLDER.rglob("*")) if path.suffix in _TYPES]
    alone = {str(path.relative_to(FOLDER)): _minify(path) for path in paths}
    together = {name: b";\n".join(alone.pop(part) for part in parts) for name, parts in _BUNDLES.items()}
    return alone | together


def _minify(path: Path) -> bytes:
    """Removes comments and blanks. Files that are already minified are served unchanged."""
    plain = path.read_bytes()
    if path.suffix == ".css":
        return bytes(rcssmin.cssmin(plain))
    return bytes(rjsmin.jsmin(plain)) if path.suffix == ".js" and ".min." not in path.name else plain


_FILES, _URLS = _load_assets()


def asset(name: str) -> str:
    """The address of a file of app/static. Raises KeyError for an unknown name, at render."""
    return _URLS[name]


@cache
def picture(name: str) -> Picture:
    """A picture of the help page, app/static/help/NAME.webp. Its size lets the page reserve its place."""
    content = (FOLDER / f"help/{name}.webp").read_bytes()
    width, height = Image.open(BytesIO(content)).size
    return Picture(asset(f"help/{name}.webp"), width, height, len(content))


@route("/s/{name:str}", http_method=["GET", "HEAD"])
async def serve_asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    found = _FILES.get(name)
    if found is None:
        raise NotFoundException(name)
    if found.packed and "br" in request.headers.get("accept-encoding", ""):
        headers = {**_HEADERS, "Content-Encoding": "br"}
        return Response(found.packed, media_type=found.media_type, headers=headers)
    return Response(found.plain, media_type=found.media_type, headers=_HEADERS)


HANDLERS = [serve_asset]
