"""Which commits of a branch's own line count as merged changes, and what they are called."""

from __future__ import annotations

from pathlib import Path

from bot.contents.merged import merged_changes
from tests.contents.repositories import Repository

GITLAB = "Merge branch 'buckets' into 'main'\n\nA bucket more\n\nCloses #1\n\nSee merge request acme/infra!12"


def test_a_change_has_its_number_and_title_and_touches_terraform(tmp_path: Path) -> None:
    made = Repository.create(tmp_path / "infra")
    made.commit({"a.tf": "a"}, "First")
    made.git("switch", "--quiet", "--create", "buckets")
    head = made.commit({"a.tf": "a", "b.tf": "b"}, "Wip")
    made.git("switch", "--quiet", "main")
    made.git("merge", "--quiet", "--no-ff", "-m", GITLAB, "buckets")
    both = {"a.tf": "a", "b.tf": "b"}
    made.commit({**both, "c.tf": "c"}, "Squashed (#13)")
    made.commit({**both, "c.tf": "c", "x/.terraform.lock.hcl": "newer"}, "A provider's next version (#14)")
    made.commit({**both, "c.tf": "c", "x/.terraform.lock.hcl": "newer", "notes.md": "n"}, "Notes (#15)")
    squashed, merge = merged_changes(made.path, "HEAD", 5)
    assert (squashed.number, squashed.title) == (13, "Squashed")
    assert (merge.number, merge.title, merge.head) == (12, "A bucket more", head)
