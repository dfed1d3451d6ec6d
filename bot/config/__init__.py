"""The server's configuration."""

from bot.config.example import example
from bot.config.forge_sections import ForgeSection, config_with
from bot.config.sections import LimitsConfig, OrganisationConfig, PagesConfig, Secret
from bot.config.server_settings import PREFIX, Config, fields
from bot.config.sources import load, network_environment, process_environment, secret_variables, unconfigured

__all__ = [
    "PREFIX",
    "Config",
    "ForgeSection",
    "LimitsConfig",
    "OrganisationConfig",
    "PagesConfig",
    "Secret",
    "config_with",
    "example",
    "fields",
    "load",
    "network_environment",
    "process_environment",
    "secret_variables",
    "unconfigured",
]
