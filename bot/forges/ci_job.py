"""CI runners' variables -> which change this job reviews; each forge's package reads its own runner's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

from bot.errors import UsageError
from bot.forges.port import Forge
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class CiJob:
    """One job of a CI runner and the change request it runs for.

    `forge` is that of the change request. `base` and `head` are commit ids: the tip of the target branch, or where
    `base_is_merge_base` says so the merge base, and the tip of the source branch.
    `number` is 0 in a merge queue, where there is nothing to comment on. `directory` is where the runner has put the
    clone. `api_url` is the forge's REST API; git fetches the head from `clone_url` and the branch it goes into from
    `target_url`, as `git_user`. `token` may write comments, `git_token` may at least read the repository; "" is none.
    `reads_commands` says that the runner takes lines of the job's output for commands. The files are the runner's
    own: Markdown appended to `summary_file` is shown on the job's page, `name=value` in
    `output_file` given to later steps.
    """

    forge: str
    repository: str
    number: int
    base: str
    head: str
    base_branch: str
    author: str
    directory: str
    api_url: str
    clone_url: str
    target_url: str
    web_url: str
    git_user: str
    token: str = field(default="", repr=False)
    git_token: str = field(default="", repr=False)
    summary_file: str = ""
    output_file: str = ""
    base_is_merge_base: bool = False
    reads_commands: bool = False


@dataclass(frozen=True, slots=True)
class CiRunner:
    """A forge's CI runner: it is the one that has started this if `variable` is set.

    `event_variable` names the file with the event that started the job, "" where there is no such file; `read_job`
    makes the job of the variables and that file's text and raises UsageError; `connect` opens the forge with the
    job's token.
    """

    title: str
    variable: str
    read_job: Callable[[Mapping[str, str], str], CiJob]
    connect: Callable[[CiJob], Forge]
    event_variable: str = ""


def runner_of(environment: Mapping[str, str], runners: Sequence[CiRunner]) -> CiRunner:
    """The runner that has started this. Raises UsageError."""
    for runner in runners:
        if environment.get(runner.variable):
            return runner
    titles, variables = ([getattr(each, name) for each in runners] for name in ("title", "variable"))
    raise UsageError(
        f"ci: neither {' nor '.join(titles)} has started this ({' and '.join(variables)} are not set); "
        "elsewhere use iam-review diff --repo DIR --base REV --head REV"
    )


def needed(environment: Mapping[str, str], name: str) -> str:
    """The value of a variable that the runner sets. Raises UsageError."""
    value = environment.get(name, "")
    if not value:
        raise UsageError(f"ci: the runner's variable {name} is not set")
    return value
