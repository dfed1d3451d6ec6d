"""What the playground starts with: one small change for each kind of broadening."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """Two texts and what they show."""

    name: str
    title: str
    base: str
    head: str


def _role_policy(statement: str) -> str:
    return f"""resource "aws_iam_role_policy" "app" {{
  role = "app"
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
{statement}
    ]
  }})
}}
"""


def _trust(statement: str) -> str:
    return f"""resource "aws_iam_role" "deploy" {{
  name = "deploy"
  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [
{statement}
    ]
  }})
}}
"""


_READ = """      {
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "arn:aws:s3:::reports/*"
      },"""

_SECRET = """      {
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = "*"
        Condition = { StringEquals = { "aws:ResourceTag/team" = "app" } }
      },"""

_DENY = """      {
        Effect   = "Deny"
        Action   = "s3:DeleteObject"
        Resource = "*"
      },"""

_GITHUB = """      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
        Condition = {
          StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
          StringLike   = { "token.actions.githubusercontent.com:sub" = "repo:acme/infra:ref:refs/heads/main" }
        }
      },"""

_SERVICE = """      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "ec2.amazonaws.com" }
      },"""

SAMPLES: tuple[Sample, ...] = (
    Sample(
        "wildcard-action",
        "An action becomes every action of the service",
        _role_policy(_READ),
        _role_policy(_READ.replace('["s3:GetObject"]', '["s3:*"]')),
    ),
    Sample(
        "wildcard-resource",
        "One bucket becomes every bucket",
        _role_policy(_READ),
        _role_policy(_READ.replace("arn:aws:s3:::reports/*", "*")),
    ),
    Sample(
        "condition-removed",
        "A condition goes",
        _role_policy(_SECRET),
        _role_policy("\n".join(line for line in _SECRET.splitlines() if "Condition" not in line)),
    ),
    Sample(
        "deny-removed",
        "A Deny goes",
        _role_policy(_READ.replace("GetObject", "*") + "\n" + _DENY),
        _role_policy(_READ.replace("GetObject", "*")),
    ),
    Sample(
        "pass-role",
        "Two halves make an administrator",
        _role_policy(
            _READ.replace('["s3:GetObject"]', '["lambda:CreateFunction", "lambda:InvokeFunction"]').replace(
                "arn:aws:s3:::reports/*", "*"
            )
        ),
        _role_policy(
            _READ.replace(
                '["s3:GetObject"]', '["lambda:CreateFunction", "lambda:InvokeFunction", "iam:PassRole"]'
            ).replace("arn:aws:s3:::reports/*", "*")
        ),
    ),
    Sample(
        "oidc-subject",
        "Any branch of any repository may deploy",
        _trust(_GITHUB),
        _trust(_GITHUB.replace("repo:acme/infra:ref:refs/heads/main", "repo:acme/*")),
    ),
    Sample(
        "cross-account",
        "Another account may assume the role",
        _trust(_SERVICE),
        _trust(_SERVICE.replace('Service = "ec2.amazonaws.com"', 'AWS = "arn:aws:iam::210987654321:root"')),
    ),
    Sample(
        "managed-policy",
        "One attachment more",
        'resource "aws_iam_role" "app" {\n  name = "app"\n}\n',
        'resource "aws_iam_role" "app" {\n  name = "app"\n}\n\nresource "aws_iam_role_policy_attachment" "app" {\n'
        '  role       = aws_iam_role.app.name\n  policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"\n}\n',
    ),
    Sample(
        "nothing-gained",
        "A refactoring that grants nothing",
        _role_policy(_READ),
        'locals {\n  prefix = "arn:aws:s3:::reports"\n}\n\n'
        + _role_policy(_READ.replace('"arn:aws:s3:::reports/*"', '"${local.prefix}/*"')),
    ),
)
