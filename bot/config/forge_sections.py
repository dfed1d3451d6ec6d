"""The server's configuration with a section for each forge that the bot knows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field, create_model

from bot.config.sections import PagesConfig, Secret
from bot.config.server_settings import Config
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class ForgeSection:
    """A forge's section: its key, its settings and what it is for.

    `sign_in` describes the id and the secret of our registration for signing in there, which are settings of the
    pages; None where nobody can sign in.
    """

    name: str
    model: type[BaseModel]
    description: str
    sign_in: tuple[str, str] | None = None


def config_with(sections: Iterable[ForgeSection]) -> type[Config]:
    """The configuration of a server that knows these forges."""
    known = tuple(sections)
    registrations: dict[str, Any] = {}
    for section in known:
        if section.sign_in is not None:
            about_id, about_secret = section.sign_in
            registrations[f"{section.name}_client_id"] = (str, Field(default="", description=about_id))
            registrations[f"{section.name}_client_secret"] = (
                Secret | None,
                Field(default=None, description=about_secret),
            )
    pages = create_model("PagesConfig", __base__=PagesConfig, **registrations)
    parts: dict[str, Any] = {
        section.name: (section.model | None, Field(default=None, description=section.description)) for section in known
    }
    described = Config.model_fields["pages"].description
    return create_model(
        "Config", __base__=Config, pages=(pages, Field(default=pages(), description=described)), **parts
    )
