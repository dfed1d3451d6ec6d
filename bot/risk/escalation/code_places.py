"""Where the code is kept that something runs with a role each time it starts: objects, images by a tag, pods.

Who may write there is the role at its next start. Code that is copied once is not here (`left_out.toml`, `copied`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.evaluated.config import ResourceInstance
from bot.evaluated.document import Text
from bot.evaluated.json_text import JsonFault, decode_json
from bot.evaluated.value import ObjectValue, StringValue, Value
from bot.extract.argument_reading import argument, blocks, field, items, known, nested, string
from bot.frozen import dataclass
from bot.iam.arn import is_arn, pieces
from bot.late_pattern import late_pattern

OBJECTS, IMAGES, PODS = "code in a bucket", "an image by its tag", "a cluster whose pods have roles"
KINDS = (OBJECTS, IMAGES, PODS)
"""What paths call them."""


@dataclass(frozen=True, slots=True)
class CodePlace:
    """A place that code is taken from: `kind` as paths call it, `arns` as they may be written, and wildcards."""

    kind: str
    arns: tuple[str, ...]


def code_places(instance: ResourceInstance, images: Iterable[ResourceInstance]) -> Iterator[CodePlace]:
    """The places that one thing takes its code from; `images` are the repositories in view."""
    reader = _READERS.get(instance.type)
    for one in reader(instance) if reader is not None else ():
        if one.kind != IMAGES or not any(_is_fixed(repository, one) for repository in images):
            yield one


def pod_places(cluster: ResourceInstance) -> Iterator[CodePlace]:
    """The pods of a cluster, which run what its administrators say, if access entries make somebody one.

    Amazon EKS User Guide, "Grant IAM users access to Kubernetes with EKS access entries": without an authentication
    mode of the API there are none.
    """
    modes = (known(field(one, "authentication_mode")) for one in nested(cluster, "access_config"))
    if any(mode in ("API", "API_AND_CONFIG_MAP") for mode in modes):
        name = _printed(argument(cluster, "name"))
        yield CodePlace(PODS, (f"${{{cluster.address}.arn}}", *((f"arn:*:eks:*:*:cluster/{name}",) if name else ())))


def _dags(environment: ResourceInstance) -> Iterator[CodePlace]:
    """Amazon MWAA User Guide, "Adding or updating DAGs": the environment takes up what is in the folder."""
    bucket, folder = (_printed(argument(environment, one)) for one in ("source_bucket_arn", "dag_s3_path"))
    if bucket and folder:
        yield _in_bucket(bucket, f"{folder.strip('/')}/*")


def _script(job: ResourceInstance) -> Iterator[CodePlace]:
    """AWS Glue Developer Guide, "Job": the script's location in S3 is read at each run."""
    for command in nested(job, "command"):
        yield from _objects(_printed(field(command, "script_location")).removeprefix("s3://"))


def _source(project: ResourceInstance) -> Iterator[CodePlace]:
    """AWS CodeBuild User Guide, "Build input": a source in S3, and the image that a build runs in."""
    for source in nested(project, "source"):
        if known(field(source, "type")) == "S3":
            yield from _objects(_printed(field(source, "location")))
    for environment in nested(project, "environment"):
        yield from _image(field(environment, "image"))


def _containers(task: ResourceInstance) -> Iterator[CodePlace]:
    """Amazon ECS Developer Guide, "Task definition parameters": an image is pulled when a task starts."""
    yield from _images(argument(task, "container_definitions"))


def _container(job: ResourceInstance) -> Iterator[CodePlace]:
    """AWS Batch User Guide, "Job definition parameters": an image is pulled when a job starts."""
    yield from _images(argument(job, "container_properties"))


def _service(service: ResourceInstance) -> Iterator[CodePlace]:
    """AWS App Runner Developer Guide, "Automatic deployments": a pushed image is deployed."""
    for source in nested(service, "source_configuration"):
        if known(field(source, "auto_deployments_enabled")) != "false":
            for repository in blocks(field(source, "image_repository")):
                yield from _image(field(repository, "image_identifier"))


_READERS: Mapping[str, Callable[[ResourceInstance], Iterator[CodePlace]]] = {
    "aws_apprunner_service": _service,
    "aws_batch_job_definition": _container,
    "aws_codebuild_project": _source,
    "aws_ecs_task_definition": _containers,
    "aws_glue_job": _script,
    "aws_mwaa_environment": _dags,
}


TAKES_CODE = frozenset(_READERS)
"""The types of things whose code is looked for."""


def _printed(value: Value | None) -> str:
    read = string(value)
    return "" if read is None else str(read)


_BUCKET = late_pattern(r"\$\{(?P<address>[^{}]*aws_s3_bucket\.[^{}]*)\.(?:arn|bucket|id)\}")


def _objects(place: str) -> Iterator[CodePlace]:
    """What `bucket/key` names; nothing without a key."""
    bucket, _, key = place.partition("/")
    if key:
        yield _in_bucket(bucket, key)


def _in_bucket(bucket: str, key: str) -> CodePlace:
    """A key of a bucket by its name or ARN, or of a block: by whatever of it a policy names."""
    symbol = _BUCKET.fullmatch(bucket)
    if symbol is None:
        return CodePlace(OBJECTS, (f"{bucket if is_arn(bucket) else f'arn:*:s3:::{bucket}'}/{key}",))
    by_name = (f"arn:*:s3:::${{{symbol['address']}.{name}}}/{key}" for name in ("id", "bucket"))
    return CodePlace(OBJECTS, (f"${{{symbol['address']}.arn}}/{key}", *by_name))


_NAMED = late_pattern(r"[^/]+\.dkr\.ecr\.[^/]+/(?P<name>[^@]+)")
_OF_BLOCK = late_pattern(r"\$\{(?P<address>[^{}]*aws_ecr_repository\.[^{}]*)\.repository_url\}")


def _image(value: Value | None) -> Iterator[CodePlace]:
    """The repository of an image that is named by a tag, or by none; one that is named by its digest stays as it is."""
    image = string(value)
    repository = "" if image is None else str(Text(next(pieces(image.parts))))
    named, of_block = _NAMED.fullmatch(repository), _OF_BLOCK.fullmatch(repository)
    if named:
        yield CodePlace(IMAGES, (f"arn:*:ecr:*:*:repository/{named['name']}",))
    elif of_block:
        yield CodePlace(IMAGES, (f"${{{of_block['address']}.arn}}",))


def _images(value: Value | None) -> Iterator[CodePlace]:
    """The images of one container, or of a list of them, in JSON."""
    if isinstance(value, StringValue):
        try:
            read = decode_json(value)
        except JsonFault:
            return
        for one in (read,) if isinstance(read, ObjectValue) else items(read):
            if isinstance(one, ObjectValue):
                yield from _image(field(one, "image"))


def _is_fixed(repository: ResourceInstance, place: CodePlace) -> bool:
    """Whether a place is in a repository whose tags are never moved to another image."""
    if known(argument(repository, "image_tag_mutability")) != "IMMUTABLE":
        return False
    name = _printed(argument(repository, "name"))
    called = (f"${{{repository.address}.arn}}", f"arn:*:ecr:*:*:repository/{name}")
    return any(one in called for one in place.arns)
