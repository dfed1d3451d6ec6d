"""What to do in place of a long-term credential, by what it is and whether it replaces another."""

from __future__ import annotations

from collections.abc import Mapping

from bot.access_diff.delta import CredentialChange
from bot.risk.advice.steps import Advice, Fixed

_NEW: Mapping[str, str] = {
    "access-key": "Let it assume a role in place of the key; where a key is unavoidable, rotate it and keep it out of "
    "the Terraform state (pgp_key)",
    "console-password": "Let people sign in through IAM Identity Center; where a password is unavoidable, require MFA "
    "and a new password at the first sign-in (password_reset_required)",
    "identity-provider": "Confirm that whoever it signs in is known to you, and ask for the subject and the audience "
    "in the trust of each role that names it",
    "service-password": "Use a role's temporary credentials where the service takes them; where it does not, rotate "
    "the password and keep it out of the Terraform state",
    "signing-certificate": "Let it assume a role: signing certificates are for APIs that take nothing else",
    "ssh-key": "Reach CodeCommit with a role's temporary credentials (git-remote-codecommit) in place of the key",
    "trust-anchor": "Ask for the certificate's subject in the trust of each role that it opens "
    "(aws:PrincipalTag/x509Subject/CN)",
}

_REPLACES: Mapping[str, str] = {
    "access-key": "Delete the old key as soon as nothing uses it, and keep the new one out of the Terraform state "
    "(pgp_key)",
    "console-password": "Require a new password at the first sign-in (password_reset_required), and keep this one out "
    "of the Terraform state (pgp_key)",
    "trust-anchor": "Confirm that the new certificates are of your own authority: whoever holds one opens the roles",
}

_ANY = "Let it assume a role; where the credential is unavoidable, rotate it and keep it out of the Terraform state"


def long_term(change: CredentialChange) -> Advice:
    """The advice about one new credential."""
    kind = change.credential.kind
    replaced = _REPLACES.get(kind) if change.replaces else None
    return (Fixed(replaced or _NEW.get(kind, _ANY)),)
