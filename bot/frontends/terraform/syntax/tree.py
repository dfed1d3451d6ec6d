"""Builds the syntax tree while the parser reduces the grammar's rules: one method a rule, its children given."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from bot.frontends.terraform.syntax.lexer import JSON_QUOTE, Lexeme
from bot.frontends.terraform.syntax.nodes import (
    Argument,
    Attribute,
    Binary,
    Block,
    Body,
    Conditional,
    Element,
    Expression,
    ForObject,
    ForTuple,
    FunctionCall,
    Index,
    Literal,
    Name,
    ObjectExpression,
    ObjectItem,
    Parentheses,
    Splat,
    SyntaxFault,
    Template,
    TemplateText,
    TupleExpression,
    Unary,
)
from bot.frontends.terraform.syntax.template_syntax import Flat, LiteralText, TemplateMarker, assemble, lines, unescape

_PRECEDENCE = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6,
}  # fmt: skip
_WORD_VALUES = {"true": True, "false": False, "null": None}

MAX_DIGITS = 300

Children = list[Any]


def _nodes(children: Children) -> Children:
    """The children that are neither punctuation nor newlines."""
    return [child for child in children if child is not None and not isinstance(child, Lexeme)]


class TreeBuilder:
    """Callbacks for the rules of the grammar; what a rule without meaning of its own returns is its only child."""

    def never(self, children: Children) -> None:
        """Rules for words of python-hcl2's lexer that ours does not make."""
        raise AssertionError("the lexer makes no such word")

    def start(self, children: Children) -> Body:
        """The whole file."""
        body: Body = children[0]
        return body

    def body(self, children: Children) -> Body:
        """Arguments and blocks."""
        arguments = tuple(child for child in children if isinstance(child, Argument))
        blocks = tuple(child for child in children if isinstance(child, Block))
        if not children:
            return Body(0, 0, (), ())
        written = _nodes(children)
        first, last = (written[0].start, written[-1].end) if written else (0, 0)
        return Body(first, last, arguments, blocks)

    def attribute(self, children: Children) -> Argument:
        """`name = expression`; a quoted name is what a map was written with before 0.12."""
        name, _, value = children
        if isinstance(name, Template):
            return Argument(name.start, value.end, _literal_text(name), value)
        return Argument(name.start_pos, value.end, name.value, value)

    def block(self, children: Children) -> Block:
        """`type labels { body }`."""
        kind = children[0]
        labels = []
        for child in children[1:]:
            if isinstance(child, Template):
                labels.append(_literal_text(child))
            elif isinstance(child, Lexeme):
                if child.type == "LBRACE":
                    break
                if child.type != "NL_OR_COMMENT":
                    labels.append(child.value)
        header_end = next(c.end_pos for c in children[1:] if isinstance(c, Lexeme) and c.type == "LBRACE")
        return Block(kind.start_pos, children[-1].end_pos, kind.value, tuple(labels), children[-2], header_end)

    def new_line_or_comment(self, children: Children) -> None:
        """Newlines mean nothing by themselves."""

    def identifier(self, children: Children) -> Lexeme:
        """A word."""
        word: Lexeme = children[0]
        return word

    keyword = literal_value = binary_operator = identifier

    def int_lit(self, children: Children) -> Literal:
        """A whole number."""
        token = children[0]
        if len(token.value) > MAX_DIGITS:
            raise SyntaxFault(f"numbers of more than {MAX_DIGITS} digits are not read", token.start_pos)
        return Literal(token.start_pos, token.end_pos, int(token.value))

    def float_lit(self, children: Children) -> Literal:
        """A number with a fraction or exponent."""
        token = children[0]
        try:
            number = Decimal(token.value)
        except InvalidOperation:
            number = Decimal("inf")
        if number.is_infinite() or number.adjusted() > MAX_DIGITS:
            raise SyntaxFault("this number is too large", token.start_pos)
        whole = number == number.to_integral_value()
        return Literal(token.start_pos, token.end_pos, int(number) if whole else float(number))

    def string(self, children: Children) -> Template:
        """A quoted string, a heredoc or a template file: told by what opens it."""
        opener, closer = children[0], children[-1]
        hcl, json = opener.value == '"', opener.value == JSON_QUOTE
        flat: Flat = []
        for part in children[1:-1]:
            if isinstance(part, TemplateMarker):
                flat.append(part)
            elif part.type != "STRING_CHARS":
                flat.append(LiteralText(part.start_pos, part.end_pos, part.value[1:], False))
            elif json:
                as_written = len(part.value) == part.end_pos - part.start_pos and "\n" not in part.value
                flat.append(LiteralText(part.start_pos, part.end_pos, part.value, as_written))
            elif not hcl:
                flat.extend(lines(part.value, part.start_pos))
            else:
                escaped = "\\" in part.value
                text = unescape(part.value, part.start_pos) if escaped else part.value
                flat.append(LiteralText(part.start_pos, part.end_pos, text, not escaped))
        parts = assemble(flat, opener.value.startswith("<<-"))
        return Template(opener.start_pos, closer.end_pos, parts, hcl or json)

    def string_part(self, children: Children) -> Lexeme | TemplateMarker:
        """Text, an interpolation or a directive."""
        part: Lexeme | TemplateMarker = children[0]
        return part

    def interpolation(self, children: Children) -> TemplateMarker:
        """`${ expression }`."""
        return self._marker("interpolation", children)

    def template_if_start(self, children: Children) -> TemplateMarker:
        """`%{ if condition }`."""
        return self._marker("if", children)

    def template_else(self, children: Children) -> TemplateMarker:
        """`%{ else }`."""
        return self._marker("else", children)

    def template_endif(self, children: Children) -> TemplateMarker:
        """`%{ endif }`."""
        return self._marker("endif", children)

    def template_for_start(self, children: Children) -> TemplateMarker:
        """`%{ for key, name in collection }`."""
        return self._marker("for", children)

    def template_endfor(self, children: Children) -> TemplateMarker:
        """`%{ endfor }`."""
        return self._marker("endfor", children)

    def _marker(self, kind: str, children: Children) -> TemplateMarker:
        trims = (_is(children[1], "STRIP_MARKER"), _is(children[-2], "STRIP_MARKER"))
        expressions = _nodes(children)
        names = [child.value for child in children if _is(child, "NAME")]
        key = names[0] if len(names) == 2 else None
        name = names[-1] if names else ""
        expression = expressions[0] if expressions else None
        return TemplateMarker(children[0].start_pos, children[-1].end_pos, kind, trims, expression, key, name)

    def conditional(self, children: Children) -> Conditional:
        """`condition ? then : otherwise`."""
        condition, then, otherwise = _nodes(children)
        return Conditional(condition.start, otherwise.end, condition, then, otherwise)

    def operation(self, children: Children) -> Expression:
        """Operands and binary operators in turn, all left associative."""
        items = [child for child in children if child is not None]
        operands: list[Expression] = [items[0]]
        operators: list[str] = []
        for operator, operand in zip(items[1::2], items[2::2], strict=True):
            while operators and _PRECEDENCE[operators[-1]] >= _PRECEDENCE[operator.value]:
                _fold(operands, operators)
            operators.append(operator.value)
            operands.append(operand)
        while operators:
            _fold(operands, operators)
        return operands[0]

    def unary_op(self, children: Children) -> Expression:
        """`-a` or `!a`; a negated number is a number."""
        operator, operand = children
        start = operator.start_pos
        if operator.value == "-" and isinstance(operand, Literal) and type(operand.value) in (int, float):
            return Literal(start, operand.end, -operand.value)  # type: ignore[operator]
        return Unary(start, operand.end, operator.value, operand)

    def expr_term(self, children: Children) -> Expression:
        """A term, or an expression in parentheses."""
        if len(children) > 1:
            return Parentheses(children[0].start_pos, children[-1].end_pos, _nodes(children)[0])
        child = children[0]
        if not isinstance(child, Lexeme):
            return child  # type: ignore[no-any-return]
        if child.type == "NAME":
            return Name(child.start_pos, child.end_pos, child.value)
        return Literal(child.start_pos, child.end_pos, _WORD_VALUES[child.value])

    def tuple(self, children: Children) -> TupleExpression:
        """`[a, b]`."""
        return TupleExpression(children[0].start_pos, children[-1].end_pos, tuple(_nodes(children)))

    def object(self, children: Children) -> ObjectExpression:
        """`{ a = b }`."""
        return ObjectExpression(children[0].start_pos, children[-1].end_pos, tuple(_nodes(children)))

    def object_elem(self, children: Children) -> ObjectItem:
        """`key = value`."""
        key, _, value = children
        return ObjectItem(key.start, value.end, key, value)

    def object_elem_key(self, children: Children) -> Expression:
        """A bare word is a string; anything else an expression."""
        key = children[0]
        if isinstance(key, Lexeme):
            word, start, end = key.value, key.start_pos, key.end_pos
        elif isinstance(key, Name):
            word, start, end = key.name, key.start, key.end
        elif isinstance(key, Literal) and (key.value is None or isinstance(key.value, bool)):
            word, start, end = {True: "true", False: "false", None: "null"}[key.value], key.start, key.end
        else:
            return key  # type: ignore[no-any-return]
        return Template(start, end, (TemplateText(start, end, word),))

    def function_call(self, children: Children) -> FunctionCall:
        """`name(arguments)`."""
        words = [child.value for child in children if _is(child, "NAME")]
        start = children[0].start_pos
        arguments, spread = next((child for child in children if type(child) is tuple), ((), False))
        return FunctionCall(start, children[-1].end_pos, "::".join(words), arguments, spread)

    def arguments(self, children: Children) -> Any:
        """Arguments, and whether the last is spread."""
        return tuple(_nodes(children)), any(_is(child, "ELLIPSIS") for child in children)

    def get_attr(self, children: Children) -> Any:
        """`.name`: what to take of the term before it."""
        return children[1]

    def braces_index(self, children: Children) -> Any:
        """`[key]`."""
        return ("index", _nodes(children)[0], children[-1].end_pos)

    def short_index(self, children: Children) -> Any:
        """`.0`."""
        token = children[1]
        return ("short", Literal(token.start_pos, token.end_pos, int(token.value[:MAX_DIGITS])), token.end_pos)

    def get_attr_expr_term(self, children: Children) -> Expression:
        """`term.name`."""
        return _within_splat(*children)

    index_expr_term = get_attr_expr_term

    def attr_splat(self, children: Children) -> Children:
        """`.*` and what follows it."""
        return children

    full_splat = attr_splat

    def attr_splat_expr_term(self, children: Children) -> Expression:
        """`term.*.name`: attributes are taken of each element, an index in brackets of the whole result."""
        target, (opener, *steps) = children
        each: Expression = Element(opener.start_pos, opener.end_pos)
        size = next((i for i, step in enumerate(steps) if _is_index(step)), len(steps))
        for step in steps[:size]:
            each = _taken(each, step)
        result: Expression = Splat(target.start, each.end, target, each, False)
        for step in steps[size:]:
            result = _taken(result, step)
        return result

    def full_splat_expr_term(self, children: Children) -> Expression:
        """`term[*].name`: all that follows is taken of each element."""
        target, (opener, *steps) = children
        each: Expression = Element(opener.start_pos, opener.end_pos)
        for step in steps:
            each = _taken(each, step)
        if isinstance(target, Splat) and target.full:
            inner = Splat(target.each.start, each.end, target.each, each, True)
            return Splat(target.start, each.end, target.target, inner, True)
        return Splat(target.start, each.end, target, each, True)

    def for_intro(self, children: Children) -> Any:
        """`for key, name in collection :`."""
        names = [child.value for child in children if _is(child, "NAME")]
        return (names[0] if len(names) == 2 else None, names[-1], _nodes(children)[0])

    def for_cond(self, children: Children) -> Any:
        """`if condition`."""
        return ("if", _nodes(children)[0])

    def for_tuple_expr(self, children: Children) -> ForTuple:
        """`[for ... : value if condition]`."""
        (key, name, collection), value, *rest = _nodes(children)
        condition = rest[0][1] if rest else None
        return ForTuple(children[0].start_pos, children[-1].end_pos, key, name, collection, value, condition)

    def for_object_expr(self, children: Children) -> ForObject:
        """`{for ... : key => value... if condition}`."""
        (key, name, collection), entry_key, value, *rest = _nodes(children)
        condition = rest[0][1] if rest else None
        grouped = any(_is(child, "ELLIPSIS") for child in children)
        start, end = children[0].start_pos, children[-1].end_pos
        return ForObject(start, end, key, name, collection, entry_key, value, grouped, condition)


def _literal_text(template: Template) -> str:
    return "".join(part.text for part in template.parts if isinstance(part, TemplateText))


def _is(child: Any, kind: str) -> bool:
    return isinstance(child, Lexeme) and child.type == kind


def _is_index(step: Any) -> bool:
    return not isinstance(step, Lexeme) and step[0] == "index"


def _taken(target: Expression, step: Any) -> Expression:
    if isinstance(step, Lexeme):
        return Attribute(target.start, step.end_pos, target, step.value)
    return Index(target.start, step[2], target, step[1])


def _within_splat(target: Expression, step: Any) -> Expression:
    """What follows a full splat belongs to its elements."""
    if isinstance(target, Splat) and target.full:
        each = _within_splat(target.each, step)
        return Splat(target.start, each.end, target.target, each, True)
    return _taken(target, step)


def _fold(operands: list[Expression], operators: list[str]) -> None:
    right = operands.pop()
    left = operands.pop()
    operands.append(Binary(left.start, right.end, operators.pop(), left, right))
