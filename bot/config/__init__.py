"""The server's configuration."""

from bot.config.addresses import SiteAddress
from bot.config.delivery_keys import delivery_keys, guessable
from bot.config.forge_sections import ForgeSection, config_with
from bot.config.sections import (
    DeliveryKey,
    EarlierDeliveryKey,
    LimitsConfig,
    NotifyConfig,
    OrganisationConfig,
    PagesConfig,
    Secret,
)
from bot.config.server_settings import PREFIX, Config, fields
from bot.config.sources import load, network_environment, process_environment, secret_variables, unconfigured

__all__ = [
    "PREFIX",
    "Config",
    "DeliveryKey",
    "EarlierDeliveryKey",
    "ForgeSection",
    "LimitsConfig",
    "NotifyConfig",
    "OrganisationConfig",
    "PagesConfig",
    "Secret",
    "SiteAddress",
    "config_with",
    "delivery_keys",
    "fields",
    "guessable",
    "load",
    "network_environment",
    "process_environment",
    "secret_variables",
    "unconfigured",
]
