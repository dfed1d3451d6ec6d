"""What evaluating one root module yields: resource instances, and what could not be evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Literal

from bot.evaluated.call import Renderer, TextReader
from bot.evaluated.diagnostic import Diagnostic, Side, Span, Trail
from bot.evaluated.guard import Guard, KeptOut
from bot.evaluated.thing import HERE, SAME, Asked, Home, Names, Thing, Unlike
from bot.evaluated.value import ObjectValue, Value
from bot.evaluated.wanted_modules import RemoteCall
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class RootSettings:
    """What configuration says of a root: values Terraform would learn from its environment; None is a symbol.

    Where `workspace` is None it is none of the `other_workspaces`. `given` are variables that whoever applies it gives
    a value, whatever their default, `otherwise` those of it and of the modules that it calls ("module.m.var.x") that
    are taken to be something else than that.
    """

    account_id: str | None = None
    region: str | None = None
    partition: str = "aws"
    workspace: str | None = None
    var_files: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    otherwise: frozenset[str] = frozenset()
    other_workspaces: tuple[str, ...] = ()


NamedBy = Literal["rules", "back end", "var file", "CI", "Terragrunt", "comparison"]
"""What says that a root has a variant."""

RootKind = Literal["root", "module", "interface", "example"]
"""Who makes anything of it: who applies it; callers elsewhere that leave its defaults, or that set what they like;
nobody."""


@dataclass(frozen=True, slots=True)
class Root:
    """A root module to evaluate: its directory ("" is the top) in one of its variants, called `variant`.

    `alike` are the names of those that say the same, for which it stands too, and `one_of` counts all there are; `only`
    is the side that has them, if one alone does; `named_by` says why they are taken for its variants. `front_end` names
    the front end that chose it, "" if nobody did. A "module" is published for callers elsewhere, and its "interface" is
    the same with its switches open; an "example" shows or tests one. `unit` is the folder of a file that applies the
    module with values of its own, and the one it had before where that is another. `was` is what it was at base, where
    its folder was called otherwise.
    """

    directory: str
    variant: str = ""
    settings: RootSettings = RootSettings()
    front_end: str = ""
    alike: tuple[str, ...] = ()
    one_of: int = 1
    only: Side | None = None
    named_by: tuple[NamedBy, ...] = ()
    kind: RootKind = "root"
    unit: tuple[str, ...] = ()
    was: Root | None = None

    @property
    def variants(self) -> tuple[str, ...]:
        """The names of all variants that it is."""
        return (self.variant, *self.alike) if self.variant else ()


@dataclass(frozen=True, slots=True)
class MadeBy:
    """The root's names of the providers that make a block, and where that is said, innermost first.

    `through` are the block's own argument and the entries of module calls that hand the provider on. `account` is that
    of a provider that may work in another one than the default provider, as values name it.
    """

    names: tuple[str, ...] = ()
    through: tuple[Span, ...] = ()
    account: str = ""

    @property
    def at(self) -> Span | None:
        """The place that says it nearest to the block."""
        return self.through[0] if self.through else None


def account_of_provider(name: str) -> str:
    """The name of the symbol for the account in which a provider works that may be another one than the default's."""
    return f"the account of provider {name}"


