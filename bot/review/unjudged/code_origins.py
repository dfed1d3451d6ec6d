"""Where what a block runs with a role comes from: whoever writes there has that role.

Only whose it is counts: a repository's address, an image's account or registry, a layer's account. Which tag or version
of it is a program like another text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import Value
from bot.extract.argument_reading import blocks, entry_of, field, known, nested, string
from bot.extract.runners import runs_with
from bot.iam.arn import Arn
from bot.late_pattern import late_pattern
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.leaves import leaves

Path = tuple[str, ...]


def code_from_elsewhere(pair: Pair, name: str) -> Path:
    """The way to what in an argument takes code from where none of the block's came from before; () if nothing does.

    Of what only a run knows that is told where all that was there is known, and no variable says it: what those who
    apply it give is nobody's here.
    """
    if pair.old is None or pair.new is None or not _runs_with_role(pair.new):
        return ()
    before = {place for _, place in _places(pair.old)}
    come = (path for path, place in _places(pair.new) if _is_new(place, before))
    return next((path for path in come if path[0] == name), ())


def _is_new(place: str, before: set[str]) -> bool:
    unsaid = "${" if any("${" in each for each in before) else "${var."
    return place not in before and unsaid not in place


def is_code(kind: str, path: Path) -> bool:
    """Whether that in a block of that type says where code comes from."""
    return path in _READ.get(kind, {}) or (kind == _PIPELINE and path == _IN_PIPELINE)


def _runs_with_role(one: ResourceInstance) -> bool:
    """Whether it runs code from elsewhere with a role: what only fetches an image, or writes logs, is none of it."""
    if one.type not in _TYPES:
        return False
    names = (path[-1] for each, value in one.attributes.entries for path, _ in leaves(each, None, value))
    return any(runs_with(name) and name not in _NOT_OF_CODE.get(one.type, ()) for name in names)


_NOT_OF_CODE: Mapping[str, tuple[str, ...]] = {
    "aws_apprunner_service": ("access_role_arn",),
    "aws_batch_job_definition": ("execution_role_arn",),
    "aws_ecs_task_definition": ("execution_role_arn",),
}
"""Roles that only fetch what is run."""


def _places(one: ResourceInstance) -> Iterator[tuple[Path, str]]:
    if one.type == _PIPELINE:
        yield from ((_IN_PIPELINE, place) for place in _of_pipeline(one))
        return
    reading = _READ[one.type]
    for name in dict.fromkeys(path[0] for path in reading):
        for path, value in leaves(name, None, entry_of(one.attributes, name)):
            if path in reading:
                place = _read(value, reading[path])
                yield from [(path, place)] if place else []


def _read(value: Value | None, reader: Callable[[str], str]) -> str:
    """What a reader makes of a text in which each symbol is one character, with the symbols again; "" of the account at
    hand, and of what AWS itself gives out."""
    said, symbols = "", list[str]()
    written = string(value)
    for part in () if written is None else written.parts:
        if isinstance(part, str):
            said += part
        elif _OWN.search(part.name):
            said += _HERE
        else:
            symbols.append(str(part))
            said += chr(_FIRST + len(symbols) - 1)
    place = reader(said.strip()) if said.strip() else ""
    return "" if _HERE in place else "".join(_restored(place, symbols))


def _restored(place: str, symbols: list[str]) -> Iterator[str]:
    for char in place:
        at = ord(char) - _FIRST
        yield symbols[at] if 0 <= at < len(symbols) else char


_FIRST, _HERE = 0xE000, "\uf8ff"
"""Characters that nobody writes: the first one's symbol, and so on, and whatever is of the account at hand."""

_OWN = late_pattern(r"\bdata\.aws_caller_identity\.|\baws_(ecr_(repository|image)|lambda_layer_version)\.")


def _repository(said: str) -> str:
    """A git repository's address without how it is reached."""
    address = said.rpartition("@")[2].removeprefix("https://").replace(":", "/", 1)
    return address.rstrip("/").removesuffix(".git").lower()


def _source(said: str) -> str:
    """A build's source: a repository, or an object's bucket."""
    return _repository(said) if "://" in said or "@" in said else said.partition("/")[0]


