"""GitLab CI's variables -> which change this job reviews, as a pure function."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import UsageError
from bot.forges.ci_job import CiJob, needed
from bot.forges.gitlab.webhook import FORGE


def read_job(environment: Mapping[str, str]) -> CiJob:
    """The job described by the runner's variables.

    Source: "Predefined CI/CD variables reference". Raises UsageError.
    """
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    if not number.isdigit():
        raise UsageError(
            "ci: this pipeline has no merge request (CI_MERGE_REQUEST_IID is not set); give the job "
            "the rule: if: $CI_PIPELINE_SOURCE == 'merge_request_event'"
        )
    head = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or needed(environment, "CI_COMMIT_SHA")
    project = needed(environment, "CI_PROJECT_URL")
    into = environment.get("CI_MERGE_REQUEST_PROJECT_URL") or project
    target = environment.get("CI_MERGE_REQUEST_PROJECT_PATH") or needed(environment, "CI_PROJECT_PATH")
    token, own = environment.get("IAM_REVIEW_GITLAB__TOKEN", ""), environment.get("CI_JOB_TOKEN", "")
    return CiJob(
        forge=FORGE,
        repository=target,
        number=int(number),
        base=needed(environment, "CI_MERGE_REQUEST_DIFF_BASE_SHA"),
        head=head,
        base_branch=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        author=environment.get("GITLAB_USER_LOGIN", ""),
        directory=environment.get("CI_PROJECT_DIR", "."),
        api_url=needed(environment, "CI_API_V4_URL"),
        clone_url=f"{project}.git",
        target_url=f"{into}.git",
        web_url=f"{into}/-/merge_requests/{number}",
        git_user="gitlab-ci-token" if own else "oauth2",
        token=token,
        git_token=own or token,
        base_is_merge_base=True,
    )
