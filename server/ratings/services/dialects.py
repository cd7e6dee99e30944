"""The few expressions that SQLite and PostgreSQL write differently, behind one small port."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Interval,
    String,
    Text,
    TypeDecorator,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal_column,
    or_,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from server.core.types import IdType

Expression = ColumnElement[Any]


class RawText(TypeDecorator[str]):
    """Text that is already JSON and goes to the driver as it is."""

    impl = Text
    cache_ok = True


class Dialect(Protocol):
    """What rating many at once asks of a database."""

    def rows(self, parameter: str) -> Any:
        """Return a table of the items of a JSON list parameter, column ``value``."""

    def item(self, row: Expression, place: int, kind: TypeEngine[Any]) -> Expression:
        """Return one value of a row, of the given type; JSON null is NULL."""

    def add_years(self, day: Expression, years: Expression) -> Expression:
        """29 February becomes 1 March in a common year."""

    def add_days(self, day: Expression, days: Expression) -> Expression: ...

    def day_of(self, millis: Expression) -> Expression:
        """Return the UTC day of a time in milliseconds."""

    def iso(self, day: Expression) -> Expression:
        """Return a day as text."""

    def has_fault(self, faults: Expression, keys: tuple[str, ...]) -> Expression: ...

    def has_any_fault(self, faults: Expression) -> Expression: ...

    def json_list(self, *values: Expression) -> Expression: ...

    def as_json(self, value: Expression) -> Expression:
        """Return text that is JSON as the type of a JSON column."""

    def earliest_after(self, day: Expression, others: list[Expression]) -> Expression:
        """Return the earliest of some days that lies after a day; NULL when none does."""


class Sqlite:
    def rows(self, parameter: str) -> Any:
        return func.json_each(bindparam(parameter, type_=RawText)).table_valued("value")

    def item(self, row: Expression, place: int, kind: TypeEngine[Any]) -> Expression:
        found = func.json_extract(row, f"$[{place}]", type_=kind)
        # Without a type of its own a value of JSON cannot be looked up by SQLite's index of it.
        is_text = isinstance(kind, String | IdType)
        return type_coerce(cast(found, String), kind) if is_text else found

    def add_years(self, day: Expression, years: Expression) -> Expression:
        return func.date(day, cast(years, String).op("||")(literal_column("' years'")), type_=Date)

    def add_days(self, day: Expression, days: Expression) -> Expression:
        return func.date(day, cast(days, String).op("||")(literal_column("' days'")), type_=Date)

    def day_of(self, millis: Expression) -> Expression:
        return func.date(
            millis.op("/")(literal_column("1000")), literal_column("'unixepoch'"), type_=Date
        )

    def iso(self, day: Expression) -> Expression:
        return type_coerce(day, String)  # days are kept as such text

    def has_fault(self, faults: Expression, keys: tuple[str, ...]) -> Expression:
        return or_(*(func.json_extract(faults, f"$.{key}") == 1 for key in keys))

    def has_any_fault(self, faults: Expression) -> Expression:
        # A key holds no quotation mark, so this finds values only.
        return or_(
            *(func.instr(faults, literal_column(f"'\"{colon}true'")) > 0 for colon in (":", ": "))
        )

    def json_list(self, *values: Expression) -> Expression:
        return func.json_array(*values, type_=RawText)

    def as_json(self, value: Expression) -> Expression:
        return value

    def earliest_after(self, day: Expression, others: list[Expression]) -> Expression:
        # The two-argument min() of SQLite is NULL as soon as one argument is.
        never: Expression = literal_column("'9999-12-31'")
        later = (case((other > day, other), else_=never) for other in others)
        return func.nullif(func.min(*later), never, type_=Date)


class Postgres:
    def rows(self, parameter: str) -> Any:
        listed = cast(bindparam(parameter, type_=RawText), JSONB)
        return func.jsonb_array_elements(listed).table_valued("value")

    def item(self, row: Expression, place: int, kind: TypeEngine[Any]) -> Expression:
        return cast(type_coerce(row, JSONB)[place].astext, kind)

    def add_years(self, day: Expression, years: Expression) -> Expression:
        later = cast(day + func.make_interval(years, type_=Interval), Date)
        slipped = (extract("day", day) == 29) & (extract("day", later) == 28)
        return case((slipped, later + literal_column("1", Integer)), else_=later)

    def add_days(self, day: Expression, days: Expression) -> Expression:
        return cast(day + cast(days, Integer), Date)

    def day_of(self, millis: Expression) -> Expression:
        seconds = millis.op("/")(literal_column("1000"))
        return cast(func.timezone(literal_column("'UTC'"), func.to_timestamp(seconds)), Date)

    def iso(self, day: Expression) -> Expression:
        return cast(day, Text)

    def has_fault(self, faults: Expression, keys: tuple[str, ...]) -> Expression:
        return or_(*(type_coerce(faults, JSONB)[key].astext == "true" for key in keys))

    def has_any_fault(self, faults: Expression) -> Expression:
        return func.jsonb_path_exists(faults, literal_column("'$.* ? (@ == true)'"), type_=Boolean)

    def json_list(self, *values: Expression) -> Expression:
        return func.jsonb_build_array(*values, type_=JSONB)

    def as_json(self, value: Expression) -> Expression:
        return cast(value, JSONB)

    def earliest_after(self, day: Expression, others: list[Expression]) -> Expression:
        return func.least(*(case((other > day, other)) for other in others), type_=Date)


@cache
def dialect_of(name: str) -> Dialect:
    """Return the port for ``engine.dialect.name``."""
    return Sqlite() if name == "sqlite" else Postgres()