def _instructions(said: str) -> str:
    """The bucket of a build's instructions that are kept in one; others are in its source, or a program."""
    arn = Arn.parse(said)
    return "" if arn is None else arn.resource.partition("/")[0]


def _layer(said: str) -> str:
    arn = Arn.parse(said)
    if arn is not None and arn.account in _OF_AWS:
        return ""
    return said if arn is None else f"account {arn.account}"


_OF_AWS = frozenset({"017000801446", "094274105915", "580247275435", "901920570463"})
"""Accounts out of which AWS gives layers in many regions: Powertools' (their "Lambda layers"), Lambda Insights'
(Amazon CloudWatch User Guide, "Available versions of the Lambda Insights extension"), the distribution of
OpenTelemetry's. In some regions AWS has others, which are asked for."""


def _image(said: str) -> str:
    """The account or registry that an image comes from, and whose it is there."""
    account, of_account, _ = said.partition(".dkr.ecr")
    if of_account:
        return f"account {account}"
    found = ((form.match(said), place) for form, place in _IMAGES)
    return next(match.expand(place) for match, place in found if match is not None)


_HOST = r"([^/]*[.\ue000-\uf8ff][^/]*|localhost[^/]*)/"
_HUB = r"(?:(?:index\.|registry-1\.)?docker\.io/)"
_IMAGES = (
    (late_pattern(r"(?:public\.ecr\.aws|aws)/codebuild/"), ""),  # builds' own, of AWS
    (late_pattern(rf"(?:public\.ecr\.aws/docker/|{_HUB})?library/|{_HUB}[^/]+$"), r"docker.io/library"),
    (late_pattern(rf"{_HUB}([^/]+)/"), r"docker.io/\1"),
    (late_pattern(rf"{_HOST}([^/]+)/"), r"\1/\2"),
    (late_pattern(_HOST), r"\1"),
    (late_pattern(r"([^/]+)/"), r"docker.io/\1"),
    (late_pattern(r"([\ue000-\uf8ff]+)"), r"\1"),
    (late_pattern(""), r"docker.io/library"),
)
"""How images are named (Docker's reference, "docker image tag"), and whose they are; the first that fits."""

_READ: Mapping[str, Mapping[Path, Callable[[str], str]]] = {
    "aws_amplify_app": {("repository",): _repository},
    "aws_apprunner_service": {
        ("source_configuration", "code_repository", "repository_url"): _repository,
        ("source_configuration", "image_repository", "image_identifier"): _image,
    },
    "aws_batch_job_definition": {
        ("container_properties", "image"): _image,
        ("ecs_properties", "task_properties", "containers", "image"): _image,
        ("node_properties", "node_range_properties", "container", "image"): _image,
    },
    "aws_codebuild_project": {
        ("environment", "image"): _image,
        ("secondary_sources", "buildspec"): _instructions,
        ("secondary_sources", "location"): _source,
        ("source", "buildspec"): _instructions,
        ("source", "location"): _source,
    },
    "aws_ecs_task_definition": {("container_definitions", "image"): _image},
    "aws_lambda_function": {("image_uri",): _image, ("layers",): _layer},
    "aws_sagemaker_model": {("container", "image"): _image, ("primary_container", "image"): _image},
}
"""Where blocks say it, and how that is read."""

_PIPELINE, _IN_PIPELINE = "aws_codepipeline", ("stage", "action", "configuration")
_TYPES = frozenset({*_READ, _PIPELINE})


def _of_pipeline(pipeline: ResourceInstance) -> Iterator[str]:
    """AWS CodePipeline User Guide, "Action structure reference": what source actions are configured with."""
    for stage in nested(pipeline, "stage"):
        for action in blocks(field(stage, "action")):
            for said in blocks(field(action, "configuration")) if known(field(action, "category")) == "Source" else ():
                place = [_read(field(said, name), str.lower) for name in ("Owner", "Repo")]
                others = (_read(field(said, name), str.lower) for name in _NAMED)
                yield from ["/".join(place)] if all(place) else filter(None, others)


_NAMED = ("FullRepositoryId", "RepositoryName", "S3Bucket")
