"""Which service accounts of a cluster become which role of AWS: by the trust of their tokens, by what they ask for."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.document import Text, text
from bot.evaluated.value import ObjectValue
from bot.extract.argument_reading import argument, entry_of, string
from bot.extract.clusters import as_holder, cluster_behind, cluster_of, is_ours, name_of
from bot.extract.identities import each
from bot.extract.manifests import kind_of_object, metadata, object_of
from bot.extract.reference import ResourceIndex
from bot.extract.runners import ANNOTATED, ROLE_TYPES, edges_to
from bot.iam.condition import Family, read_operator
from bot.iam.grant import Edge, EdgeSource, ServiceAccount, TrustedSource
from bot.iam.kubernetes_access import service_accounts_like
from bot.iam.statement import Condition, PrincipalEntry, Statement

_EVERY = (text("*"), text("*"))
_ISSUER = "oidc-provider/oidc.eks."
"""How a provider of identities is called that is a cluster."""

_ANNOTATION = "eks.amazonaws.com/role-arn"
_KINDS = ("ServiceAccount", "DefaultServiceAccount")


def web_identities(
    statement: Statement, entry: PrincipalEntry, index: ResourceIndex, scope: str
) -> tuple[EdgeSource, ...]:
    """The service accounts whose tokens an entry of a trust policy takes (IRSA): all of the cluster where it asks for
    none by name. With the entry itself if it takes others, too; none if it is about no cluster's.

    Amazon EKS User Guide, "Assign IAM roles to Kubernetes service accounts".
    """
    if entry.type != "Federated":
        return ()
    where = _issued_by(entry, index, scope)
    is_cluster = where is not None or _ISSUER in str(entry.identifier)
    asked = _subjects(statement)
    named = (service_accounts_like(one) for one in asked)
    known = [one for one in named if one is not None and (is_cluster or one != _EVERY)]
    others = (TrustedSource(entry.type, entry.identifier),) if known and len(known) < len(asked) else ()
    return (*(ServiceAccount(*one, where) for one in known), *others)


def _subjects(statement: Statement) -> tuple[Text, ...]:
    """Of whom tokens have to be, as patterns; none if nobody can say that."""
    asked = [one for one in statement.conditions if one.key.lower().endswith(":sub")]
    return next((one.values for one in asked if _names(one)), () if asked else _EVERY[:1])


def _names(condition: Condition) -> bool:
    """Whether a condition asks for one of its values; a token has one subject."""
    operator = read_operator(condition.operator)
    return operator is not None and operator.family is Family.STRING and not operator.inverted


def _issued_by(entry: PrincipalEntry, index: ResourceIndex, scope: str) -> Text | None:
    """The name of the cluster that is a provider of identities."""
    provider = index.find(entry.identifier, ("aws_iam_openid_connect_provider",), scope)
    issuer = None if provider is None else argument(provider, "url")
    cluster = None if issuer is None else cluster_behind(issuer, index)
    return None if cluster is None else name_of(as_holder(cluster, index))


def annotated(instance: ResourceInstance, index: ResourceIndex) -> Iterator[Edge]:
    """The role that a service account asks for by its annotation (IRSA)."""
    written = object_of(instance, index)
    if written is None or kind_of_object(instance, written) not in _KINDS or not is_ours(index):
        return
    annotations = metadata(written, "annotations")
    asked = entry_of(annotations, _ANNOTATION) if isinstance(annotations, ObjectValue) else None
    space, name = (string(metadata(written, one)) or text("default") for one in ("namespace", "name"))
    account = ServiceAccount(space, name, name_of(cluster_of(instance, index)))
    for _, value in each(asked):
        role = string(value)
        if role is not None and index.module(role, instance.address) is None:  # that its module is not here is told
            yield from edges_to(instance, index, value, ANNOTATED, ROLE_TYPES, account)
