"""One way to write a syntax tree down, for ours and for python-hcl2's: equal texts mean equal structure."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import lark

from bot.frontends.terraform.syntax import nodes as s
from bot.frontends.terraform.syntax.template_syntax import unescape


def number(value: float | str) -> str:
    return str(Decimal(str(value)).normalize())


def body(node: s.Body) -> list[Any]:
    arguments = [(each.start, f"{each.name} = {ours(each.value)}") for each in node.arguments]
    blocks = [(each.start, (each.type, *each.labels, body(each.body))) for each in node.blocks]
    return [found for _, found in sorted([*arguments, *blocks], key=lambda each: each[0])]


def ours(node: Any) -> str:
    """An expression of our tree."""
    return _WRITERS[type(node)](node)


def _literal(node: s.Literal) -> str:
    if node.value is None or isinstance(node.value, bool):
        return {True: "true", False: "false", None: "null"}[node.value]
    return number(node.value)


def _for_object(node: s.ForObject) -> str:
    entry = f"{ours(node.entry_key)} => {ours(node.value)}{'...' if node.grouped else ''}"
    return f"{{{_intro(node)} {entry}{_condition(node)}}}"


def _intro(node: s.ForTuple | s.ForObject) -> str:
    names = node.name if node.key is None else f"{node.key}, {node.name}"
    return f"for {names} in {ours(node.collection)} :"


def _condition(node: s.ForTuple | s.ForObject) -> str:
    return "" if node.condition is None else f" if {ours(node.condition)}"


def template(node: s.Template) -> str:
    """A heredoc is one opaque word to python-hcl2, and directives are not put together."""
    if not node.quoted:
        return "heredoc"
    if any(isinstance(part, s.TemplateIf | s.TemplateFor) for part in node.parts):
        return "directives"
    texts = [repr(part.text) if isinstance(part, s.TemplateText) else f"${{{ours(part)}}}" for part in node.parts]
    return f"<{_joined(texts)}>"


def _joined(texts: list[str]) -> str:
    return "".join(texts).replace("''", "")


_WRITERS: dict[type, Callable[[Any], str]] = {
    s.Literal: _literal,
    s.Template: template,
    s.TupleExpression: lambda node: f"[{', '.join(map(ours, node.items))}]",
    s.ObjectExpression: lambda node: (
        f"{{{', '.join(f'{ours(item.key)} = {ours(item.value)}' for item in node.items)}}}"
    ),
    s.Parentheses: lambda node: f"paren({ours(node.inner)})",
    s.Name: lambda node: str(node.name),
    s.Element: lambda node: "",
    s.Attribute: lambda node: f"{ours(node.target)}.{node.name}",
    s.Index: lambda node: f"{ours(node.target)}[{ours(node.key)}]",
    s.Splat: lambda node: f"{ours(node.target)}{'[*]' if node.full else '.*'}{ours(node.each)}",
    s.FunctionCall: lambda node: f"{node.name}({', '.join(map(ours, node.arguments))}{'...' if node.spread else ''})",
    s.Conditional: lambda node: f"({ours(node.condition)} ? {ours(node.then)} : {ours(node.otherwise)})",
    s.Binary: lambda node: f"({ours(node.left)} {node.operator} {ours(node.right)})",
    s.Unary: lambda node: f"{node.operator}{ours(node.operand)}",
    s.ForTuple: lambda node: f"[{_intro(node)} {ours(node.value)}{_condition(node)}]",
    s.ForObject: _for_object,
}


class Theirs(lark.Transformer[Any, Any]):
    """python-hcl2's tree, written down."""

    def __default__(self, data: Any, children: list[Any], meta: Any) -> Any:
        kept = [child for child in children if child is not None]
        return kept[0] if len(kept) == 1 else "".join(map(str, kept))

    def start(self, children: list[Any]) -> Any:
        return children[0]

    def new_line_or_comment(self, children: list[Any]) -> None:
        return None

    def body(self, children: list[Any]) -> list[Any]:
        return [child for child in children if child is not None]

    def attribute(self, children: list[Any]) -> str:
        return f"{children[0]} = {children[-1]}"

    def block(self, children: list[Any]) -> tuple[Any, ...]:
        labels = [str(child) for child in children[:-2] if child is not None and str(child) != "{"]
        return (*(re.sub("^<'(.*)'>$", r"\1", label) for label in labels), children[-2])

    def int_lit(self, children: list[Any]) -> str:
        return number(children[0])

    float_lit = int_lit

    def string(self, children: list[Any]) -> str:
        parts = children[1:-1]
        if any(str(part).startswith("%{") for part in parts):
            return "directives"
        return f"<{_joined([str(part) for part in parts])}>"

    def string_part(self, children: list[Any]) -> str:
        part = children[0]
        if not isinstance(part, lark.Token):
            return str(part)
        escaped = part.type.startswith("ESCAPED")
        return repr(str(part)[1:]) if escaped else repr(unescape(str(part), 0))

    def interpolation(self, children: list[Any]) -> str:
        return f"${{{children[1]}}}"

    def heredoc_template(self, children: list[Any]) -> str:
        return "heredoc"

    heredoc_template_trim = heredoc_template

    def binary_op(self, children: list[Any]) -> str:
        left, (operator, right) = children[0], children[1]
        return f"({left} {operator} {right})"

    def binary_term(self, children: list[Any]) -> tuple[str, str]:
        operator, right = (child for child in children if child is not None)
        return str(operator).strip(), right

    def conditional(self, children: list[Any]) -> str:
        condition, then, otherwise = (
            child for child in children if child is not None and str(child).strip() not in "?:"
        )
        return f"({condition} ? {then} : {otherwise})"

    def expr_term(self, children: list[Any]) -> str:
        kept = [child for child in children if child is not None]
        return f"paren({kept[1]})" if str(kept[0]) == "(" else str(kept[0])

    def tuple(self, children: list[Any]) -> str:
        return f"[{', '.join(_items(children))}]"

    def object(self, children: list[Any]) -> str:
        return f"{{{', '.join(_items(children))}}}"

    def object_elem(self, children: list[Any]) -> str:
        return f"{children[0]} = {children[-1]}"

    def object_elem_key(self, children: list[Any]) -> str:
        key = str(children[0])
        return f"<'{key}'>" if re.fullmatch(r"[^\W\d][\w-]*", key) else key

    def function_call(self, children: list[Any]) -> str:
        return "".join(str(child) for child in children if child is not None)

    def arguments(self, children: list[Any]) -> str:
        spread = str(children[-1] or children[-2]) == "..." if len(children) > 1 else False
        return ", ".join(each for each in _items(["", *children, ""]) if each != "...") + ("..." if spread else "")

    def braces_index(self, children: list[Any]) -> str:
        return f"[{next(child for child in children[1:] if child is not None)}]"

    def short_index(self, children: list[Any]) -> str:
        return f"[{number(children[1])}]"

    def for_intro(self, children: list[Any]) -> str:
        words = [str(child).strip() for child in children if child is not None]
        names = words[1 : words.index("in")]
        return f"for {', '.join(name for name in names if name != ',')} in {words[-2]} :"

    def for_cond(self, children: list[Any]) -> str:
        return f" if {children[-1]}"

    def for_tuple_expr(self, children: list[Any]) -> str:
        intro, value, *rest = (child for child in children[1:-1] if child is not None)
        return f"[{intro} {value}{''.join(rest)}]"

    def for_object_expr(self, children: list[Any]) -> str:
        words = [str(child) for child in children[1:-1] if child is not None]
        intro, key, _, *rest = words
        return f"{{{intro} {key} => {''.join(rest)}}}"


def _items(children: list[Any]) -> list[str]:
    return [str(child) for child in children[1:-1] if child is not None and str(child).strip() != ","]
