"""Rating many at once: the rules of rules/ as one SQL expression, pinned to them by a test."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    case,
    literal,
    literal_column,
    null,
    or_,
    select,
    type_coerce,
)

from server.core.types import IdType
from server.ratings.rules.dimensions import Inputs
from server.ratings.rules.rate import GRADE_D
from server.ratings.rules.reasons import AMBER, DIMENSIONS, GREEN, GREY, RAG_OF, REASONS, RED
from server.ratings.services.answers import ANSWERS, days_of, flips
from server.ratings.services.dialects import Dialect, Expression, dialect_of
from server.ratings.services.facts import facts_of

PLACE = (
    "subject_kind",
    "subject_id",
    "school_id",
    "room_id",
    "category",
    "asset_type_id",
    "quantity",
)
# The columns of ``rating`` in the order the expression gives them.
RATING_COLUMNS = (
    "organisation_id",
    *PLACE,
    "rag",
    "reasons",
    "dimensions",
    "next_flip_on",
    "value_pence",
    "critical",
    "critical_service",
    "rule_version",
    "inputs",
    "rated_at",
)
_TRUTHS = {item.name for item in fields(Inputs) if "bool" in str(item.type)}
_DAYS = {item.name for item in fields(Inputs) if "date" in str(item.type)}


@cache
def rated(kind: str, dialect_name: str, *, some: bool) -> Select[Any]:
    """Return the ratings of every asset, lot or system of an organisation, or of ``:ids``.

    Parameters: those of facts_of(), those of policy_parameters(), today, rule_version, rated_at.
    """
    dialect = dialect_of(dialect_name)
    facts = facts_of(kind, dialect, some=some).cte("facts")
    dated = _dated(facts, dialect).cte("dated").prefix_with("MATERIALIZED")
    answered = _answered(dated, dialect).cte("answered").prefix_with("MATERIALIZED")
    levelled = _levelled(answered).cte("levelled").prefix_with("MATERIALIZED")
    return _final(levelled, dialect)


def _dated(facts: CTE, dialect: Dialect) -> Select[Any]:
    days = days_of(facts.c, dialect)
    return select(facts, *(day.label(name) for name, day in days.items()))


def _answered(dated: CTE, dialect: Dialect) -> Select[Any]:
    """Give each dimension its code and date."""
    columns: list[Any] = [dated]
    for name in DIMENSIONS:
        code, on = ANSWERS[name](dated.c)
        columns += [code.label(f"{name}_code"), type_coerce(on, Date()).label(f"{name}_day")]
    return select(*columns, flips(dated.c, dialect).label("next_flip_on"))


def _level(answered: CTE, name: str) -> Expression:
    return answered.c[f"{name}_code"].op("/")(literal_column("100"))


def _times(levels: list[Expression], level: int) -> Expression:
    """Count how many of the levels are exactly this one."""
    total: Expression = literal(0, Integer)
    for found in levels:
        total = total + case((found == level, 1), else_=0)
    return total


def _highest(levels: list[Expression]) -> Expression:
    return case(
        (or_(*(level == RED for level in levels)), RED),
        (or_(*(level == AMBER for level in levels)), AMBER),
        (or_(*(level == GREEN for level in levels)), GREEN),
        else_=GREY,
    )


def _levelled(answered: CTE) -> Select[Any]:
    """Combine the dimensions into one level, as combine() does."""
    levels = {name: _level(answered, name) for name in DIMENSIONS}
    is_d = answered.c.condition_code == GRADE_D
    soft = [levels["age"], levels["fitness"], case((is_d, GREY), else_=levels["condition"])]
    hard = [levels["support"], levels["security"], levels["safety"]]
    reds, ambers = _times(soft, RED), _times(soft, AMBER)
    has_hard_red = or_(is_d, *(level == RED for level in hard))
    has_hard_amber = or_(*(level == AMBER for level in hard))
    missing: list[Expression] = [
        case((level == GREY, 1 << place), else_=0) for place, level in enumerate(levels.values())
    ]
    missed = sum(missing[1:], missing[0])
    return select(
        answered,
        case(
            (or_(has_hard_red, reds >= 2), RED),
            (or_(has_hard_amber, reds == 1, ambers >= 2), AMBER),
            (missed.op("&")(answered.c.required) != 0, GREY),
            (missed == (1 << len(DIMENSIONS)) - 1, GREY),
            else_=GREEN,
        ).label("level"),
        _highest(list(levels.values())).label("highest"),
    )


def _final(levelled: CTE, dialect: Dialect) -> Select[Any]:
    c = levelled.c
    worst = case((c.level == GREY, GREY), else_=c.highest)
    bits = [
        case((_level(levelled, name) == worst, 1 << place), else_=0)
        for place, name in enumerate(DIMENSIONS)
    ]
    # The conditional parts keep the types that the columns of ``rating`` have.
    return select(
        bindparam("organisation", type_=IdType()).label("organisation_id"),
        *(c[name] for name in PLACE),
        case(*((c.level == level, rag) for level, rag in enumerate(RAG_OF))).label("rag"),
        case((c.level == GREEN, 0), else_=sum(bits[1:], bits[0])).label("reasons"),
        _dimensions(levelled, dialect).label("dimensions"),
        c.next_flip_on,
        c.value_pence,
        c.critical,
        c.critical_service,
        bindparam("rule_version", type_=Integer()).label("rule_version"),
        _inputs(levelled, dialect).label("inputs"),
        bindparam("rated_at", type_=BigInteger()).label("rated_at"),
    )


def _dimensions(levelled: CTE, dialect: Dialect) -> Expression:
    """Write {dimension: {rag, reason, on}} as text: far quicker than the databases' JSON functions.

    All parts are our own words or dates, so nothing needs escaping.
    """
    parts: list[Expression] = []
    for name in DIMENSIONS:
        code, on = levelled.c[f"{name}_code"], levelled.c[f"{name}_day"]
        opening = case(
            *(
                (code == reason.code, f'"{name}":{{"rag":"{reason.rag}","reason":"{reason.key}"')
                for reason in REASONS.values()
                if reason.dimension == name
            )
        )
        day = case(
            (on.is_not(None), literal(',"on":"', String) + dialect.iso(on) + literal('"}', String)),
            else_="}",
        )
        parts.append(opening + day)
    whole = literal("{", String) + parts[0]
    for part in parts[1:]:
        whole = whole + literal(",", String) + part
    return dialect.as_json(whole + literal("}", String))


def _inputs(levelled: CTE, dialect: Dialect) -> Expression:
    """Pack the inputs as pack_inputs() does: a list in field order, truths as 0 and 1."""
    values: list[Expression] = []
    for item in fields(Inputs):
        column = levelled.c[item.name]
        if isinstance(column.type, Boolean):
            values.append(case((column.is_(None), null()), (column, 1), else_=0))
        elif item.name in _DAYS:
            values.append(dialect.iso(column))
        else:
            values.append(column)
    return dialect.json_list(*values)
