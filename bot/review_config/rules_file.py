"""The rules' file as it was found on one side: its text, that there is none, or why it cannot be read."""

from __future__ import annotations

from functools import lru_cache

from bot.evaluated.source_tree import SourceTree
from bot.frozen import dataclass
from bot.review_config.settings import RULES_FILE, LoadedReviewConfig, ReviewConfig, unreadable

NO_REGULAR_FILE = " is no regular file: rules are read from one only, not from behind a link"

NOT_FETCHED = " could not be fetched, perhaps because it is too large"


@dataclass(frozen=True, slots=True)
class RulesFile:
    """`text` None: there is no such file. `unreadable` says why there is no text though there is one.

    It follows the file's name: " is a symbolic link", ":3: is not UTF-8".
    """

    text: str | None = None
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class EarlierRules:
    """The file as of an earlier commit of the base branch."""

    commit: str
    file: RulesFile


def rules_file(content: bytes | None) -> RulesFile:
    """A regular file with those contents; None is no file."""
    if content is None:
        return RulesFile()
    try:
        return RulesFile(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return RulesFile(unreadable=f":{line}: not UTF-8 text")


def rules_file_in(tree: SourceTree) -> RulesFile:
    """The file of a revision. Behind a link there may be rules, but nobody will read them there once it is merged."""
    if RULES_FILE in tree.aliases or RULES_FILE in tree.linked or tree.outside(RULES_FILE):
        return RulesFile(unreadable=NO_REGULAR_FILE)
    content = tree.read(RULES_FILE)
    if content is None and tree.has(RULES_FILE):
        return RulesFile(unreadable=NOT_FETCHED)
    return rules_file(content)


def load_file(file: RulesFile, source: str) -> LoadedReviewConfig:
    """Its rules; `source` names the file in messages."""
    if file.unreadable:
        return LoadedReviewConfig(ReviewConfig(), (unreadable(source, file.unreadable),))
    return load_review_config(file.text, source)


@lru_cache(maxsize=8)  # a review asks for both sides' settings several times
def load_review_config(text: str | None, source: str) -> LoadedReviewConfig:
    """Read `.iam-review.yaml`; None means there is none. `source` names the file in messages."""
    if text is None or not text.strip():
        return LoadedReviewConfig(ReviewConfig())
    from bot.review_config.settings_yaml import read_settings  # here, as YAML takes a while to load

    return read_settings(text, source)
