"""Column types that are the same idea on SQLite and PostgreSQL.

Id: native UUID on PostgreSQL, TEXT(36) on SQLite, a lower-case str in Python (the wire form).
Millis: UTC milliseconds as BIGINT. Pence: integer money as BIGINT. Json: JSONB or TEXT.
"""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, Dialect, String, TypeDecorator
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeEngine


class IdType(TypeDecorator[str]):
    """A UUID as lower-case text in Python."""

    impl = String(36)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(String(36))


JsonType = JSON().with_variant(postgresql.JSONB(), "postgresql")

Id = Annotated[str, mapped_column(IdType)]
Key = Annotated[str, mapped_column(IdType, primary_key=True)]
Millis = Annotated[int, mapped_column(BigInteger)]
Pence = Annotated[int, mapped_column(BigInteger)]
Json = Annotated[Any, mapped_column(JsonType)]
