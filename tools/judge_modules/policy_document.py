"""The data source aws_iam_policy_document of the local provider, written from the AWS provider's documentation.

Shares nothing with `bot.data_sources`, which it judges.
"""

from __future__ import annotations

import json
from typing import Any

ORDER = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition")


class DocumentError(Exception):
    """What the provider refuses, in its words."""


def rendered(config: dict[str, Any]) -> str:
    """The value of `json` for the arguments of a data block."""
    version = config.get("version") or "2012-10-17"
    merged: dict[str, Any] = {"Version": "", "Id": "", "Statement": []}
    seen: set[str] = set()
    for index, text in enumerate(config.get("source_policy_documents") or ()):
        if not text:
            continue
        source = _read(text, f"merging source document {index}")
        for position, statement in enumerate(source["Statement"]):
            sid = statement.get("Sid", "")
            if sid and sid in seen:
                raise DocumentError(
                    f"merging source document {index}: duplicate Sid ({sid}) in source_policy_documents "
                    f"(statement {position}). Remove the Sid or ensure Sids are unique."
                )
            seen.add(sid)
        _merge(merged, source)
    own = [_statement(block, version) for block in config.get("statement") or ()]
    sids = [statement["Sid"] for statement in own if statement.get("Sid")]
    for sid in sids:
        if sids.count(sid) > 1:
            raise DocumentError(f"duplicate Sid ({sid}). Remove the Sid or ensure the Sid is unique.")
    _merge(merged, {"Version": version, "Id": config.get("policy_id") or "", "Statement": own})
    for index, text in enumerate(config.get("override_policy_documents") or ()):
        if text:
            _merge(merged, _read(text, f"merging override document {index}"))
    return _go_json({key: value for key, value in merged.items() if value})


def _go_json(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _merge(into: dict[str, Any], new: dict[str, Any]) -> None:
    into["Id"] = new.get("Id") or into["Id"]
    into["Version"] = max(into["Version"], new.get("Version", ""))
    for statement in new["Statement"]:
        sid = statement.get("Sid")
        places = [i for i, known in enumerate(into["Statement"]) if sid and known.get("Sid") == sid]
        if places:
            into["Statement"][places[0]] = statement
        else:
            into["Statement"].append(statement)


def _statement(block: dict[str, Any], version: str) -> dict[str, Any]:
    def replaced(value: str) -> str:
        if version == "2008-10-17" and "&{" in value:
            raise DocumentError(
                f"found &{{ sequence in ({value}), which is not supported in document version 2008-10-17"
            )
        return value.replace("&{", "${")

    found: dict[str, Any] = {
        "Sid": block.get("sid") or "",
        "Effect": block.get("effect") or "Allow",
        "Action": _collapsed(block.get("actions")),
        "NotAction": _collapsed(block.get("not_actions")),
        "Resource": _collapsed(block.get("resources"), replaced),
        "NotResource": _collapsed(block.get("not_resources"), replaced),
        "Principal": _principals(block.get("principals") or (), replaced),
        "NotPrincipal": _principals(block.get("not_principals") or (), replaced),
        "Condition": _conditions(block.get("condition") or (), replaced),
    }
    return {key: value for key, value in found.items() if value}


def _collapsed(values: list[str] | None, change: Any = str) -> Any:
    changed = sorted((change(value) for value in values or ()), key=lambda text: text.encode(), reverse=True)
    return changed[0] if len(changed) == 1 else changed


def _principals(blocks: Any, change: Any) -> Any:
    pairs = [(block["type"], _collapsed(block["identifiers"], change)) for block in blocks]
    if len(pairs) == 1 and pairs[0][0] == "*" and pairs[0][1] in ("*", ["*"]):
        return "*"
    found: dict[str, Any] = {}
    for kind, identifiers in pairs:
        if kind in found:
            before = [found[kind]] if isinstance(found[kind], str) else found[kind]
            identifiers = before + ([identifiers] if isinstance(identifiers, str) else identifiers)
        found[kind] = identifiers
    return dict(sorted(found.items()))


def _conditions(blocks: Any, change: Any) -> dict[str, Any]:
    found: dict[str, dict[str, list[str]]] = {}
    for block in blocks:
        values = found.setdefault(block["test"], {}).setdefault(block["variable"], [])
        values += [change(value) for value in block["values"]]
    return {
        test: {name: values[0] if len(values) == 1 else values for name, values in sorted(variables.items())}
        for test, variables in sorted(found.items())
    }


def _read(text: str, doing: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except ValueError as error:
        raise DocumentError(f"{doing}: {error}") from error
    document = {key.lower(): value for key, value in content.items()}
    statements = [
        {key: _lists(key, statement[key]) for key in ORDER if statement.get(key)}
        for statement in document.get("statement", ())
    ]
    return {"Version": document.get("version", ""), "Id": document.get("id", ""), "Statement": statements}


def _lists(key: str, value: Any) -> Any:
    if key in ("Principal", "NotPrincipal") and isinstance(value, dict):
        return {
            kind: sorted(who, reverse=True) if isinstance(who, list) else who for kind, who in sorted(value.items())
        }
    if key == "Condition":
        return {
            test: {
                name: (only[0] if isinstance(only, list) and len(only) == 1 else only)
                for name, only in variables.items()
            }
            for test, variables in value.items()
        }
    return value
