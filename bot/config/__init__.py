"""The server's configuration."""

from bot.config.example import example
from bot.config.reading import load, network_environment, process_environment, secret_variables, unconfigured
from bot.config.sections import GitHubConfig, GitLabConfig, LimitsConfig, OrganisationConfig, PagesConfig
from bot.config.settings import PREFIX, Config, fields

__all__ = [
    "PREFIX",
    "Config",
    "GitHubConfig",
    "GitLabConfig",
    "LimitsConfig",
    "OrganisationConfig",
    "PagesConfig",
    "example",
    "fields",
    "load",
    "network_environment",
    "process_environment",
    "secret_variables",
    "unconfigured",
]
