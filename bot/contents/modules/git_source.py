"""A module's package out of a git repository, at a tag or a commit: its files, never its history."""

from __future__ import annotations

from collections.abc import Mapping

from bot.contents.cache import Cache
from bot.contents.command import GitFailed
from bot.contents.modules.module_files import MAX_FILES, kept, wanted
from bot.contents.modules.port import NotFetched
from bot.contents.modules.source import GitSource
from bot.contents.objects import read_blobs, read_tree
from bot.contents.remote import RemoteRepository
from bot.errors import ContentsError
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_COMMIT = late_pattern(r"\A[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_NOBODY = "0" * 40


@dataclass(frozen=True, slots=True)
class GitPackages:
    """Packages by way of a cache of bare repositories; `environment` names proxies and certificates."""

    cache: Cache
    environment: tuple[tuple[str, str], ...] = ()
    seconds: float = 60.0

    def fetch(self, source: GitSource) -> Mapping[str, bytes]:
        """The files of the repository at the tag or commit. Raises NotFetched."""
        try:
            return self._fetch(source)
        except ContentsError as error:
            raise NotFetched(f"its repository could not be fetched: {str(error)[:300]}") from None
        except OSError as error:
            raise NotFetched(f"its repository could not be kept: {error.strerror}") from None

    def _fetch(self, source: GitSource) -> Mapping[str, bytes]:
        repository = self._repository(source.url, _NOBODY)
        with repository.open() as git:
            commit = source.ref if _COMMIT.match(source.ref) else None
            if commit is None:
                tag = f"refs/tags/{source.ref}"
                try:
                    listed = git.run("ls-remote", "--quiet", "origin", tag, f"{tag}^{{}}", seconds=self.seconds)
                except GitFailed as failure:
                    raise NotFetched(f"its repository could not be asked: {failure.reason[:200]}") from None
                commit = _tagged(listed.decode("ascii", "replace"), tag)
            if commit is None:
                raise NotFetched(f"its repository has no tag {source.ref}: pin a tag or a full commit id")
            found = self._repository(source.url, commit)
            found.commits(git)
            files = {path: blob for path, blob in read_tree(git, commit).files.items() if wanted(path)}
            if len(files) > MAX_FILES:
                raise NotFetched(f"it has more than {MAX_FILES} files")
            found.bring(git, set(files.values()))
            blobs = read_blobs(git, files.values())
        return kept((path, blobs[blob]) for path, blob in files.items() if blob in blobs)

    def _repository(self, url: str, commit: str) -> RemoteRepository:
        return RemoteRepository(url, None, commit, commit, self.cache, self.environment, seconds=self.seconds)


def _tagged(listed: str, tag: str) -> str | None:
    """The commit of a tag: what an annotated one points at comes with `^{}`."""
    found = {name: commit for commit, _, name in (line.partition("\t") for line in listed.splitlines())}
    commit = found.get(f"{tag}^{{}}") or found.get(tag)
    return commit if commit is not None and _COMMIT.match(commit) else None
