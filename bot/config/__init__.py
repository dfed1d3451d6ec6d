"""The server's configuration."""

from bot.config.example import example
from bot.config.sections import GitHubConfig, GitLabConfig, LimitsConfig, OrganisationConfig, PagesConfig
from bot.config.server_settings import PREFIX, Config, fields
from bot.config.sources import load, network_environment, process_environment, secret_variables, unconfigured

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
