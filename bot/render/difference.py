"""Whether there was anything to look at, which "No IAM privilege change" alone does not tell."""

from __future__ import annotations

import enum


class Difference(enum.StrEnum):
    """What differs between the two sides, by the title of a review that looked at nothing."""

    NOTHING = "Nothing differs"
    OTHER_FILES = "Nothing that differs is Terraform"
    TERRAFORM = ""
