"""Which commits of a branch's own line count as merged changes, and what they are called."""

from __future__ import annotations

from pathlib import Path

from bot.contents.merged import branch_line, merged_changes
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
    line = branch_line(made.path, "HEAD", (squashed, merge))
    assert (line.branch, line.tip, line.commits) == ("main", made.git("rev-parse", "HEAD").strip(), 4)
    assert branch_line(made.path, "HEAD", (squashed,)).commits == 3


def test_who_wrote_what_was_merged_is_named_and_not_who_merged_it(tmp_path: Path) -> None:
    made = Repository.create(tmp_path / "infra")
    made.commit({"a.tf": "a"}, "First")
    made.git("switch", "--quiet", "--create", "buckets")
    made.commit({"a.tf": "a", "b.tf": "b"}, "Wip")
    made.git("commit", "--quiet", "--amend", "--no-edit", "--author", "Grace <grace@example.com>")
    made.git("switch", "--quiet", "main")
    made.git("merge", "--quiet", "--no-ff", "-m", GITLAB, "buckets")
    made.commit({"a.tf": "a", "b.tf": "c"}, "Squashed (#13)")
    squashed, merge = merged_changes(made.path, "HEAD", 2)
    assert merge.author == "Grace"
    assert squashed.author not in ("", "Grace")
