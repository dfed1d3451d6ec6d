"""What each setting of `.iam-review.yaml` means, in a line: for editors' schemas and for `config show`."""

from __future__ import annotations

MEANINGS: dict[str, str] = {
    "mode": "How loud: observe (a report and a neutral check), comment (comments, the check never fails), enforce.",
    "fail_at": "The lowest grade that fails the check.",
    "comment_at": "The lowest grade that gets an inline comment.",
    "max_comments": "So many inline comments at most; the rest is in the summary.",
    "fail_closed": "Whether what could not be analysed fails the check: off, changed (what the change touches), all.",
    "roots": "Facts about root modules by directory: account, region, workspaces, var files. The first match counts.",
    "accounts": "Account ids that are one's own: trust in them is not trust in somebody else's account.",
    "sensitive_resources": "ARN patterns of what weighs more than other things of its kind.",
    "ignored_paths": "Globs of files whose findings and gaps are left out.",
    "paths": "Thresholds for some files, by glob. The first match counts.",
    "rules": "Rules that are switched off, or whose findings always have one grade.",
    "guardrails": "What no change may do, whatever its grade.",
    "approvers": "Logins and teams (organisation/team) that may accept findings.",
    "waivers": "Accepted findings, each until a day.",
    "max_waiver_days": "How many days a finding may be accepted for at most.",
    "accept_by_approval": "Whether an approver's approval accepts what the review of that very commit said before it.",
    "help_pages": "Where the rules' pages are published, https://…/; without it they are only named.",
}
