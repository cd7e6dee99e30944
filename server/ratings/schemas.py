"""What goes in and out of the ratings API."""

from __future__ import annotations

from marshmallow import Schema, fields

from server.core.schemas import Row, Word
from server.estate.categories import CATEGORIES
from server.ratings.models import RAGS
from server.ratings.services.facts import KINDS

KIND = {"title": "Kind", "enum": list(KINDS)}
RAG = {"title": "Rag", "enum": list(RAGS)}
ID = {"type": "string"}
COUNTS = ("red", "amber", "green", "grey")


class SchoolQuery(Schema):
    school_id = fields.UUID(required=True)


class TrustQuery(Schema):
    trust_id = fields.UUID()


class CellQuery(Schema):
    school_id = fields.UUID(required=True)
    room_id = fields.UUID()
    category = Word(CATEGORIES, "Category", required=False)


class SubjectQuery(Schema):
    subject_kind = Word(KINDS, "Kind")
    subject_id = fields.UUID(required=True)


class CellSchema(Schema):
    """Counts and pence per colour with the colour they give. The rule is named, not said."""

    rag = Word(RAGS, "Rag")
    rule = fields.String(required=True)
    red = fields.Integer(required=True)
    amber = fields.Integer(required=True)
    green = fields.Integer(required=True)
    grey = fields.Integer(required=True)
    red_pence = fields.Integer(required=True)
    amber_pence = fields.Integer(required=True)
    green_pence = fields.Integer(required=True)
    grey_pence = fields.Integer(required=True)


class MatrixRowSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    overall = fields.Nested(CellSchema, required=True)
    cells = fields.Dict(fields.String(), fields.Nested(CellSchema), required=True)


class TotalSchema(Schema):
    overall = fields.Nested(CellSchema, required=True)
    cells = fields.Dict(fields.String(), fields.Nested(CellSchema), required=True)


class MatrixSchema(Schema):
    as_at = fields.Integer(required=True, allow_none=True)
    rule_version = fields.String(required=True)
    columns = fields.List(Word(CATEGORIES, "Category"), required=True)
    rows = fields.List(fields.Nested(MatrixRowSchema), required=True)
    total = fields.Nested(TotalSchema, required=True)


class ReasonSchema(Schema):
    dimension = fields.String(required=True)
    rag = Word(RAGS, "Rag")
    words = fields.String(required=True)
    on = fields.Date(required=True, allow_none=True)


class ContributorSchema(Schema):
    subject_kind = Word(KINDS, "Kind")
    subject_id = fields.String(required=True)
    name = fields.String(required=True)
    tag = fields.String(required=True, allow_none=True)
    room_name = fields.String(required=True, allow_none=True)
    rag = Word(RAGS, "Rag")
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    value_pence = fields.Integer(required=True)


class RuleSchema(Schema):
    id = fields.String(required=True)
    version = fields.String(required=True)
    words = fields.String(required=True)


class StepSchema(Schema):
    words = fields.String(required=True)
    pence = fields.Integer(required=True)
    then_rag = Word(RAGS, "Rag")


class EvidenceSchema(Schema):
    oldest_at = fields.Integer(required=True, allow_none=True)
    newest_at = fields.Integer(required=True, allow_none=True)


class CellDetailSchema(Schema):
    cell = fields.Nested(CellSchema, required=True)
    rule = fields.Nested(RuleSchema, required=True)
    as_at = fields.Integer(required=True, allow_none=True)
    contributors = fields.List(fields.Nested(ContributorSchema), required=True)
    to_green = fields.List(fields.Nested(StepSchema), required=True)
    evidence = fields.Nested(EvidenceSchema, required=True)


class RatingSchema(Schema):
    """One rating with all that it was made from."""

    subject_kind = Word(KINDS, "Kind")
    subject_id = fields.String(required=True)
    school_id = fields.String(required=True)
    room_id = fields.String(required=True)
    category = Word(CATEGORIES, "Category")
    quantity = fields.Integer(required=True)
    rag = Word(RAGS, "Rag")
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    value_pence = fields.Integer(required=True)
    critical = fields.Boolean(required=True)
    critical_service = fields.Boolean(required=True)
    version = fields.String(required=True)
    inputs = fields.Dict(required=True)
    rated_at = fields.Integer(required=True)
    next_flip_on = fields.Date(required=True, allow_none=True)
    turns_on = fields.Date(required=True, allow_none=True)
    turns_to = Word(RAGS, "Rag", allow_none=True)


class SnapshotSchema(Schema):
    as_at = fields.Integer(required=True, allow_none=True)
    items = fields.List(Row(KIND, ID, RAG), required=True)
