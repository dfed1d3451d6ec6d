"""GitHub's JSON for users, the App, repositories, commits and changed files, as its OpenAPI description has it."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.fake_forge.repository import Commit
from bot.fake_forge.unified import FileDiff
from bot.fake_forge.world import Account, Repository, World
from bot.frozen import dataclass

Json = dict[str, Any]

MAX_PATCH_LINES = 3000
"""About where GitHub leaves a file's patch out."""


_AGES: Json = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}


def stamp(moment: datetime) -> str:
    """GitHub's way to write a time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe_stamp(moment: datetime | None) -> str | None:
    """The same for a time that may not have come yet."""
    return None if moment is None else stamp(moment)


def node_id(kind: str, number: int) -> str:
    """An id as GitHub's GraphQL API uses them."""
    return base64.b64encode(f"{len(kind):03}:{kind}{number}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class AppFacts:
    """The App under which the bot is installed."""

    id: int
    slug: str
    owner: Account
    permissions: dict[str, str]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Things:
    """Builds the JSON; `site` is the sandbox's address, its API lies below /api/v3."""

    site: str
    world: World
    application: AppFacts

    @property
    def api(self) -> str:
        """The API's base URL."""
        return f"{self.site}/api/v3"

    def user(self, user: Account) -> Json:
        """A simple user."""
        name = quote(user.login, safe="")  # an App's name has brackets
        url = f"{self.api}/users/{name}"
        return {
            "login": user.login,
            "id": user.id,
            "node_id": node_id("User", user.id),
            "avatar_url": f"{self.site}/static/avatar.svg",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.site}/{name}",
            **{key: url + tail for key, tail in USER_LINKS.items()},
            "type": user.kind,
            "user_view_type": "public",
            "site_admin": False,
        }

    def myself(self, user: Account) -> Json:
        """The authenticated user: a public user."""
        return {
            **self.user(user),
            "name": user.login,
            "company": None,
            "blog": "",
            "location": None,
            "email": None,
            "hireable": None,
            "bio": None,
            "public_repos": len(self.world.repositories),
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
        }

    def app(self) -> Json:
        """The App as an integration."""
        facts = self.application
        return {
            "id": facts.id,
            "slug": facts.slug,
            "node_id": node_id("App", facts.id),
            "client_id": f"Iv1.{facts.id:016x}",
            "owner": self.user(facts.owner),
            "name": facts.slug,
            "description": "Reviews what access a change newly grants",
            "external_url": f"{self.site}/apps/{facts.slug}",
            "html_url": f"{self.site}/apps/{facts.slug}",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "permissions": dict(facts.permissions),
            "events": list(facts.events),
        }

    def installation(self, number: int) -> Json:
        """The App's installation on its owner."""
        facts = self.application
        return {
            "id": number,
            "app_id": facts.id,
            "app_slug": facts.slug,
            "target_id": facts.owner.id,
            "target_type": "Organization",
            # The description asks for a user and an enterprise in one.
            "account": self.user(facts.owner) | {"name": facts.owner.login, "slug": facts.owner.login} | _AGES,
            "repository_selection": "all",
            "access_tokens_url": f"{self.api}/app/installations/{number}/access_tokens",
            "repositories_url": f"{self.api}/installation/repositories",
            "html_url": f"{self.site}/organizations/{facts.owner.login}/settings/installations/{number}",
            "events": list(facts.events),
            "permissions": dict(facts.permissions),
            "single_file_name": None,
            **_AGES,
            "suspended_at": None,
            "suspended_by": None,
        }

    def repository(self, repository: Repository) -> Json:
        """A repository with all its links."""
        url = f"{self.api}/repos/{repository.full_name}"
        page = f"{self.site}/{repository.full_name}"
        pulls = [pull for pull in self.world.pulls if pull.repository is repository and pull.state == "open"]
        return {
            "id": repository.id,
            "node_id": node_id("Repository", repository.id),
            "name": repository.name,
            "full_name": repository.full_name,
            "owner": self.user(repository.owner),
            "private": True,
            "html_url": page,
            "description": None,
            "fork": False,
            "url": url,
            **{key: url + tail for key, tail in REPOSITORY_LINKS.items()},
            "clone_url": f"{page}.git",
            "git_url": f"{page}.git".replace("http:", "git:"),
            "ssh_url": f"git@127.0.0.1:{repository.full_name}.git",
            "svn_url": page,
            "homepage": None,
            "mirror_url": None,
            "language": "HCL",
            "license": None,
            "default_branch": repository.default_branch,
            **dict.fromkeys(("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size"), 0),
            "open_issues": len(pulls),
            "open_issues_count": len(pulls),
            **{key: key != "has_pages" for key in ("has_downloads", "has_issues", "has_projects", "has_wiki")},
            "has_pages": False,
            "has_discussions": False,
            "archived": False,
            "disabled": False,
            "allow_forking": True,
            "is_template": False,
            "web_commit_signoff_required": False,
            "topics": [],
            "visibility": "private",
            "created_at": stamp(repository.created),
            "updated_at": stamp(repository.created),
            "pushed_at": stamp(repository.created),
        }

    def file(self, repository: Repository, file: FileDiff, head: str) -> Json:
        """A changed file; GitHub leaves the patch out where it is large or not text."""
        page = f"{self.site}/{repository.full_name}"
        added, removed = file.count("added"), file.count("removed")
        shape: Json = {
            "sha": head,
            "filename": file.path,
            "status": file.status,
            "additions": added,
            "deletions": removed,
            "changes": added + removed,
            "blob_url": f"{page}/blob/{head}/{quote(file.path)}",
            "raw_url": f"{page}/raw/{head}/{quote(file.path)}",
            "contents_url": f"{self.api}/repos/{repository.full_name}/contents/{quote(file.path)}?ref={head}",
        }
        if file.status == "renamed":
            shape["previous_filename"] = file.base
        if file.hunks and added + removed <= MAX_PATCH_LINES:
            shape["patch"] = "\n".join(hunk.whole for hunk in file.hunks)
        return shape

    def commit(self, repository: Repository, commit: Commit) -> Json:
        """A commit."""
        url = f"{self.api}/repos/{repository.full_name}/commits/{commit.id}"
        git = f"{self.api}/repos/{repository.full_name}/git"
        author, committer = map(self.world.users.get, (commit.author, commit.committer))
        return {
            "sha": commit.id,
            "node_id": node_id("Commit", repository.id),
            "url": url,
            "html_url": f"{self.site}/{repository.full_name}/commit/{commit.id}",
            "comments_url": f"{url}/comments",
            "author": self.user(author) if author else None,
            "committer": self.user(committer) if committer else None,
            "commit": {
                "author": {"name": commit.author, "email": commit.email, "date": stamp(commit.date)},
                "committer": {"name": commit.committer, "email": commit.committer_email, "date": stamp(commit.date)},
                "message": commit.message,
                "tree": {"sha": commit.tree, "url": f"{git}/trees/{commit.tree}"},
                "url": f"{git}/commits/{commit.id}",
                "comment_count": 0,
            },
            "parents": [
                {
                    "sha": parent,
                    "url": f"{self.api}/repos/{repository.full_name}/commits/{parent}",
                    "html_url": f"{self.site}/{repository.full_name}/commit/{parent}",
                }
                for parent in commit.parents
            ],
        }


USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}

REPOSITORY_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
