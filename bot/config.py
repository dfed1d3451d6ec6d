"""The server's configuration: environment over *_FILE over YAML over defaults; the only reader of the environment."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import unquote, urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import ConfigError

PREFIX = "IAM_REVIEW_"
CONFIG_FILE_VARIABLE = "IAM_REVIEW_CONFIG"

_NETWORK = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")

Secret = Annotated[SecretStr, Field(min_length=1)]


class GitHubConfig(BaseModel):
    """The GitHub to serve, and who the bot is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    webhook_secret: Secret = Field(
        description="What GitHub signs its deliveries with; without it the bot does not start."
    )
    previous_webhook_secret: Secret | None = Field(
        default=None, description="Accepted as well while the secret is being changed."
    )
    app_id: int | None = Field(
        default=None, description="The GitHub App's id; needs private_key. Or give a token instead."
    )
    private_key: Secret | None = Field(default=None, description="The App's private key, PEM.")
    token: Secret | None = Field(
        default=None, description="A token instead of an App; the check is then a commit status."
    )
    installations: tuple[int, ...] = Field(
        default=(), description="The App's installations that are served; others are ignored. Empty: all."
    )
    base_url: str = Field(
        default="https://api.github.com", description="The REST API; for GitHub Enterprise https://HOST/api/v3."
    )
    seconds_between_writes: float = Field(default=1.0, ge=0, description="GitHub asks for a second between writes.")
    resolve_threads: bool = Field(
        default=False,
        description="Resolve the threads of comments that are fixed; needs the permission contents: write.",
    )
    upload_sarif: bool = Field(
        default=False, description="Give reviews to code scanning too; needs the permission security_events: write."
    )

    @model_validator(mode="after")
    def _one_identity(self) -> GitHubConfig:
        if (self.app_id is None) != (self.private_key is None):
            raise ValueError("app_id and private_key belong together")
        if (self.app_id is None) == (self.token is None):
            raise ValueError("give either app_id with private_key, or token")
        return self


class GitLabConfig(BaseModel):
    """The GitLab to serve, and who the bot is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: Secret = Field(
        description="An access token of a project, a group or a person: scope api, role Developer (see docs/gitlab.md)."
    )
    webhook_token: Secret | None = Field(
        default=None, description="The webhooks' secret token; without it or signing_token the bot does not start."
    )
    previous_webhook_token: Secret | None = Field(
        default=None, description="Accepted as well while the token is being changed."
    )
    signing_token: Secret | None = Field(
        default=None, description="The webhooks' signing token (whsec_...): better, as it never travels."
    )
    previous_signing_token: Secret | None = Field(
        default=None, description="Accepted as well while the signing token is being changed."
    )
    base_url: str = Field(default="https://gitlab.com", description="Where it is; of one's own: https://HOST.")

    @model_validator(mode="after")
    def _authentic_deliveries(self) -> GitLabConfig:
        if self.webhook_token is None and self.signing_token is None:
            raise ValueError("give webhook_token or signing_token: deliveries that anybody could send are not taken")
        return self


class PagesConfig(BaseModel):
    """The pages for people."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    public_url: str = Field(
        default="", description="Where people reach this server, https://HOST; without it nothing links to its reports."
    )
    link_secret: Secret | None = Field(
        default=None,
        description="What links to reports are signed with, the same on every node; without it the webhook secrets.",
    )
    link_days: int = Field(default=30, ge=1, description="Days that a link to a report opens it.")
    playground: Literal["nobody", "local", "signed-in"] = Field(
        default="local", description="Who may use the playground; local: who is at the machine, on a loopback address."
    )
    github_client_id: str = Field(
        default="", description="Sign-in by GitHub: the client id of the App or of an OAuth app; needs public_url."
    )
    github_client_secret: Secret | None = Field(default=None, description="And its client secret.")
    gitlab_client_id: str = Field(
        default="", description="Sign-in by GitLab: the application's id (scope read_user); needs public_url."
    )
    gitlab_client_secret: Secret | None = Field(default=None, description="And its secret.")
    operators: tuple[str, ...] = Field(
        default=(), description="Who may see and replay what has been given up: FORGE:LOGIN, such as github:ada."
    )

    @model_validator(mode="after")
    def _whole_registrations(self) -> PagesConfig:
        for forge, client, secret in (
            ("github", self.github_client_id, self.github_client_secret),
            ("gitlab", self.gitlab_client_id, self.gitlab_client_secret),
        ):
            if bool(client) != (secret is not None):
                raise ValueError(f"{forge}_client_id and {forge}_client_secret belong together")
            if client and not self.public_url:
                raise ValueError("sign-in needs public_url: the forge sends people back there")
        return self


