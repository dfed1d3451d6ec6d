"""An organisation's rules: one file with `defaults` below every repository's own and `enforced` above them."""

from __future__ import annotations

import yaml

from bot.evaluated.diagnostic import Diagnostic
from bot.review_config.rules_file import load_review_config
from bot.review_config.settings import MAX_BYTES, LoadedReviewConfig, ReviewConfig, unreadable
from bot.yaml_keys import repeated_keys

SECTIONS = ("defaults", "enforced")
_SECTIONS_ONLY = ": an organisation's file has the sections defaults and enforced, and no other"

ORGANISATION_FILE = "iam-review.yaml"
"""Its name in the repository that holds it."""


def read_organisation(text: str, source: str) -> tuple[LoadedReviewConfig, LoadedReviewConfig]:
    """Both layers; what is wrong anywhere is a problem of each, so that nothing is enforced by halves."""
    defaults, enforced, problem = split(text, source)
    if problem is not None:
        return LoadedReviewConfig(ReviewConfig(), (problem,)), LoadedReviewConfig(ReviewConfig(), (problem,))
    return load_review_config(defaults, f"{source}, defaults"), load_review_config(enforced, f"{source}, enforced")


def split(text: str, source: str) -> tuple[str, str, Diagnostic | None]:
    """The texts of both sections, lines where they were, and what is wrong with the file."""
    if len(text) > MAX_BYTES:
        return "", "", unreadable(source, f": longer than {MAX_BYTES} characters")
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return "", "", unreadable(source, f": not YAML: {str(error).splitlines()[0]}")
    for one in repeated_keys(node):
        return "", "", unreadable(source, f": {one.words}", one.line)
    content = {} if content is None else content
    if not isinstance(content, dict) or not content.keys() <= set(SECTIONS):
        return "", "", unreadable(source, _SECTIONS_ONLY)
    defaults, enforced = (yaml.safe_dump(content.get(name) or {}) for name in SECTIONS)
    return defaults, enforced, None
