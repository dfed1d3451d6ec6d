"""The policy pairs judged by others, read beside the repository where they are there."""

from __future__ import annotations

import pytest

from bench.conformance import FOLDER, judge, load, wrong_label


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the conformance pairs are not beside the repository")
def test_every_pair_is_judged_as_labelled_or_the_label_is_known_to_be_wrong() -> None:
    judged = [judge(case) for case in load(FOLDER)]
    unexplained = [one.case["id"] for one in judged if not one.agrees and wrong_label(one) is None]
    assert len(judged) == 642
    assert not unexplained
    assert sum(not one.agrees for one in judged) <= 36
