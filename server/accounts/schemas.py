"""What goes in and out of the accounts API."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema


class SignInSchema(Schema):
    """An e-mail with its password, or a typed code."""

    email = fields.String(validate=validate.Length(max=256))
    password = fields.String(validate=validate.Length(max=1000))
    code = fields.String(validate=validate.Length(max=40))

    @validates_schema
    def one_way(self, data: dict[str, str], **_kwargs: object) -> None:
        if "code" in data:
            if "email" in data or "password" in data:
                raise ValidationError("Give a code, or an e-mail and a password.", "code")
            return
        missing = {
            name: ["Missing data for required field."]
            for name in ("email", "password")
            if not data.get(name)
        }
        if missing:
            raise ValidationError(missing)


class UserSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)


class OrganisationSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)


class OrganisationNameSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)


class SessionSchoolSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    trust_id = fields.String(required=True, allow_none=True)


class SessionSchema(Schema):
    """Who is signed in, for which organisation, with what."""

    user = fields.Nested(UserSchema, required=True)
    organisation = fields.Nested(OrganisationSchema, required=True)
    organisations = fields.List(fields.Nested(OrganisationNameSchema), required=True)
    roles = fields.List(fields.String(), required=True)
    schools = fields.List(fields.Nested(SessionSchoolSchema), required=True)


class SwitchSchema(Schema):
    organisation_id = fields.UUID(required=True)


class CodeRequestSchema(Schema):
    user_id = fields.UUID()


class CodeSchema(Schema):
    code = fields.String(required=True)
    expires_at = fields.Integer(required=True)


class PersonSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    email = fields.String()  # only for who manages people
    roles = fields.List(fields.String(), required=True)


class PeopleSchema(Schema):
    items = fields.List(fields.Nested(PersonSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class PeopleQuerySchema(Schema):
    after = fields.String(validate=validate.Length(max=400))
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 200))


class HealthSchema(Schema):
    status = fields.String(required=True)
