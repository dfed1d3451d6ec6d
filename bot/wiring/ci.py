"""Composition of `ci`: the review of the change request a CI job runs for, with no server."""

from __future__ import annotations

import dataclasses
import secrets
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.config import network_environment, process_environment
from bot.contents.branch import branch_file
from bot.contents.cache import Cache
from bot.contents.git import GitContents
from bot.contents.modules.own_history import own_history
from bot.contents.once import Once
from bot.contents.port import Contents
from bot.contents.remote import GitCredential
from bot.conversation.change_request.publish import ReviewToPublish, publish
from bot.errors import ContentsError, ForgeError, ForgeRefused, RevisionError, UnreadableFile, UsageError
from bot.evaluated.touched import Touched, parse_diff
from bot.forges.ci_job import CiJob, CiRunner, runner_of
from bot.forges.port import ChangeRef, ChangeRequest, Forge
from bot.frozen import dataclass
from bot.render import workflow_commands
from bot.render.formats import written
from bot.render.heading import title
from bot.render.line_notes import line_notes
from bot.render.markdown import visible
from bot.render.speaker import Speaker
from bot.render.summary import markdown
from bot.review_config.rules_file import RulesFile, rules_file
from bot.review_config.settings import RULES_FILE
from bot.review_process import parent
from bot.review_process.rounds import Options, ReviewedChange, review_contents, with_declared_waivers
from bot.wiring.given_var_files import check_var_files
from bot.wiring.offline import LineReader, write_files
from bot.wiring.registry import FORGES

CACHE_BYTES = 1024**3

Echo = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CiRequest:
    """What the caller asks for. `mode` None is that of the rules; `files` maps formats to files to write besides."""

    output: str = "terminal"
    mode: str | None = None
    comments: bool = True
    files: Mapping[str, Path] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _JobConversation:
    """Where comments go: the forge, and the change request as it is there now."""

    forge: Forge
    change: ChangeRequest


def run(
    options: Options, wanted: CiRequest, echo: Echo, note: Echo, environment: Mapping[str, str] | None = None
) -> int:
    """Review, print, annotate, comment; returns the exit code: 1 only if the verdict is fail and the mode enforces.

    `echo` takes what was asked for and what the runner reads, `note` words for people. Raises UsageError,
    RevisionError, ContentsError or ReviewFailed. A forge that takes no comments is noted and does not change the
    verdict.
    """
    given = process_environment() if environment is None else environment
    runner = runner_of(given, [adapter.ci for adapter in FORGES if adapter.ci is not None])
    job = runner.read_job(given, _event(given, runner))
    talk = _talk(job, runner, note)
    with tempfile.TemporaryDirectory(prefix="iam-review-ci-") as folder:
        cache = Cache(Path(folder), CACHE_BYTES)
        contents = _contents(job, talk, cache, note)
        options = dataclasses.replace(_with_rules_now(options, job, cache, note), mode=wanted.mode)
        revisions = contents.revisions()
        check_var_files(options.var_files, revisions.base_listing, revisions.head_listing)
        modules = own_history(Path(job.directory), revisions.blobs.values(), options.modules)
        options = dataclasses.replace(options, modules=modules)
        # In a child without secrets: this process holds a token, and what it reviews is anybody's.
        reviewed = review_contents(contents, parent.run, options)
        reviewed = with_declared_waivers(reviewed, datetime.now(UTC).date())
    touched = parse_diff(reviewed.revisions.diff)
    _print(job, reviewed, touched, wanted, echo)
    if talk is not None and wanted.comments:
        _comment(talk, job, reviewed, touched, note)
    for trouble in reviewed.troubles:
        note(f"{visible(trouble.reason)}; {trouble.remedy}")  # no traceback: a job's log is for whoever may see the job
    return _exit_code(reviewed, note)


def _exit_code(reviewed: ReviewedChange, note: Echo) -> int:
    mode = reviewed.rules.mode
    if reviewed.review.verdict == "pass" or mode == "enforce":
        return 0 if reviewed.review.verdict == "pass" else 1
    note(f"The verdict is fail and the mode is {mode}: this job passes. With `mode: enforce` it would fail.")
    return 0


