"""The functions that the AWS provider defines."""

from __future__ import annotations

from bot.evaluated.call import Call, Function
from bot.evaluated.trails import string
from bot.evaluated.value import StringValue, Value
from bot.frontends.terraform.evaluate.convert import to_string
from bot.frontends.terraform.functions.arguments import arity, invalid, unknown_result
from bot.frontends.terraform.functions.maps import sorted_object
from bot.frontends.terraform.functions.pieces import divisible, joined_pieces, split_pieces

_FIELDS = ("partition", "service", "region", "account_id", "resource")


def arn_pieces(value: StringValue) -> tuple[StringValue, ...] | None:
    """The six parts of an ARN whose colons are in known text, each with its trail; None if it is none."""
    pieces = split_pieces(value, ":")
    if len(pieces) < 6 or pieces[0].known != "arn":
        return None
    return (*pieces[:5], joined_pieces(string(":"), pieces[5:]))


def arn_parse(arguments: tuple[Value, ...], call: Call) -> Value:
    """An ARN's fields as an object."""
    arity(call, arguments, 1)
    subject = to_string(arguments[0])
    if not isinstance(subject, StringValue) or not divisible(subject):
        return unknown_result(call, arguments)
    pieces = arn_pieces(subject)
    if pieces is None or pieces[1].known == "" or pieces[2].known == "":
        raise invalid(call, "takes an ARN")
    return sorted_object(dict(zip(_FIELDS, pieces[1:], strict=True)))


def arn_build(arguments: tuple[Value, ...], call: Call) -> Value:
    """An ARN from partition, service, region, account and resource."""
    arity(call, arguments, 5)
    fields = [to_string(value) for value in arguments]
    if not all(isinstance(field, StringValue) for field in fields):
        return unknown_result(call, arguments)
    return joined_pieces(string(":"), [string("arn"), *(field for field in fields if isinstance(field, StringValue))])


def trim_iam_role_path(arguments: tuple[Value, ...], call: Call) -> Value:
    """A role's ARN without the path."""
    arity(call, arguments, 1)
    subject = to_string(arguments[0])
    if not isinstance(subject, StringValue) or not divisible(subject):
        return unknown_result(call, arguments)
    pieces = arn_pieces(subject)
    if pieces is None:
        raise invalid(call, "takes an ARN")
    resource = split_pieces(pieces[-1], "/")
    if pieces[2].known != "iam" or resource[0].known != "role":
        raise invalid(call, "takes the ARN of an IAM role")
    role = joined_pieces(string("/"), [resource[0], resource[-1]])
    return joined_pieces(string(":"), [*pieces[:5], role])


def user_agent(arguments: tuple[Value, ...], call: Call) -> Value:
    """A product for the header of requests: its name, version and comment, of which only the name is required."""
    arity(call, arguments, 3)
    name, version, comment = (to_string(value) for value in arguments)
    if (
        not isinstance(name, StringValue)
        or not isinstance(version, StringValue)
        or not isinstance(comment, StringValue)
    ):
        return unknown_result(call, arguments)
    if name.known == "":
        raise invalid(call, "takes a product's name")
    pieces = [name]
    pieces += [string("/"), version] if version.known != "" else []
    pieces += [string(" ("), comment, string(")")] if comment.known != "" else []
    return joined_pieces(string(""), pieces)


FUNCTIONS: dict[str, Function] = {
    "provider::aws::arn_build": arn_build,
    "provider::aws::arn_parse": arn_parse,
    "provider::aws::trim_iam_role_path": trim_iam_role_path,
    "provider::aws::user_agent": user_agent,
}
