"""A module registry on this machine, and packages for it."""

from __future__ import annotations

import io
import tarfile
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Page = tuple[int, dict[str, str], bytes]


@dataclass
class Registry:
    """Answers by path; `asked` are the paths that were asked for."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    delay: float = 0.0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def offers(self, module: str, version: str, where: str) -> None:
        """A module whose download is at `where`."""
        self.pages["/.well-known/terraform.json"] = (200, {}, b'{"modules.v1": "/v1/modules/"}')
        self.pages[f"/v1/modules/{module}/{version}/download"] = (204, {"X-Terraform-Get": where}, b"")


@contextmanager
def serving() -> Iterator[Registry]:
    """A registry that listens on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            registry.asked.append(self.path)
            time.sleep(registry.delay)
            status, headers, body = registry.pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers and status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    registry = Registry(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def tar(files: Mapping[str, str], *members: tarfile.TarInfo, mode: str = "w:gz") -> bytes:
    """A tar archive of `files` and of more members without contents."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for path, text in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
        for member in members:
            archive.addfile(member)
    return buffer.getvalue()


def member(path: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A link, device or the like."""
    info = tarfile.TarInfo(path)
    info.type, info.linkname = kind, target
    return info


def zipped(files: Mapping[str, str], links: Mapping[str, str] = {}) -> bytes:
    """A zip archive of `files` and symbolic `links`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        for path, target in links.items():
            info = zipfile.ZipInfo(path)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, target)
    return buffer.getvalue()
