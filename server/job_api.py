"""How a job is getting on: for the person who started it, and nobody else."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy import select

from server.accounts.access import allow, current
from server.core.database import db
from server.core.jobs import STATES, Job
from server.core.problems import Problem
from server.core.schemas import Word

blp = Blueprint("jobs", __name__, url_prefix="/api", description="Background work and its progress")


class JobSchema(Schema):
    """What the desk shows while it waits."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    state = Word(STATES)
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    message = fields.String(required=True, allow_none=True)
    result = fields.Raw(required=True, allow_none=True)
    problem = fields.Raw(required=True, allow_none=True)


@blp.route("/jobs/<uuid:job_id>")
@blp.response(200, JobSchema)
@allow.signed_in
def read_job(job_id: object) -> Job:
    """Return one job of the person who asks. Raises not_found for any other."""
    principal = current()
    query = select(Job).where(
        Job.organisation_id == principal.organisation_id,
        Job.id == str(job_id),
        Job.actor_id == principal.user_id,
    )
    found = db.session.scalars(query).one_or_none()
    if found is None or principal.via == "device":
        raise Problem("not_found")
    return found
