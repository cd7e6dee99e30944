"""What goes in and out of the planning API."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.core.schemas import Word
from server.estate.categories import CATEGORIES
from server.ratings.models import RAGS
from server.ratings.services.facts import KINDS

STATES = ("new", "solving", "ready", "failed")
NAME = validate.Length(min=1, max=200)
YEARS = validate.OneOf((3, 4, 5))
# Thousandths a year: a tenth down to a fifth up.
UPLIFT = validate.Range(-100, 200)


class LimitSchema(Schema):
    school_id = fields.UUID(required=True)
    year = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    pence = fields.Integer(required=True, strict=True, validate=validate.Range(0, 10**13))


class NewPlanSchema(Schema):
    trust_id = fields.UUID()
    school_id = fields.UUID()
    name = fields.String(required=True, validate=NAME)
    starts_on = fields.Date(required=True)
    years = fields.Integer(required=True, strict=True, validate=YEARS)
    uplift = fields.Integer(strict=True, validate=UPLIFT)
    limits = fields.List(fields.Nested(LimitSchema), validate=validate.Length(max=5000))


class PlanChangeSchema(Schema):
    name = fields.String(validate=NAME)
    years = fields.Integer(strict=True, validate=YEARS)
    uplift = fields.Integer(strict=True, validate=UPLIFT)
    limits = fields.List(fields.Nested(LimitSchema), validate=validate.Length(max=5000))


class LineQuery(Schema):
    school_id = fields.UUID()
    year = fields.Integer(validate=validate.Range(1, 8))
    after = fields.UUID()


class AfterQuery(Schema):
    after = fields.UUID()


class PlanSchema(Schema):
    id = fields.String(required=True)
    trust_id = fields.String(required=True, allow_none=True)
    school_id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    starts_on = fields.Date(required=True)
    years = fields.Integer(required=True, validate=YEARS)
    uplift = fields.Integer(required=True)
    state = Word(STATES)
    made_at = fields.Integer(required=True)
    solved_at = fields.Integer(required=True, allow_none=True)
    inputs_sha256 = fields.String(required=True, allow_none=True)


class PlanListSchema(Schema):
    items = fields.List(fields.Nested(PlanSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class StartedSchema(Schema):
    id = fields.String(required=True)
    job_id = fields.String(required=True)


class YearSchema(Schema):
    """One plan year, or one beyond the plan: shown, without a limit and not funded."""

    year = fields.Integer(required=True)
    label = fields.String(required=True)
    is_planned = fields.Boolean(required=True)
    limit_pence = fields.Integer(required=True, allow_none=True)
    total_pence = fields.Integer(required=True)
    must_pence = fields.Integer(required=True)
    left_pence = fields.Integer(required=True, allow_none=True)
    lines = fields.Integer(required=True)


class SchoolYearSchema(Schema):
    year = fields.Integer(required=True)
    total_pence = fields.Integer(required=True)
    limit_pence = fields.Integer(required=True, allow_none=True)


class PlanSchoolSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    total_pence = fields.Integer(required=True)
    years = fields.List(fields.Nested(SchoolYearSchema), required=True)


class RiskSchema(Schema):
    """Thousandths of risk points: what keeping everything would carry, and what the plan leaves."""

    before = fields.Integer(required=True)
    after = fields.Integer(required=True)


class GapSumSchema(Schema):
    count = fields.Integer(required=True)
    low_pence = fields.Integer(required=True)
    high_pence = fields.Integer(required=True)


class ShortSchema(Schema):
    """A must-do that no year can pay for."""

    school_id = fields.String(required=True)
    year = fields.Integer(required=True)
    label = fields.String(required=True)
    pence = fields.Integer(required=True)
    words = fields.String(required=True)


class PlanDetailSchema(Schema):
    plan = fields.Nested(PlanSchema, required=True)
    years = fields.List(fields.Nested(YearSchema), required=True)
    schools = fields.List(fields.Nested(PlanSchoolSchema), required=True)
    risk = fields.Nested(RiskSchema, required=True)
    gaps = fields.Nested(GapSumSchema, required=True)
    short = fields.List(fields.Nested(ShortSchema), required=True)


class LineSchema(Schema):
    id = fields.String(required=True)
    year = fields.Integer(required=True)
    label = fields.String(required=True)
    school_id = fields.String(required=True)
    school_name = fields.String(required=True)
    category = Word(CATEGORIES, "Category")
    asset_type_id = fields.String(required=True)
    type_name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit_pence = fields.Integer(required=True)
    total_pence = fields.Integer(required=True)
    must_do = fields.Boolean(required=True)
    reason = fields.Dict(required=True)
    words = fields.String(required=True)
    due_by_age_on = fields.Date(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    benefit = fields.Integer(required=True)
    finance_line = fields.String(required=True)


class LineListSchema(Schema):
    items = fields.List(fields.Nested(LineSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class SubjectSchema(Schema):
    subject_kind = Word(KINDS, "Kind")
    subject_id = fields.String(required=True)
    quantity = fields.Integer(required=True)
    name = fields.String(required=True)
    tag = fields.String(required=True, allow_none=True)
    room_name = fields.String(required=True, allow_none=True)
    rag = Word(RAGS, "Rag", allow_none=True)


class SubjectListSchema(Schema):
    items = fields.List(fields.Nested(SubjectSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class GapSchema(Schema):
    subject_kind = Word(KINDS, "Kind")
    subject_id = fields.String(required=True)
    school_id = fields.String(required=True)
    school_name = fields.String(required=True)
    category = Word(CATEGORIES, "Category")
    quantity = fields.Integer(required=True)
    name = fields.String(required=True)
    tag = fields.String(required=True, allow_none=True)
    why = fields.String(required=True)
    words = fields.String(required=True)
    low_pence = fields.Integer(required=True)
    high_pence = fields.Integer(required=True)


class GapListSchema(Schema):
    items = fields.List(fields.Nested(GapSchema), required=True)
    next = fields.String(required=True, allow_none=True)
