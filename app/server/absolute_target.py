"""Checks the host of a request target in absolute form: « GET http://name/path ».

uvicorn keeps the path only, so this host would never be checked. It takes precedence over Host. Source: RFC 9112,
3.2.2.
"""

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.routes.middleware.allowed_hosts import read_host_name


class AbsoluteTargetProtocol(HttpToolsProtocol):
    def on_headers_complete(self) -> None:
        """Adds a different host as a second Host header: app/routes/middleware/allowed_hosts.py refuses two."""
        named = b"" if self.url.startswith(b"/") else _parse_target_host(self.url)
        hosts = [value for name, value in self.headers if name == b"host"]
        if named and any(read_host_name(host) != read_host_name(named) for host in hosts):
            self.headers.append((b"host", named))
        super().on_headers_complete()


def _parse_target_host(target: bytes) -> bytes:
    """Empty for a target without a host, such as « * ». Raises HttpParserError, which uvicorn answers with 400."""
    host: bytes = httptools.parse_url(target).host or b""
    return b"[%s]" % host if b":" in host else host
