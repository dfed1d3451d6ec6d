from __future__ import annotations

from bot.render.phrases import ended


def test_a_title_that_was_cut_gets_no_fourth_dot() -> None:
    assert ended("role app can now use s3:GetObject on arn:aws:s3:::reports...") == (
        "role app can now use s3:GetObject on arn:aws:s3:::reports..."
    )
    assert ended("role app can now use s3:GetObject") == "role app can now use s3:GetObject."