def _event(environment: Mapping[str, str], runner: CiRunner) -> str:
    file = environment.get(runner.event_variable, "")
    try:
        return Path(file).read_text("utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"ci: cannot read the event file {file}: {error}") from error


def _talk(job: CiJob, runner: CiRunner, note: Echo) -> _JobConversation | None:
    """None in a merge queue, without a token, and where the token does not even let us read."""
    if not (job.number and job.token):
        return None
    try:
        forge = runner.connect(job)
        return _JobConversation(forge, forge.change_request(ChangeRef(job.forge, job.repository, job.number)))
    except ForgeError as error:
        note(f"Nothing is commented: {error}")
        return None


def _contents(job: CiJob, talk: _JobConversation | None, cache: Cache, note: Echo) -> Contents:
    """The job's own clone if it reaches back far enough, else the two commits fetched from the forge."""
    clone = Once(GitContents.local(Path(job.directory), job.base, job.head))
    try:
        clone.revisions()
    except (RevisionError, ContentsError) as lacking:
        base = _merge_base(job, talk)
        if not (job.git_token and base):
            raise
        credential = GitCredential(job.git_user, job.git_token)
        fetched = Once(GitContents.remote(job.clone_url, credential, base, job.head, cache, network_environment()))
        try:
            fetched.revisions()
        except ContentsError as error:
            raise RevisionError(f"{lacking}\nand fetching what is missing failed: {error}") from error
        note("The job's clone does not reach back to the merge base: what is missing was fetched.")
        return fetched
    return clone


def _with_rules_now(options: Options, job: CiJob, cache: Cache, note: Echo) -> Options:
    """Judged by the target branch's rules as they are now: those of where it branched off are the author's choice."""
    if options.rules is not None or not job.base_branch:
        return options
    credential = GitCredential(job.git_user, job.git_token) if job.git_token else None
    environment = network_environment()
    try:
        found = branch_file(job.target_url, credential, RULES_FILE, cache, environment, job.base_branch)
    except UnreadableFile as unreadable:
        return dataclasses.replace(options, rules=RulesFile(unreadable=str(unreadable)))
    except ContentsError as error:
        note(f"The rules are those of {job.base[:12]}, not of the target branch as it is now: {error}")
        return options
    return dataclasses.replace(options, rules=rules_file(found))


def _merge_base(job: CiJob, talk: _JobConversation | None) -> str:
    """The merge base where it is known without history. A merge queue's base is an ancestor of its head."""
    if job.base_is_merge_base or not job.number:
        return job.base
    return talk.change.merge_base if talk is not None and talk.change.head == job.head else ""


def _print(job: CiJob, reviewed: ReviewedChange, touched: Touched, wanted: CiRequest, echo: Echo) -> None:
    review, rules = reviewed.review, reviewed.rules
    text = _written(reviewed, wanted.output)
    if job.reads_commands and wanted.output == "terminal":
        echo(workflow_commands.fenced(text, secrets.token_hex(16)).rstrip("\n"))
        echo(workflow_commands.write(line_notes(review, rules, touched)).rstrip("\n"))
    else:
        echo((workflow_commands.spelled_out(text) if job.reads_commands else text).rstrip("\n"))
    write_files(wanted.files, (Path(job.directory),), lambda output: _written(reviewed, output))
    if job.summary_file:
        told = markdown(review, rules, speaker=Speaker.JOB)
        _append(Path(job.summary_file), f"## iam-review: {title(review)}\n\n{told}\n")
    if job.output_file:
        values = {"verdict": review.verdict, "grade": review.grade, "score": review.score, "complete": review.complete}
        _append(Path(job.output_file), "".join(f"{name}={str(value).lower()}\n" for name, value in values.items()))


def _written(reviewed: ReviewedChange, output: str) -> str:
    return written(reviewed.review, reviewed.rules, output, LineReader(reviewed.revisions))


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"ci: cannot write the runner's file {path}: {error.strerror}") from error


def _comment(talk: _JobConversation, job: CiJob, reviewed: ReviewedChange, touched: Touched, note: Echo) -> None:
    """The comments of the review; the check is the job itself."""
    if talk.change.state != "open" or talk.change.head != job.head:
        note("Nothing is commented: the change request has moved on since this job was started.")
        return
    try:
        publish(talk.forge, ReviewToPublish(talk.change, reviewed, touched, Speaker.JOB))
    except ForgeError as error:
        why = " (a fork's workflow has a token that only reads)" if isinstance(error, ForgeRefused) else ""
        note(f"The comments could not be written{why}: {error}")