class OrganisationConfig(BaseModel):
    """Rules for all repositories; see docs/iam-review.schema.json for the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    defaults: dict[str, Any] = Field(
        default={}, description="What counts where a repository's .iam-review.yaml says nothing."
    )
    enforced: dict[str, Any] = Field(default={}, description="What no repository can loosen.")
    repository: str = Field(
        default="",
        description="Instead: OWNER/NAME, or only NAME for one beside each repository, whose default branch holds "
        "iam-review.yaml with both sections.",
    )

    @model_validator(mode="after")
    def _one_place(self) -> OrganisationConfig:
        if self.repository and (self.defaults or self.enforced):
            raise ValueError("give either repository, or defaults and enforced")
        return self


class LimitsConfig(BaseModel):
    """What one review may use; the review runs in a process of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wall_seconds: float = Field(default=150.0, gt=0, description="Seconds until it is stopped.")
    cpu_seconds: int = Field(default=130, gt=0, description="Seconds of CPU.")
    memory_mib: int = Field(default=2048, ge=128, description="Address space in MiB (not on macOS).")


class ModulesConfig(BaseModel):
    """Modules that are not in the repository under review."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: tuple[str, ...] = Field(
        default=(),
        description="Registries and git hosts to fetch pinned modules from: registry.terraform.io, github.com/my-team.",
    )


class Config(BaseSettings):
    """Everything the server can be told. Secrets are better given by environment or file than in the YAML."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        hide_input_in_errors=True,
    )

    database: str = Field(
        default="sqlite:///var/iam-review.db",
        description="Where deliveries, work and reviews are kept: sqlite:///PATH on a local disk, for one process; or "
        "postgresql+psycopg://USER:PASSWORD@HOST/NAME, for any number.",
    )
    broker: str = Field(
        default="",
        description="Where processes tell each other of work: amqp://USER:PASSWORD@HOST/VHOST (RabbitMQ) or "
        "redis://HOST/0; needs PostgreSQL. Empty: inside the one process of `serve`.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="The port to listen on.")
    web_threads: int = Field(default=16, ge=1, description="Requests answered at the same time.")
    review_threads: int = Field(default=2, ge=1, description="Reviews at the same time, each in a process of its own.")
    cache_dir: Path = Field(default=Path("var/cache"), description="Where fetched git objects are kept; may be lost.")
    cache_mib: int = Field(default=2048, ge=64, description="How large it may grow, in MiB.")
    on_error: Literal["fail", "neutral"] = Field(
        default="fail", description="The check of a change that could not be reviewed: fail blocks, neutral does not."
    )
    drain_seconds: float = Field(
        default=20.0, ge=0, description="How long running reviews may take when the bot is stopped."
    )
    lease_seconds: float = Field(
        default=60.0, ge=3, description="For how long work waits that was held by a process or machine that died."
    )
    ring_again_seconds: float = Field(
        default=60.0, gt=0, description="After how long unfinished work that nobody has begun is told of again."
    )
    reconcile_minutes: float = Field(
        default=10.0, gt=0, description="How often the forge is asked for deliveries that failed."
    )
    sweep_hours: float = Field(
        default=6.0, gt=0, description="How often each repository's open change requests are gone through."
    )
    keep_reviews_days: int = Field(default=90, ge=1, description="Days that reviews are kept.")
    keep_deliveries_days: int = Field(default=14, ge=1, description="Days that webhook deliveries are kept.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is logged."
    )
    sentry_dsn: Secret | None = Field(
        default=None, description="Where failures are reported as well, redacted; needs iam-review[sentry]."
    )
    pages: PagesConfig = Field(default=PagesConfig(), description="The pages for people.")
    modules: ModulesConfig = Field(
        default=ModulesConfig(), description="Modules that are not in the repository; nothing is fetched by default."
    )
    organisation: OrganisationConfig = Field(
        default=OrganisationConfig(), description="Rules for all repositories, beside their own."
    )
    limits: LimitsConfig = Field(default=LimitsConfig(), description="What one review may use.")
    github: GitHubConfig | None = Field(
        default=None, description="The GitHub to serve; this section, gitlab or both are needed."
    )
    gitlab: GitLabConfig | None = Field(default=None, description="The GitLab to serve.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`load` has merged the sources already."""
        return (init_settings,)

    @model_validator(mode="after")
    def _some_forge(self) -> Config:
        if self.github is None and self.gitlab is None:
            raise ValueError("github or gitlab is missing: give at least one of the two sections")
        return self

    def secrets(self) -> tuple[str, ...]:
        """Every secret in it, for the redactor."""
        sections = (section for section in (self, self.github, self.gitlab, self.pages) if section is not None)
        given = (value for section in sections for _, value in section)
        passwords = (urlsplit(address).password for address in (self.database, self.broker))
        return (
            *(value.get_secret_value() for value in given if isinstance(value, SecretStr)),
            *(form for password in passwords if password for form in (password, unquote(password))),
        )


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the configuration; without `path` that of IAM_REVIEW_CONFIG, if set.

    Raises ConfigError, which names every wrong key and where it was given.
    """
    named = environment.get(CONFIG_FILE_VARIABLE)
    path = path or (Path(named) if named else None)
    written, lines = _read_yaml(path) if path else ({}, {})
    variables = {key: value for key, value in environment.items() if key.startswith(PREFIX)}
    variables.pop(CONFIG_FILE_VARIABLE, None)
    direct, from_files = _split_files(variables)
    values = _merge(written, _environment_values(from_files), _environment_values(direct))
    try:
        return Config(**values)
    except ValidationError as error:
        places = _Places(path, lines, frozenset(variables))
        raise ConfigError("\n".join(places.say(detail) for detail in error.errors())) from None


def unconfigured(path: Path | None, environment: Mapping[str, str] = os.environ) -> Mapping[str, Any] | None:
    """What is given besides a forge, if no forge is configured at all; else None. Raises ConfigError."""
    named = environment.get(CONFIG_FILE_VARIABLE)
    path = path or (Path(named) if named else None)
    written, _ = _read_yaml(path) if path else ({}, {})
    forges = ("GITHUB__", "GITLAB__")
    if any(key.startswith(tuple(f"{PREFIX}{forge}" for forge in forges)) for key in environment):
        return None
    if written.get("github") or written.get("gitlab"):
        return None
    variables = {key: value for key, value in environment.items() if key.startswith(PREFIX)}
    variables.pop(CONFIG_FILE_VARIABLE, None)
    direct, from_files = _split_files(variables)
    return _merge(written, _environment_values(from_files), _environment_values(direct))


def secret_variables() -> tuple[str, ...]:
    """The names of variables that may hold a secret: not needed in the environment once the configuration is read."""
    secret = {path for path, model in fields() if SecretStr in _parts(model.model_fields[path[-1]].annotation)}
    return tuple(PREFIX + "__".join(path).upper() for path in sorted({*secret, ("database",), ("broker",)}))


def _parts(annotation: Any) -> set[Any]:
    return {annotation}.union(*map(_parts, get_args(annotation)))


def network_environment(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Proxies and certificates, in the spelling they are set in."""
    return {key: value for key, value in environment.items() if key.upper() in _NETWORK}


def process_environment() -> dict[str, str]:
    """Every variable of this process, for what a CI runner has set."""
    return dict(os.environ)


class _Environment(EnvSettingsSource):
    """Reads variables given to it instead of the process's own."""

    given: Mapping[str, str] = {}

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {key.lower(): value for key, value in self.given.items() if value}


def _environment_values(variables: Mapping[str, str]) -> dict[str, Any]:
    source = type("_Given", (_Environment,), {"given": variables})
    return dict(source(Config)())


def _split_files(variables: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Variables that give a value, and the contents of files named by NAME_FILE. Raises ConfigError."""
    known = {PREFIX + "__".join(path).upper() for path, _ in fields()}
    direct: dict[str, str] = {}
    contents: dict[str, str] = {}
    for name, value in variables.items():
        if name in known:
            direct[name] = value
        elif name.removesuffix("_FILE") not in known:
            raise ConfigError(f"environment variable {name}: there is no such setting")
        elif value:
            contents[name.removesuffix("_FILE")] = _read_secret(Path(value), f"environment variable {name}")
    return direct, contents


def _read_secret(path: Path, where: str) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where}: cannot read {path}: {_reason(error)}") from None


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "" if isinstance(error, OSError) else "not UTF-8"


def fields(model: type[BaseModel] = Config, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], type[Any]]]:
    """Every setting's path and the model it belongs to, sections left out."""
    for name, field in model.model_fields.items():
        section = _section(field.annotation)
        if section is not None:
            yield from fields(section, (*path, name))
        else:
            yield (*path, name), model


def _section(annotation: Any) -> type[BaseModel] | None:
    """The model of a section, which may be left out; None for a plain setting."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


Lines = dict[tuple[str, ...], int]


def _read_yaml(path: Path) -> tuple[dict[str, Any], Lines]:
    """The file's values and the line of each key; NAME_file is replaced by that file's contents."""
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read the configuration {path}: {_reason(error)}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"the configuration {path} is not YAML: {error}") from None
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode) or not isinstance(values, dict):
        raise ConfigError(f"{path}:1: the configuration must be a mapping of keys to values")
    lines = dict(_key_lines(node, ()))
    return _with_files(values, (), path, lines), lines


def _key_lines(node: yaml.MappingNode, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    for key, value in node.value:
        here = (*path, str(key.value))
        yield here, key.start_mark.line + 1
        if isinstance(value, yaml.MappingNode):
            yield from _key_lines(value, here)


def _with_files(values: Mapping[Any, Any], path: tuple[str, ...], file: Path, lines: Lines) -> dict[str, Any]:
    known = {setting for setting, _ in fields()}
    made: dict[str, Any] = {}
    for key, value in values.items():
        here = (*path, str(key))
        meant = (*path, str(key).removesuffix("_file"))
        if isinstance(value, Mapping):
            made[str(key)] = _with_files(value, here, file, lines)
        elif here not in known and meant in known and isinstance(value, str):
            lines[meant] = lines[here]
            made[meant[-1]] = _read_secret(Path(value), f"{file}:{lines[here]}: {'.'.join(here)}")
        else:
            made[str(key)] = value
    return made


def _merge(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Later layers over earlier ones, section by section."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            old = merged.get(key)
            merged[key] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


class _Places:
    """Says where a wrong or missing value was or should be given."""

    def __init__(self, path: Path | None, lines: Lines, variables: frozenset[str]) -> None:
        self._path, self._lines, self._variables = path, lines, variables

    def say(self, detail: ErrorDetails) -> str:
        """One error as a sentence with its place."""
        keys = tuple(str(part) for part in detail["loc"])
        name, variable = ".".join(keys), PREFIX + "__".join(keys).upper()
        message = detail["msg"].removeprefix("Value error, ")
        if not keys:
            return message
        if detail["type"] == "missing":
            return f"{name} is missing: set {variable} or {variable}_FILE{self._or_in_file()}"
        for given in (variable, f"{variable}_FILE"):
            if given in self._variables:
                return f"environment variable {given}: {message}"
        known = keys
        while known and known not in self._lines:
            known = known[:-1]
        place = f"{self._path}:{self._lines[known]}: " if known else ""
        if detail["type"] == "extra_forbidden":
            message = "there is no such setting"
        return f"{place}{name}: {message}"

    def _or_in_file(self) -> str:
        return f", or write it into {self._path}" if self._path else ""


def example() -> str:
    """The text of config.example.yaml: every setting with its meaning and default."""
    head = (
        "# The bot's server configuration: iam-review serve --config FILE. Every key can also be given by environment,",
        f"# {PREFIX}GITHUB__TOKEN for github.token, or by a file that the same name with _FILE points to. Environment",
        "# wins over files, files over this one. In here, KEY_file: PATH reads KEY from a file.",
        "",
    )
    return "\n".join((*head, *_example_lines(Config, 0))) + "\n"


def _example_lines(model: type[BaseModel], indent: int) -> Iterator[str]:
    for name, field in model.model_fields.items():
        space = " " * indent
        comment = f"{space}# "
        yield from textwrap.wrap(field.description or "", 110, initial_indent=comment, subsequent_indent=comment)
        section = _section(field.annotation)
        if section is not None:
            # A section that may be left out stands there as a comment: without its secrets it would be wrong.
            mark = "" if field.default is not None else "# "
            yield from (f"{mark}{line}" for line in (f"{space}{name}:", *_example_lines(section, indent + 2)))
        elif field.is_required() or field.default is None:
            yield f"{space}# {name}:"
        else:
            default = str(field.default) if isinstance(field.default, Path) else field.default
            yield space + yaml.safe_dump({name: default}).strip()
