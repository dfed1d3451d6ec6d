"""Fetching modules: from a registry and from git, once, only from where it is allowed, and nothing hostile."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.contents.modules.archive import MAX_UNPACKED, unpack
from bot.contents.modules.fetch import MAX_CALLS, ModuleFetcher
from bot.contents.modules.module_files import MAX_FILE_BYTES
from bot.contents.modules.port import ModuleCall, ModuleFiles, NotFetched
from tests.contents.modules.conftest import Fetching
from tests.contents.modules.registry import Registry, member, tar, zipped
from tests.contents.repositories import Repository

MAIN = {"main.tf": "# the module\n"}


def one(fetcher: ModuleFetcher, source: str, version: str = "") -> ModuleFiles | str:
    call = ModuleCall(source, version)
    return fetcher([call])[call]


def files(found: ModuleFiles | str) -> dict[str, bytes]:
    assert isinstance(found, ModuleFiles), found
    return dict(found.files)


@pytest.mark.parametrize("archive", [tar(MAIN), tar(MAIN, mode="w"), tar(MAIN, mode="w:xz"), zipped(MAIN)])
def test_from_a_registry_by_archive(registry: Registry, fetching: Fetching, archive: bytes) -> None:
    registry.offers("acme/role/aws", "1.0.0", "./archive")
    registry.pages["/v1/modules/acme/role/aws/1.0.0/archive"] = (200, {}, archive)
    found = one(fetching(registry.host), f"{registry.host}/acme/role/aws", "1.0.0")
    assert files(found) == {"main.tf": b"# the module\n"}


def test_from_a_registry_that_names_a_repository(
    registry: Registry, fetching: Fetching, repository: Repository
) -> None:
    registry.offers("acme/role/aws", "1.0.0", f"git::file://{repository.path}?ref=v1.0.0")
    found = one(fetching(registry.host, f"file://{repository.path}"), f"{registry.host}/acme/role/aws", "1.0.0")
    assert sorted(files(found)) == ["main.tf", "modules/inner/main.tf"]


def test_a_registry_may_not_send_elsewhere(registry: Registry, fetching: Fetching, repository: Repository) -> None:
    registry.offers("acme/role/aws", "1.0.0", f"git::file://{repository.path}?ref=v1.0.0")
    assert "is not an allowed source" in str(one(fetching(registry.host), f"{registry.host}/acme/role/aws", "1.0.0"))


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/x.tgz",
        "file:///etc/passwd",
        "//evil.example/x",
        "",
    ],
)
def test_redirects_go_nowhere_else(registry: Registry, fetching: Fetching, elsewhere: str) -> None:
    registry.offers("acme/role/aws", "1.0.0", "./archive")
    registry.pages["/v1/modules/acme/role/aws/1.0.0/archive"] = (302, {"Location": elsewhere}, b"")
    assert isinstance(one(fetching(registry.host), f"{registry.host}/acme/role/aws", "1.0.0"), str)


def test_a_redirect_within_is_followed(registry: Registry, fetching: Fetching) -> None:
    registry.offers("acme/role/aws", "1.0.0", "./archive")
    registry.pages["/v1/modules/acme/role/aws/1.0.0/archive"] = (302, {"Location": "/there"}, b"")
    registry.pages["/there"] = (200, {}, tar(MAIN))
    assert files(one(fetching(registry.host), f"{registry.host}/acme/role/aws", "1.0.0"))


@pytest.mark.parametrize(
    ("module", "version", "words"),
    [
        ("acme/role/aws", "9.9.9", "has no acme/role/aws 9.9.9"),
        ("acme/role/aws", "~> 1.0", "names no exact version"),
        ("other/role/aws", "1.0.0", "is not an allowed source"),
    ],
)
def test_what_a_registry_does_not_give(
    registry: Registry, fetching: Fetching, module: str, version: str, words: str
) -> None:
    registry.offers("acme/role/aws", "1.0.0", "./archive")
    assert words in str(one(fetching(f"{registry.host}/acme"), f"{registry.host}/{module}", version))


def test_a_registry_that_sends_nonsense(registry: Registry, fetching: Fetching) -> None:
    for nonsense in (b"", b"[]", b'{"modules.v1": 7}', b"[" * 100_000, b"x" * 300_000):
        registry.pages["/.well-known/terraform.json"] = (200, {}, nonsense)
        assert isinstance(one(fetching(registry.host), f"{registry.host}/acme/role/aws", "1.0.0"), str)


def test_a_slow_registry_is_given_up(registry: Registry, fetching: Fetching) -> None:
    registry.delay = 2.0
    found = fetching(registry.host)
    slow = ModuleFetcher(found.allowed, type(found.web)(found.web.check, 0.3), found.packages, found.store, unpack)
    assert isinstance(one(slow, f"{registry.host}/acme/role/aws", "1.0.0"), str)


def test_nobody_listens(fetching: Fetching) -> None:
    assert "could not be asked" in str(one(fetching("127.0.0.1:1"), "127.0.0.1:1/acme/role/aws", "1.0.0"))


def test_from_git_by_tag_and_by_commit(fetching: Fetching, repository: Repository) -> None:
    fetch = fetching(f"file://{repository.path}")
    by_tag = one(fetch, f"git::file://{repository.path}?ref=v2.0.0")
    commit = repository.git("rev-parse", "v2.0.0")
    by_commit = one(fetch, f"git::file://{repository.path}?ref={commit}")
    assert files(by_tag) == files(by_commit) and b"s3:*" in files(by_tag)["main.tf"]


def test_a_directory_of_the_package(fetching: Fetching, repository: Repository) -> None:
    fetch = fetching(f"file://{repository.path}")
    found = one(fetch, f"git::file://{repository.path}//modules/inner?ref=v1.0.0")
    assert isinstance(found, ModuleFiles) and found.subdirectory == "modules/inner" and "main.tf" in found.files
    assert "has no directory" in str(one(fetch, f"git::file://{repository.path}//nowhere?ref=v1.0.0"))


@pytest.mark.parametrize("ref", ["main", "v9", "HEAD", "refs/heads/main"])
def test_what_moves_is_not_fetched(fetching: Fetching, repository: Repository, ref: str) -> None:
    fetch = fetching(f"file://{repository.path}")
    assert "has no tag" in str(one(fetch, f"git::file://{repository.path}?ref={ref}"))


def test_what_is_not_a_repository(fetching: Fetching, tmp_path: Path) -> None:
    assert "could not be" in str(one(fetching(f"file://{tmp_path}"), f"git::file://{tmp_path}/none.git?ref=v1"))


def test_is_kept(registry: Registry, fetching: Fetching) -> None:
    registry.offers("acme/role/aws", "1.0.0", "./archive")
    registry.pages["/v1/modules/acme/role/aws/1.0.0/archive"] = (200, {}, tar(MAIN))
    fetch = fetching(registry.host)
    first = one(fetch, f"{registry.host}/acme/role/aws", "1.0.0")
    asked = len(registry.asked)
    assert one(fetch, f"{registry.host}/acme/role/aws", "1.0.0") == first and len(registry.asked) == asked


def test_what_was_kept_is_checked(registry: Registry, fetching: Fetching, tmp_path: Path) -> None:
    registry.offers("acme/role/aws", "1.0.0", "./archive")
    registry.pages["/v1/modules/acme/role/aws/1.0.0/archive"] = (200, {}, tar(MAIN))
    fetch = fetching(registry.host)
    first = one(fetch, f"{registry.host}/acme/role/aws", "1.0.0")
    for kept in (tmp_path / "cache").rglob("*.package"):
        kept.write_bytes(kept.read_bytes().replace(b"# the module", b"# no module!"))
    assert one(fetch, f"{registry.host}/acme/role/aws", "1.0.0") == first


def test_a_permission_taken_back_counts_for_what_is_kept(registry: Registry, fetching: Fetching) -> None:
    registry.offers("acme/role/aws", "1.0.0", "./archive")
    registry.pages["/v1/modules/acme/role/aws/1.0.0/archive"] = (200, {}, tar(MAIN))
    assert files(one(fetching(registry.host), f"{registry.host}/acme/role/aws", "1.0.0"))
    assert isinstance(one(fetching("example.com"), f"{registry.host}/acme/role/aws", "1.0.0"), str)


def test_many_are_not_fetched(fetching: Fetching) -> None:
    calls = [ModuleCall(f"127.0.0.1:1/a{number}/b/c", "1.0.0") for number in range(MAX_CALLS + 5)]
    found = fetching("127.0.0.1:1")(calls)
    assert len(found) == len(calls) and sum("too many" in str(why) for why in found.values()) == 5


HOSTILE = {
    "../out.tf": "x",
    "/abs.tf": "x",
    "a/../../out.tf": "x",
    "a\\..\\out.tf": "x",
    ".git/hooks/x.tf": "x",
    "a//b.tf": "x",
    "./good.tf": "good",
}


@pytest.mark.parametrize("content", [tar(HOSTILE), zipped(HOSTILE)], ids=["tar", "zip"])
def test_no_path_leads_out(content: bytes) -> None:
    assert set(unpack(content)) <= {"good.tf"}


def test_links_and_devices_are_left_out() -> None:
    odd = [
        member("link.tf", tarfile.SYMTYPE, "/etc/passwd"),
        member("hard.tf", tarfile.LNKTYPE, "main.tf"),
        member("device.tf", tarfile.CHRTYPE),
        member("pipe.tf", tarfile.FIFOTYPE),
    ]
    assert set(unpack(tar(MAIN, *odd))) == {"main.tf"}
    assert set(unpack(zipped(MAIN, {"link.tf": "/etc/passwd"}))) == {"main.tf"}


@pytest.mark.parametrize(
    "content",  # made where it is needed: bombs are large
    [
        lambda: b"",
        lambda: b"not an archive",
        lambda: tar(MAIN)[:30],
        lambda: zipped(MAIN)[:40],
        lambda: tar({f"{number}.tf": "x" for number in range(3_100)}),
        lambda: zipped({"bomb.json": "0" * (70 * 1024**2)}),
        lambda: tar({"bomb.json": "0" * (70 * 1024**2)}),
        lambda: tar({"README.md": "nothing of Terraform"}),
    ],
    ids=["empty", "text", "cut tar", "cut zip", "many", "zip bomb", "tar bomb", "no Terraform"],
)
def test_what_is_refused(content: Callable[[], bytes]) -> None:
    with pytest.raises(NotFetched):
        unpack(content())


def test_a_tar_whose_name_is_a_bomb_takes_no_memory() -> None:
    """A long name's length is believed by tarfile: some GB in a few KB."""
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 8 * 1024**3
    header = name.tobuf(tarfile.GNU_FORMAT)
    tracemalloc.start()
    for content in (header, gzip.compress(header + b"a" * (8 * 1024**2))):
        with pytest.raises(NotFetched):
            unpack(content)
    assert tracemalloc.get_traced_memory()[1] < 64 * 1024**2
    tracemalloc.stop()


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress, bz2.compress])
def test_a_compressed_bomb_is_not_unpacked(compress: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotFetched, match="unpacks to too much"):
        unpack(compress(b"\0" * (MAX_UNPACKED + 10_000)))


def test_a_zip_with_a_directory_of_any_length_is_not_read() -> None:
    many = zipped({f"{number}": "" for number in range(50_000)})
    with pytest.raises(NotFetched):
        unpack(many)


def test_a_large_file_is_left_out() -> None:
    assert set(unpack(tar({**MAIN, "large.json": "0" * (MAX_FILE_BYTES + 1)}))) == {"main.tf"}
