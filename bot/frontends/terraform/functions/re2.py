"""Matches RE2 regular expressions in linear time, so that no pattern in a repository can hang a review."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.frontends.terraform.functions.re2_syntax import (
    Alternation,
    Assertion,
    CharacterSet,
    Group,
    Node,
    RegexBudget,
    Repeat,
    Sequence,
    parse,
)

MAX_PROGRAM = 20_000
MAX_STEPS = 300_000


@dataclass(frozen=True, slots=True)
class _Fork:
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class _Jump:
    to: int


@dataclass(frozen=True, slots=True)
class _Save:
    slot: int


@dataclass(frozen=True, slots=True)
class _Done:
    pass


_Instruction = CharacterSet | Assertion | _Fork | _Jump | _Save | _Done
_Slots = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Start and end of the whole match and of each group; None for a group that took no part."""

    spans: tuple[tuple[int, int] | None, ...]

    @property
    def start(self) -> int:
        """Where the whole match starts."""
        return self.spans[0][0] if self.spans[0] else 0

    @property
    def end(self) -> int:
        """Where the whole match ends."""
        return self.spans[0][1] if self.spans[0] else 0


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled expression; `groups` has the name of each group, None for one without."""

    program: tuple[_Instruction, ...]
    groups: tuple[str | None, ...]

    def search(self, text: str, start: int = 0) -> Match | None:
        """The leftmost match at or after `start`, preferring earlier alternatives. Raises RegexBudget."""
        return _Run(self, text).search(start)

    def find_all(self, text: str) -> Iterator[Match]:
        """Matches without overlap; an empty match right after another is left out, as in Go."""
        run = _Run(self, text)
        position, previous = 0, -1
        while position <= len(text):
            match = run.search(position)
            if match is None:
                return
            if match.end > match.start or match.start != previous:
                yield match
            previous = match.end
            position = match.end if match.end > match.start and match.end > position else match.end + 1
            if match.end > match.start:
                position = match.end


@lru_cache(maxsize=256)
def compile_regex(pattern: str) -> Regex:
    """Compile `pattern`. Raises RegexError if it is not RE2 or too large."""
    parsed = parse(pattern)
    program: list[_Instruction] = [_Save(0)]
    _emit(parsed.node, program)
    program += [_Save(1), _Done()]
    return Regex(tuple(program), parsed.groups)


def _emit(node: Node, program: list[_Instruction]) -> None:
    if len(program) > MAX_PROGRAM:
        raise RegexBudget("the expression is too large")
    match node:
        case CharacterSet() | Assertion():
            program.append(node)
        case Sequence(items):
            for item in items:
                _emit(item, program)
        case Group(item, index):
            program.append(_Save(2 * index))
            _emit(item, program)
            program.append(_Save(2 * index + 1))
        case Alternation(options):
            _emit_alternation(options, program)
        case Repeat():
            _emit_repeat(node, program)


def _emit_alternation(options: tuple[Node, ...], program: list[_Instruction]) -> None:
    exits: list[int] = []
    for option in options[:-1]:
        fork = _reserve(program)
        _emit(option, program)
        exits.append(_reserve(program))
        program[fork] = _Fork(fork + 1, len(program))
    _emit(options[-1], program)
    for place in exits:
        program[place] = _Jump(len(program))


def _emit_repeat(node: Repeat, program: list[_Instruction]) -> None:
    for _ in range(node.least - (node.most is None and node.least > 0)):
        _emit(node.item, program)
    if node.most is None:
        _emit_loop(node, program)
        return
    forks: list[int] = []
    for _ in range(node.most - node.least):
        forks.append(_reserve(program))
        _emit(node.item, program)
    for place in forks:
        program[place] = _fork(place + 1, len(program), node.greedy)


def _emit_loop(node: Repeat, program: list[_Instruction]) -> None:
    """Once or more, optional if `least` is 0: an item that matches nothing then ends the loop, as in Go."""
    optional = _reserve(program) if node.least == 0 else None
    start = len(program)
    _emit(node.item, program)
    program.append(_fork(start, len(program) + 1, node.greedy))
    if optional is not None:
        program[optional] = _fork(start, len(program), node.greedy)


def _reserve(program: list[_Instruction]) -> int:
    program.append(_Done())
    return len(program) - 1


def _fork(inside: int, after: int, greedy: bool) -> _Fork:
    return _Fork(inside, after) if greedy else _Fork(after, inside)


_Threads = dict[int, _Slots]


class _Run:
    """One text being searched; counts steps over all searches in it."""

    def __init__(self, regex: Regex, text: str) -> None:
        self.program = regex.program
        self.slots = (-1,) * (2 * len(regex.groups) + 2)
        self.text = text
        self.steps = 0

    def search(self, start: int) -> Match | None:
        threads: _Threads = {}
        found: _Slots | None = None
        for position in range(start, len(self.text) + 1):
            if found is None:
                self.follow(threads, set(threads), 0, position, self.slots)
            elif not threads:
                break
            char = self.text[position] if position < len(self.text) else ""
            threads, done = self.step(threads, char, position)
            found = done or found
        return None if found is None else _match(found)

    def step(self, threads: _Threads, char: str, position: int) -> tuple[_Threads, _Slots | None]:
        """Advance every thread over `char`; a finished one cuts off those of lower priority."""
        following: _Threads = {}
        seen: set[int] = set()
        for counter, slots in threads.items():
            instruction = self.program[counter]
            if isinstance(instruction, _Done):
                return following, slots
            if char and isinstance(instruction, CharacterSet) and instruction.has(char):
                self.follow(following, seen, counter + 1, position + 1, slots)
        return following, None

    def follow(self, threads: _Threads, seen: set[int], counter: int, position: int, slots: _Slots) -> None:
        """Add the thread at `counter` and all it reaches without reading a character, in order of priority."""
        stack = [(counter, slots)]
        while stack:
            counter, slots = stack.pop()
            if counter in seen:
                continue
            seen.add(counter)
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise RegexBudget("matching takes too many steps")
            match self.program[counter]:
                case _Jump(to):
                    stack.append((to, slots))
                case _Fork(first, second):
                    stack += [(second, slots), (first, slots)]
                case _Save(slot):
                    stack.append((counter + 1, (*slots[:slot], position, *slots[slot + 1 :])))
                case Assertion(kind):
                    if _ASSERTIONS[kind](self.text, position):
                        stack.append((counter + 1, slots))
                case _:
                    threads[counter] = slots


def _match(slots: _Slots) -> Match:
    pairs = zip(slots[::2], slots[1::2], strict=True)
    return Match(tuple((start, end) if start >= 0 and end >= 0 else None for start, end in pairs))


def _is_word(text: str, position: int) -> bool:
    return (
        0 <= position < len(text) and text[position].isascii() and (text[position].isalnum() or text[position] == "_")
    )


def _boundary(text: str, position: int) -> bool:
    return _is_word(text, position - 1) != _is_word(text, position)


_ASSERTIONS: dict[str, Callable[[str, int], bool]] = {
    "begin-text": lambda text, position: position == 0,
    "end-text": lambda text, position: position == len(text),
    "begin-line": lambda text, position: position == 0 or text[position - 1] == "\n",
    "end-line": lambda text, position: position == len(text) or text[position] == "\n",
    "boundary": _boundary,
    "no-boundary": lambda text, position: not _boundary(text, position),
}


def expand(template: str, text: str, match: Match, groups: tuple[str | None, ...]) -> str:
    """Replace `$1`, `${1}`, `$name` and `$$` in `template` as Go's Regexp.Expand does."""
    out: list[str] = []
    while True:
        before, dollar, rest = template.partition("$")
        out.append(before)
        if not dollar:
            return "".join(out)
        if rest.startswith("$"):
            out.append("$")
            template = rest[1:]
            continue
        name, template = _group_name(rest)
        out.append(_group_text(name, text, match, groups) if name else "$")


def _group_name(rest: str) -> tuple[str, str]:
    """The group's name at the start of `rest` ("" if there is none) and what follows."""
    braced = rest.startswith("{")
    body = rest[1:] if braced else rest
    length = next((i for i, char in enumerate(body) if not (char.isalnum() or char == "_")), len(body))
    if not length or (braced and not body[length:].startswith("}")):
        return "", rest
    return body[:length], body[length + braced :]


def _group_text(name: str, text: str, match: Match, groups: tuple[str | None, ...]) -> str:
    index = int(name) if name.isdigit() else groups.index(name) + 1 if name in groups else len(match.spans)
    span = match.spans[index] if index < len(match.spans) else None
    return "" if span is None else text[span[0] : span[1]]