@dataclass(frozen=True, slots=True)
class ResourceInstance:
    """One instance of a resource or data block after count, for_each and module expansion.

    `address` is Terraform's ("module.m[\\"a\\"].aws_iam_role.r[0]"). `attributes` holds arguments and,
    for each nested block type, a list of objects in order. `span` is the block's header line to its
    end. `existence` is the trail of what makes the instance exist: count, for_each value, module call.
    `repeated` marks one instance that stands for an unknown number (unknown count or for_each).
    `guards` are unknown conditions that this instance's existence depends on. `unfetched` says of a call of a module
    that is not here why it could not be fetched, "" if nobody tried. `made_by` are its providers. `thing` is what
    the block stands for, None if for nothing but what it says; `written` is its address on this side where the other
    side's name for it is `address`, `unlike` what tells it from that side's thing of its address; `via` are the places
    that say what it stands for. `runs` are the programs that whoever applies it runs with it, as arguments: a list at
    "provisioner". `left_alone` are the arguments that stay as they are once it is made, whatever is written; "all".
    """

    address: str
    mode: str
    type: str
    name: str
    attributes: ObjectValue
    span: Span
    existence: Trail = ()
    repeated: bool = False
    guards: tuple[Guard, ...] = ()
    unfetched: str = ""
    made_by: MadeBy = field(default=MadeBy(), compare=False)
    thing: Thing | None = field(default=None, compare=False)
    written: str = field(default="", compare=False)
    unlike: Unlike = field(default=SAME, compare=False)
    via: Trail = field(default=(), compare=False)
    runs: ObjectValue = field(default=ObjectValue(()), compare=False)
    left_alone: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def here(self) -> str:
        """Its address on its own side."""
        return self.written or self.address

    @property
    def home(self) -> Home:
        """Where it is made, or looked up."""
        return HERE if self.thing is None else self.thing.home

    def attribute(self, name: str) -> Value | None:
        """An argument or list of nested blocks; None if not written."""
        return self.attributes.get(name)


