"""What CI configuration says of var files and workspaces: Atlantis's projects, and the words of commands elsewhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from bot.evaluated.source_tree import SourceTree
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

MAX_BYTES = 256 * 1024
MAX_FILES = 60
MAX_WORDS = 300
"""So many things are read of what CI does."""

MAX_WAYS = 100
"""So many values of matrices are put into one word."""

ATLANTIS = ("atlantis.yaml", "atlantis.yml")
_PIPELINES = (
    *ATLANTIS, ".circleci/config.yml", ".gitlab-ci.yml", "Jenkinsfile", "Makefile", "azure-pipelines.yml",
    "bitbucket-pipelines.yml", "buildspec.yml", "cloudbuild.yaml", ".drone.yml", ".travis.yml",
)  # fmt: skip
_FOLDERS = (".github/workflows/*.y*ml", ".gitlab/*.yml", ".buildkite/*.y*ml")

_COMMENT = late_pattern(r"(?m)(^|\s)#.*$")
_MATRIX = late_pattern(r"\$\{\{\s*matrix\.(\w+)\s*\}\}")
_UNKNOWN = late_pattern(
    r"\$\{\{[^}\n]{0,200}\}\}|\$\{[^}\n]{0,200}\}|\$\([^)\n]{0,200}\)|\$\w{1,200}|<<[^>\n]{0,200}>>"
)
_VAR_FILE = late_pattern(r"-var-file(?:=|[\s\"',\]\[-]+)[\"']?([^\s\"',;&|)]{1,300})")
_WORKSPACE = late_pattern(
    r"(?:\bworkspace\s+(?:select|new)\s+(?:-or-create(?:=true)?\s+)?"
    r"|\b(?i:tf|terraform)_(?i:workspace)[\"'\]]{0,2}[ \t]*[^\w\s;&|)][ \t]*)[\"']?([^\s\"',;&|)]{1,300})"
)
_NAME = late_pattern(r"[A-Za-z0-9][\w.-]*\Z")


@dataclass(frozen=True, slots=True)
class CiWords:
    """One thing that CI does: var files, as written where it runs ("*" is what only a run knows), and the workspace.

    `directory` is the root's, None where any could be meant.
    """

    directory: str | None
    var_files: tuple[str, ...] = ()
    workspace: str = ""


def pipelines(tree: SourceTree) -> tuple[str, ...]:
    """The files in which CI is configured."""
    at_top = [path for path in _PIPELINES if tree.has(path)]
    inside = [path for path in tree.listing if path[0] == "." and any(fnmatchcase(path, each) for each in _FOLDERS)]
    return (*at_top, *sorted(inside))[:MAX_FILES]


def ci_words(tree: SourceTree) -> tuple[CiWords, ...]:
    """All that they say, each once."""
    some = dict.fromkeys(itertools.islice(_every_word(tree), 10 * MAX_WORDS))
    return tuple(some)[:MAX_WORDS]


def applying(tree: SourceTree) -> tuple[str, ...]:
    """What the files say, without comments, in which CI applies something: Atlantis's, and those that say `apply`."""
    return tuple(text for path, text in _texts(tree) if path in ATLANTIS or _APPLY.search(text))


_APPLY = late_pattern(r"\bapply\b")


def _texts(tree: SourceTree) -> Iterator[tuple[str, str]]:
    for path in pipelines(tree):
        content = tree.read(path)
        if content is not None and len(content) <= MAX_BYTES:
            yield path, _COMMENT.sub(r"\1", content.decode("utf-8", "replace"))


def _every_word(tree: SourceTree) -> Iterator[CiWords]:
    for path in pipelines(tree):
        content = tree.read(path)
        if content is None or len(content) > MAX_BYTES:
            continue
        yield from _atlantis(content) if path in ATLANTIS else _commands(content.decode("utf-8", "replace"))


def _commands(text: str) -> Iterator[CiWords]:
    """The arguments of `terraform`, wherever they are written."""
    text = _COMMENT.sub(r"\1", text)
    spelled = _MATRIX.sub(lambda found: f"\0{found.group(1)}\0", text)
    spelled = _UNKNOWN.sub("*", spelled)
    for written in _VAR_FILE.findall(spelled):
        yield from (CiWords(None, (each,)) for each in itertools.islice(_ways(written, text), MAX_WAYS))
    for written in _WORKSPACE.findall(spelled):
        yield from (
            CiWords(None, workspace=each)
            for each in itertools.islice(_ways(written, text), MAX_WAYS)
            if _NAME.match(each)
        )


def _ways(written: str, text: str) -> Iterator[str]:
    """What is written, with each value of a matrix in its place."""
    before, mark, rest = written.partition("\0")
    if not mark:
        yield written
        return
    key, _, after = rest.partition("\0")
    values = _matrix_values(key, text) or ("*",)
    for value in values:
        yield from _ways(f"{before}{value}{after}", text)


def _matrix_values(key: str, text: str) -> tuple[str, ...]:
    """The values of a list that is called `key`."""
    inline = re.search(rf"(?m)^[ \t]*-?[ \t]*{key}\W[ \t]*\[([^\]]*)\]", text)
    listed = re.search(rf"(?m)^[ \t]*{key}\W[ \t]*\n((?:[ \t]*-[ \t]+[\w.\"'-]+[ \t]*\n)+)", f"{text}\n")
    words = inline.group(1).split(",") if inline else listed.group(1).split("\n") if listed else []
    names = (word.strip().removeprefix("-").strip().strip("\"'") for word in words)
    return tuple(name for name in names if _NAME.match(name))


def _atlantis(content: bytes) -> Iterator[CiWords]:
    """The projects of an atlantis.yaml: each is one workspace of a directory, planned by a workflow."""
    config = _yaml(content)
    workflows = {name: tuple(_arguments(each)) for name, each in _items(config.get("workflows"))}
    projects = config.get("projects")
    for project in projects if isinstance(projects, list) else ():
        if isinstance(project, dict):
            workspace = str(project.get("workspace") or "")
            files = workflows.get(str(project.get("workflow")), ())
            directory = str(project.get("dir", "")).strip("./")
            yield CiWords(directory, tuple(_in_workspace(each, workspace) for each in files), workspace)


def _in_workspace(written: str, workspace: str) -> str:
    named = re.sub(r"\$\{?WORKSPACE\}?", workspace or "default", written)
    return _UNKNOWN.sub("*", named)


def _yaml(content: bytes) -> Mapping[str, Any]:
    import yaml  # here, as few repositories have such a file

    try:
        config = yaml.safe_load(content)
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def _items(value: Any) -> list[tuple[str, Any]]:
    return [(str(key), each) for key, each in value.items()] if isinstance(value, dict) else []


def _arguments(value: Any) -> Iterator[str]:
    """Every `-var-file` below `value`, in one word or two, or in a command; what is there by a reference only once."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, str):
            yield from _VAR_FILE.findall(one)
        elif isinstance(one, dict | list) and id(one) not in seen:
            seen.add(id(one))
            inside = list(one.values()) if isinstance(one, dict) else one
            if isinstance(one, list):
                yield from _VAR_FILE.findall("\n".join(str(each) for each in one if isinstance(each, str | int)))
            waiting += [each for each in inside if isinstance(each, dict | list) or isinstance(one, dict)]
