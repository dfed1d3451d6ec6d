"""How what a cluster of EKS lets somebody do is spelled as a statement, which no policy of AWS can say.

Somebody may use the cluster's API (`ACCESS`) for what the conditions say: by an access policy, by groups that the
cluster itself knows, or by the requests that roles of Kubernetes allow.
"""

from __future__ import annotations

from bot.evaluated.document import Text
from bot.iam.arn import pieces
from bot.iam.pattern import STAR, meets

ACCESS = "eks:AccessKubernetesApi"

POLICY = "eks:policyArn"
GROUPS = "eks:kubernetesGroups"
NAMESPACES = "eks:namespaces"

REQUESTS = "kubernetes:request"
"""What is asked of the API, as kubectl writes it: "get secrets", "create deployments.apps", "* *"."""

EVERY_REQUEST = "* *"

OF_FIRST_GROUP = (
    "secrets",
    *(f"pods{part}" for part in ("", "/exec", "/attach", "/ephemeralcontainers", "/portforward", "/proxy", "/log")),
    *(f"pods/{part}" for part in ("binding", "eviction", "resize", "status")),
    *("serviceaccounts", "serviceaccounts/token", "users", "groups"),
    *("nodes", "nodes/proxy", "nodes/status", "namespaces", "namespaces/finalize", "namespaces/status"),
    *("configmaps", "endpoints", "events", "limitranges", "podtemplates", "bindings", "componentstatuses"),
    *(f"persistentvolume{part}" for part in ("s", "s/status", "claims", "claims/status")),
    *(f"replicationcontrollers{part}" for part in ("", "/scale", "/status")),
    *("resourcequotas", "resourcequotas/status", "services", "services/proxy", "services/status"),
)
"""What a rule on all resources of the first API group, which has no name, is about (Kubernetes API reference, v1)."""

NAMES = "kubernetes:name"
"""The names of what is asked for, where a role says them."""

ROLE = "kubernetes:role"
"""A role by its name, where what it allows is not known."""

MASTERS = "system:masters"
"""The group that needs no binding: who is in it administers, and nothing in the cluster takes that away."""

KUBERNETES = "Kubernetes"
"""The type of principals that only a cluster knows."""

ACCOUNTS = "system:serviceaccount:"
"""How the name begins that a cluster and its tokens have for a service account, followed by `namespace:name`."""


def group_called(name: str) -> str:
    """A group of a cluster as a principal: it is no name of AWS."""
    return f"cluster group {name}"


def service_account_of(name: Text) -> tuple[Text, Text] | None:
    """Namespace and name of the service account that a user's name or a token's subject is; None for any other."""
    read = [Text(piece, name.trail) for piece in pieces(name.parts)]
    return (read[2], read[3]) if len(read) == 4 and f"{read[0]}:{read[1]}:" == ACCOUNTS else None


def service_accounts_like(pattern: Text) -> tuple[Text, Text] | None:
    """Namespace and name, each a pattern, of the service accounts whose subjects are like a pattern; None if none is.

    A `*` at its end takes in colons: `system:serviceaccount:*` are all of them.
    """
    before, star, after = str(pattern).rpartition(STAR)
    if not star or after:
        return service_account_of(pattern)
    if ACCOUNTS.startswith(before):
        return Text((STAR,), pattern.trail), Text((STAR,), pattern.trail)
    return service_account_of(pattern) or service_account_of(Text((*pattern.parts, f":{STAR}"), pattern.trail))


def asks(pattern: str, verb: str, resource: str) -> bool:
    """Whether a pattern of requests takes in one: "* pods*" is "create" of "pods", too.

    A resource whose group is left open (`pods*`) is not what is below it (`pods/exec`).
    """
    verbs, _, written = pattern.partition(" ")
    if not meets(verbs, verb):
        return False
    if written != STAR and written.endswith(STAR):
        return meets(written.removesuffix(STAR), resource.partition(".")[0])
    return meets(written, resource)
