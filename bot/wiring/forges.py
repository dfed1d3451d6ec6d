"""The configured forges: how deliveries are checked and read, and the outside world of one job."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bot.config import Config, network_environment
from bot.contents.branch import branch_file
from bot.contents.cache import Cache, uncounted
from bot.contents.git import GitContents
from bot.contents.merged import MergedChange, merged_on_forge
from bot.conversation.change_request.approvals import Before, no_review
from bot.conversation.change_request.handle import Ports, none_kept
from bot.errors import ConfigError
from bot.forges.examination import HealthCheck
from bot.forges.health import CheckResult
from bot.forges.port import ChangeRef, ChangeRequest, RepositoryRef
from bot.forges.registry import Adapters, Budget, Connected, ForgeAdapter, Webhook, adapter_of, unheard
from bot.forges.sign_in import OAuthProvider
from bot.forges.watch import Watch
from bot.frozen import dataclass
from bot.review_config.organisation import ORGANISATION_FILE
from bot.review_process.rounds import Options, ReviewedChange, Reviewer, review_contents
from bot.store.ledger import Ledger
from bot.wiring.history import MergedInto
from bot.wiring.modules import fetcher
from bot.wiring.organisation_layers import Organisation
from bot.wiring.registry import FORGES

Kept = Callable[[ChangeRef], Iterable[bytes]]
"""The reviews of a change request that are kept, as JSON, the newest first."""


@dataclass(frozen=True, slots=True)
class Forges:
    """The forges that are configured, each by its adapter and its section of the configuration."""

    config: Config
    adapters: Adapters = FORGES

    def _configured(self) -> Iterator[tuple[ForgeAdapter[Any], BaseModel]]:
        sections = self.config.forges()
        return ((adapter, sections[adapter.name]) for adapter in self.adapters if adapter.name in sections)

    def _section(self, name: str) -> tuple[ForgeAdapter[Any], BaseModel]:
        adapter = adapter_of(self.adapters, name)
        section = self.config.forges().get(name)
        if section is None:
            raise ConfigError(f"{name} is not configured")
        return adapter, section

    def webhooks(self) -> Mapping[str, Webhook]:
        """How the deliveries of each forge are checked and read, by its name in the address."""
        return {adapter.name: adapter.webhook(section) for adapter, section in self._configured()}

    def watches(self, budget: Budget = unheard) -> Mapping[str, Watch | None]:
        """Each forge as a whole, by name; None where it cannot tell what was missed."""
        return {adapter.name: adapter.watch(section, budget) for adapter, section in self._configured()}

    def ports(
        self,
        reviewer: Reviewer,
        ledger: Ledger,
        report: Callable[[ChangeRef, str], str],
        budget: Budget = unheard,
        kept: Kept = none_kept,
        cached: Callable[[str, int], None] = uncounted,
        before: Before = no_review,
    ) -> Callable[[RepositoryRef], Ports]:
        """Makes one job's outside world: its own client, a token for its account only. Raises ConfigError.

        `report` gives the address of the page of a head's review, or ""; `cached` hears of the cache's size and losses.
        """
        doors = {adapter.name: adapter.connect(section, budget) for adapter, section in self._configured()}
        config, network = self.config, network_environment()
        cache = Cache(config.cache_dir, config.cache_mib << 20, cached)
        options_of = self._options(cache)

        def made(place: RepositoryRef) -> Ports:
            if place.forge not in doors:
                raise ConfigError(
                    f"{place.forge}: there is work left for this forge, but it is not configured any more"
                )
            connected = doors[place.forge](place)

            def contents(change: ChangeRequest) -> GitContents:
                commits, branch = (change.merge_base, change.head), change.base_branch
                credential = connected.credential()
                return GitContents.remote(change.clone_url, credential, *commits, cache, network, change.base, branch)

            return Ports(
                connected.forge,
                contents,
                reviewer,
                options_of(place, connected),
                ledger=ledger,
                sarif=connected.sarif,
                report=report,
                rules=f"{public.rstrip('/')}/rules" if (public := self.config.pages.public_url) else "",
                kept=kept,
                drafts=config.drafts,
                before=before,
            )

        return made

    def _options(self, cache: Cache) -> Callable[[RepositoryRef, Connected], Options]:
        """The options of a review in a repository: the organisation's layers, where modules come from."""
        config, network = self.config, network_environment()
        kept_at, held = config.cache_dir / "modules", config.limits.confinement
        options = Options(modules=fetcher(config.modules.allow, kept_at, network, held), on_error=config.on_error)
        organisation = Organisation(config.organisation)

        def made(place: RepositoryRef, connected: Connected) -> Options:
            def organisations_file(holder: str) -> bytes | None:
                site = connected.clone_url(holder)
                return branch_file(site, connected.credential(), ORGANISATION_FILE, cache, network)

            return organisation.options(options, place.repository, organisations_file)

        return made

    def past(self, reviewer: Reviewer) -> Callable[[RepositoryRef, int], MergedInto]:
        """The last changes that were merged into a repository's default branch, and what reviews them.

        Raises ConfigError, ContentsError or ForgeError. Commits are kept apart from those of reviews, which have none
        before them.
        """
        doors = {adapter.name: adapter.connect(section, unheard) for adapter, section in self._configured()}
        config, network = self.config, network_environment()
        cache = Cache(config.cache_dir / "history", config.cache_mib << 20)
        options_of = self._options(cache)

        def merged(place: RepositoryRef, last: int) -> MergedInto:
            connected = doors[place.forge](place)
            url, options = connected.clone_url(place.repository), options_of(place, connected)

            def review(change: MergedChange) -> ReviewedChange:
                sides = (change.base, change.commit)
                contents = GitContents.remote(url, connected.credential(), *sides, cache, network)
                return review_contents(contents, reviewer, options)

            changes, line = merged_on_forge(url, connected.credential(), cache, network, last)

            def page(number: int) -> str:
                return self.change_url(ChangeRef(place.forge, place.repository, number)) if number else ""

            return MergedInto(place.repository, changes, review, line, page)

        return merged

    def files(self) -> Callable[[RepositoryRef, str], bytes | None]:
        """Reads a file of a repository's default branch, None if there is none. Raises ContentsError or ForgeError."""
        doors = {adapter.name: adapter.connect(section, unheard) for adapter, section in self._configured()}
        cache, network = Cache(self.config.cache_dir, self.config.cache_mib << 20), network_environment()

        def read(place: RepositoryRef, path: str) -> bytes | None:
            connected = doors[place.forge](place)
            return branch_file(connected.clone_url(place.repository), connected.credential(), path, cache, network)

        return read

    def providers(self) -> dict[str, OAuthProvider]:
        """Where people may sign in, by the forge's name; the forge itself need not be served."""
        found = {}
        for adapter in self.adapters:
            registration = self.config.pages.registration(adapter.name)
            if adapter.sign_in is not None and registration is not None:
                found[adapter.name] = adapter.sign_in(self.config.forges().get(adapter.name), *registration)
        return found

    def change_url(self, ref: ChangeRef) -> str:
        """The page of a change request on its forge; "" where that is not configured."""
        for adapter, section in self._configured():
            if adapter.name == ref.forge:
                return adapter.change_url(section, ref.repository, ref.number)
        return ""

    def checks(self) -> Iterator[HealthCheck]:
        """What there is to look at of each forge."""
        for adapter, section in self._configured():
            yield HealthCheck(adapter.title, functools.partial(self._health, adapter, section))

    def _health(self, adapter: ForgeAdapter[Any], section: BaseModel) -> Iterable[CheckResult]:
        public = self.config.pages.public_url.rstrip("/")
        return adapter.health(section, f"{public}/hooks/{adapter.name}" if public else "")

    def repository_health(self, name: str) -> Iterable[CheckResult]:
        """The rules of a repository named FORGE:OWNER/NAME; without a forge it is one of the first configured.

        Raises ConfigError.
        """
        forge, _, repository = name.rpartition(":")
        adapter, section = self._section(forge) if forge else next(self._configured())
        return adapter.repository_health(section, repository)
