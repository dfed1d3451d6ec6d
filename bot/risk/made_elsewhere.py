"""Roles that other places make, by what people call them: an output of a module or of another root's state."""

from __future__ import annotations

from bot.late_pattern import late_pattern

_KEY = r"\[[^\[\]]*\]"
_MODULE = rf"(?:module\.[\w-]+(?:{_KEY})?\.)*module\.[\w-]+(?:{_KEY})?"
_STATE = rf"(?:{_MODULE}\.)?data\.terraform_remote_state\.(?P<state>[\w-]+)(?:{_KEY})?\.outputs"
_OUTPUT = late_pattern(rf"\$\{{(?:{_STATE}|(?P<module>{_MODULE}))\.(?P<names>[\w-]+(?:{_KEY}|\.[\w-]+)*)\}}")
_NAME = late_pattern(r'\["([^"\[\]]+)"\]|(\[[^\[\]]*\])|([\w-]+)')
_CALL = late_pattern(rf"{_MODULE}\Z")
_PART = late_pattern(rf"(?P<module>{_MODULE})\.(?P<part>task|execution)_role\Z")
_ATTRIBUTE = late_pattern(r"(?:\A|_)(?:arns?|ids?|names?)\Z")
_ROLE = late_pattern(r"(?:\A|_)(?:iam_?)?roles?\Z")
_SAYS_NOTHING = frozenset(("", "aws", "iam", "lambda", "this"))
"""What stands before "role" in the outputs of modules that make one."""


def is_call(address: str) -> bool:
    """Whether an address is a module's call, which stands for the one role that it makes."""
    return _CALL.match(address) is not None


def role_of_output(name: str) -> str:
    """ "worker of module.cluster" where an output is called as a role's (`worker_iam_role_name`, or an entry of
    `iam_roles`), or it is the address of one of a module's two roles; "" for any other text.
    """
    if part := _PART.match(name):
        return f"{part['part']} of {part['module']}"
    found = _OUTPUT.fullmatch(name)
    called = _called([key or place or word for key, place, word in _NAME.findall(found["names"])]) if found else None
    if found is None or called is None:
        return ""
    where = found["module"] or f"the state {found['state']}"
    return f"of {where}" if called in _SAYS_NOTHING else f"{called} of {where}"


def _called(names: list[str]) -> str | None:
    """What an output, and the entries and attributes of it that are named, call a role; None if it is none, or many."""
    kept = [one for one in (_ATTRIBUTE.sub("", name) for name in names) if one]
    at = next((place for place, one in enumerate(kept) if _ROLE.search(one)), None)
    if at is None or any("*" in one for one in kept):
        return None
    entries = [one for one in kept[at + 1 :] if not one.startswith("[")]
    before = _ROLE.sub("", kept[at]).removeprefix("iam_").removeprefix("aws_")
    if kept[at].endswith("s") and not entries:
        return None
    return [*kept[:at], *filter(None, (before,)), *entries][-1] if at or before or entries else ""
