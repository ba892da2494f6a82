"""HTTP/1.1 as uvicorn reads it, and the name in a target of absolute form: « GET http://name/path ».

uvicorn keeps the path alone, so the name would be checked nowhere. Source: RFC 9112, 3.2.2, by which it counts and Host
does not.
"""

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.routes.middleware.allowed_hosts import read_host_name


class AbsoluteTargetProtocol(HttpToolsProtocol):
    def on_headers_complete(self) -> None:
        """A name that differs from Host is one more Host: app/routes/middleware/allowed_hosts.py refuses two."""
        named = b"" if self.url.startswith(b"/") else _parse_target_host(self.url)
        hosts = [value for name, value in self.headers if name == b"host"]
        if named and any(read_host_name(host) != read_host_name(named) for host in hosts):
            self.headers.append((b"host", named))
        super().on_headers_complete()


def _parse_target_host(target: bytes) -> bytes:
    """Empty where the target names none, as « * » does. Raises HttpParserError, which uvicorn answers by 400."""
    host: bytes = httptools.parse_url(target).host or b""
    return b"[%s]" % host if b":" in host else host