@dataclass(frozen=True, slots=True)
class EvaluationGap:
    """Something that could not be evaluated: a block or a file, if `address` is one.

    `inputs` are the spans of what flowed into it, to decide whether a change touched it. `unreadable`: whole blocks
    or values stand there that nobody read, whatever kind it is told as.
    """

    diagnostic: Diagnostic
    address: str = ""
    inputs: tuple[Span, ...] = ()
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A `moved` block, resolved to full addresses in its module."""

    source: str
    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class Sought:
    """What a root names and does not make: a thing of `type` called `name`, as `text` says it.

    `path` is what stands before the name, None if nothing says it. `account` is the id of the account that it is in, ""
    if that is not written; `here` if it is where the root itself is at home.
    """

    text: str
    type: str
    name: str
    path: str | None = None
    account: str = ""
    here: bool = True


@dataclass(frozen=True, slots=True)
class MadeElsewhere:
    """What is taken for granted of a thing that is only named: that the root in `directory` makes it, at `address`.

    `new` if that root did not do so at base: then it may be made up for the change, and whose it really is stays open
    beside what it says. `around` is what that root says of IAM, of anything but a policy; `alike` if it said so at base
    already, `more` if a third root says something of it, too.
    """

    assumes: str
    new: bool = False
    directory: str = ""
    address: str = ""
    around: tuple[ResourceInstance, ...] = ()
    alike: bool = True
    more: bool = False


@dataclass(frozen=True, slots=True)
class EvaluatedConfig:
    """A root module, evaluated. `needs` are listed files whose contents must be fetched first, `modules` are those
    from elsewhere to be fetched first.

    `imported` are the addresses that `import` blocks put existing things at, `forgotten` those of blocks and module
    calls that `removed` blocks take out of the state and leave in AWS.
    `files` are the paths read (parsed or through functions), to tell which changed files were looked at.
    `latent` are the instances that are not there only because a root variable has its default; their first
    guards say so (`Guard.disabled_by_default`), and what could not be evaluated of them is no gap.
    `providers` are the root module's own provider blocks, named as blocks name them (`aws.other`), of mode "provider".
    `elsewhere` are policies of other roots of the repository; their addresses are the symbols that their ARNs are here.
    `by_name` says what is taken for granted of what is only named here, by its type and the text that names it: of
    policies the address that they have among those of `elsewhere`.
    `validated` are texts that every value of a root variable begins with, by its name (`var.x`). `kept_out` is what
    defaults alone leave out of blocks that are there. `outputs` are what the root hands to others, each as a block of
    mode "output" with its value. `attached_elsewhere` says of a policy's name whether another root plainly attaches it.
    """

    root: Root
    resources: tuple[ResourceInstance, ...] = ()
    gaps: tuple[EvaluationGap, ...] = ()
    moved: tuple[Moved, ...] = ()
    needs: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    parsed: int = 0
    latent: tuple[ResourceInstance, ...] = ()
    modules: frozenset[RemoteCall] = frozenset()
    imported: frozenset[str] = frozenset()
    elsewhere: tuple[ResourceInstance, ...] = ()
    providers: tuple[ResourceInstance, ...] = ()
    forgotten: frozenset[str] = frozenset()
    validated: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    kept_out: tuple[KeptOut, ...] = field(default=(), compare=False)
    outputs: tuple[ResourceInstance, ...] = field(default=(), compare=False)
    by_name: Mapping[tuple[str, str], MadeElsewhere] = field(default_factory=dict, compare=False)
    attached_elsewhere: Callable[[str], bool] = field(default=lambda name: False, compare=False)

    @property
    def blocks(self) -> tuple[ResourceInstance, ...]:
        """All instances, those that defaults keep out first: of two at one address the last is there."""
        return (*self.latent, *self.resources)

    def names(self) -> Names:
        """What this side calls its things, for the other side."""
        known = {one.address: one.thing for one in self.blocks if one.thing is not None}
        generated = frozenset(one.address for one in self.resources if self._is_called_by_terraform(one))
        return Names(known, tuple((one.source, one.target) for one in self.moved), generated)

    def _is_called_by_terraform(self, one: ResourceInstance) -> bool:
        """Whether a bucket's name is made unique of the prefix that is written ("bucket_prefix", AWS provider)."""
        prefixed = one.type == "aws_s3_bucket" and one.attribute("bucket_prefix") is not None
        return prefixed and one.attribute("bucket") is None and one.address not in self.imported


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider contributes to evaluation, as tables that know their types.

    `data_sources` maps a data source type to a function from its evaluated arguments to its full
    set of attributes (arguments included). `computed` maps a resource type to a function from its
    address and arguments to the attributes that follow from them (an ARN built from a known name).
    Both return what they cannot know as Unknown.

    `asked` says of a data source's type and arguments what it looks up, None if nothing; `home` where a provider works,
    given its name, its arguments and what gives those of the default one; `placed` where a thing of a type with such
    arguments is, given its provider's home and region ("" if not written). `reading` are the types of data sources
    that read or run the files that their arguments name, `same_account` the arguments of a provider that leave it in
    the account it is in. `joining` are the types of blocks that give one thing to another and hold nothing themselves
    (an attachment). `carries` says whether an argument of a type may carry access at all, `sought` what an evaluated
    root names that another one may make.
    """

    data_sources: Mapping[str, Callable[[DataRequest], ObjectValue]] = field(default_factory=dict)
    computed: Mapping[str, Callable[[DataRequest], ObjectValue]] = field(default_factory=dict)
    asked: Callable[[str, ObjectValue], tuple[Asked, ...] | None] = lambda kind, arguments: None
    home: Callable[[str, ObjectValue, Callable[[], ObjectValue | None]], Home] = lambda name, arguments, default: HERE
    reading: frozenset[str] = frozenset()
    same_account: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()
    placed: Callable[[Home, str, ObjectValue, str], Home] = lambda home, kind, arguments, region: home
    carries: Callable[[str, str], bool] = lambda kind, argument: True
    sought: Callable[[EvaluatedConfig], tuple[Sought, ...]] = lambda config: ()


@dataclass(frozen=True, slots=True)
class DataRequest:
    """The arguments of one data source or resource, evaluated; `render` renders a template (template_file) and
    `read` reads a file of the revision (local_file).

    `provider` names a provider other than the default one, whose `settings` these are; `other_account` if it
    may work in another account. `via` are the places that say what is looked up.
    """

    address: str
    arguments: ObjectValue
    settings: RootSettings
    span: Span
    render: Renderer | None = None
    read: TextReader | None = None
    provider: str = ""
    other_account: bool = False
    via: Trail = ()
