"""Reduces GitHub's official OpenAPI descriptions to what the bot uses: schemas only, no prose.

The descriptions come in the npm packages @octokit/openapi and @octokit/openapi-webhooks (MIT), member
package/generated/api.github.com.json:

    npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json package/LICENSE
    python tools/openapi/reduce.py rest package/generated/api.github.com.json tests/fake_forge/openapi/rest.json
    npm pack @octokit/openapi-webhooks && tar xzf octokit-openapi-webhooks-*.tgz package
    python tools/openapi/reduce.py webhooks package/generated/api.github.com.json tests/fake_forge/openapi/webhooks.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OPERATIONS = (
    ("get", "/app"),
    ("get", "/app/hook/config"),
    ("get", "/app/hook/deliveries"),
    ("post", "/app/hook/deliveries/{delivery_id}/attempts"),
    ("get", "/app/installations"),
    ("post", "/app/installations/{installation_id}/access_tokens"),
    ("get", "/installation/repositories"),
    ("get", "/user"),
    ("get", "/repos/{owner}/{repo}"),
    ("get", "/repos/{owner}/{repo}/installation"),
    ("get", "/repos/{owner}/{repo}/rules/branches/{branch}"),
    ("post", "/app-manifests/{code}/conversions"),
    ("get", "/repos/{owner}/{repo}/pulls"),
    ("get", "/repos/{owner}/{repo}/pulls/{pull_number}"),
    ("get", "/repos/{owner}/{repo}/compare/{basehead}"),
    ("get", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
    ("post", "/repos/{owner}/{repo}/issues/{issue_number}/comments"),
    ("patch", "/repos/{owner}/{repo}/issues/comments/{comment_id}"),
    ("post", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions"),
    ("get", "/repos/{owner}/{repo}/pulls/{pull_number}/comments"),
    ("post", "/repos/{owner}/{repo}/pulls/{pull_number}/comments"),
    ("patch", "/repos/{owner}/{repo}/pulls/comments/{comment_id}"),
    ("post", "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions"),
    ("get", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"),
    ("post", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews"),
    ("post", "/repos/{owner}/{repo}/check-runs"),
    ("patch", "/repos/{owner}/{repo}/check-runs/{check_run_id}"),
    ("get", "/repos/{owner}/{repo}/commits/{ref}/check-runs"),
    ("get", "/repos/{owner}/{repo}/commits/{ref}/statuses"),
    ("post", "/repos/{owner}/{repo}/statuses/{sha}"),
    ("get", "/repos/{owner}/{repo}/collaborators/{username}/permission"),
    ("get", "/orgs/{org}/teams/{team_slug}/memberships/{username}"),
    ("post", "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies"),
    ("post", "/repos/{owner}/{repo}/code-scanning/sarifs"),
)

EVENTS = (
    "ping",
    "pull-request-opened",
    "pull-request-synchronize",
    "pull-request-reopened",
    "pull-request-closed",
    "pull-request-ready-for-review",
    "pull-request-converted-to-draft",
    "pull-request-edited",
    "issue-comment-created",
    "issue-comment-edited",
    "pull-request-review-comment-created",
    "pull-request-review-submitted",
    "pull-request-review-dismissed",
    "check-run-rerequested",
    "check-run-requested-action",
    "check-suite-rerequested",
    "merge-group-checks-requested",
    "merge-group-destroyed",
    "installation-repositories-added",
)

PROSE = frozenset({"description", "summary", "externalDocs", "x-github", "example", "examples", "tags", "x-webhooks"})
PROSE |= {"x-multi-segment", "deprecated", "operationId", "title", "x-github-breaking-changes"}


def without_prose(node: Any, names: bool = False) -> Any:
    """A copy without what only people read; in a mapping of `names` to schemas no key is prose."""
    if isinstance(node, dict):
        return {
            key: without_prose(value, names=key in ("properties", "schemas", "patternProperties"))
            for key, value in node.items()
            if names or key not in PROSE
        }
    return [without_prose(item) for item in node] if isinstance(node, list) else node


def references(node: Any) -> Iterator[str]:
    """Every `$ref` in a document."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def closure(document: Any, wanted: Any) -> dict[str, Any]:
    """The components that `wanted` refers to, directly or not."""
    components: dict[str, Any] = {}
    waiting, seen = list(references(wanted)), set[str]()
    while waiting:
        reference = waiting.pop()
        if reference in seen:
            continue
        seen.add(reference)
        _, _, kind, name = reference.split("/", 3)
        component = without_prose(document["components"][kind][name])
        components.setdefault(kind, {})[name] = component
        waiting.extend(references(component))
    return {kind: dict(sorted(members.items())) for kind, members in sorted(components.items())}


def operation(document: Any, verb: str, path: str) -> Any:
    """One operation: parameters, request body and the JSON answers' schemas."""
    found = document["paths"][path][verb]
    kept = {key: found[key] for key in ("parameters", "requestBody", "responses") if key in found}
    return without_prose(kept)


def main(kind: str, source: str, target: str) -> None:
    """Write the reduced description of `kind` ("rest" or "webhooks") to `target`."""
    document = json.loads(Path(source).read_text("utf-8"))
    reduced: dict[str, Any] = {"openapi": document["openapi"], "info": {"version": document["info"]["version"]}}
    if kind == "rest":
        paths: dict[str, Any] = {}
        for verb, path in OPERATIONS:
            paths.setdefault(path, {})[verb] = operation(document, verb, path)
        reduced |= {"paths": paths, "components": closure(document, paths)}
    else:
        found = document.get("webhooks") or document["x-webhooks"]
        hooks = {name: without_prose(found[name]["post"]["requestBody"]) for name in EVENTS}
        reduced |= {"webhooks": hooks, "components": closure(document, hooks)}
    text = json.dumps(reduced, separators=(",", ":"), sort_keys=True)
    Path(target).write_text(text.replace('},"', '},\n"') + "\n", "utf-8")
    print(f"{target}: {len(text) // 1024} KB")


if __name__ == "__main__":
    main(*sys.argv[1:])
