"""A photo from its record to its picture: checked, served to whom it may be, replaced, refused."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from server.audits.images import make_pictures
from server.audits.services.photos import settle
from server.core.blobs import FolderBlobs
from server.core.clock import new_id
from server.core.queue import NotYetError
from server.core.unit import unit_of_work
from tests.audits.conftest import Audit
from tests.audits.test_photo_bytes import jpeg, zip_bytes
from tests.exchange.device import PowerCutError
from tests.world import World

GOOD = jpeg(800, 600)


def state_of(world: World, photo_id: str, owner_id: str, person: str = "trust_it") -> Any:
    answer = world.client(person).get(f"/api/photos?owner_id={owner_id}")
    return next((item for item in answer.json["items"] if item["id"] == photo_id), None)


def image(
    world: World, photo_id: str, person: str = "trust_it", size: str = "full"
) -> TestResponse:
    return world.client(person).get(f"/api/photos/{photo_id}/image?size={size}")


def kept(audit: Audit) -> set[bytes]:
    """Return every file of the folder of photos."""
    folder = audit.app.extensions["settings"].blobs
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_photo_is_stored_once_record_and_bytes_are_here(audit: Audit, world: World) -> None:
    finding = audit.finding("alder.panel", condition="D")
    photo = audit.photo(finding, GOOD)
    assert audit.check(GOOD) == {"settled": 0}, "the bytes are still on their way"
    assert state_of(world, photo, finding)["state"] == "awaiting"
    audit.upload(GOOD)
    assert audit.check(GOOD) == {"settled": 1}
    assert state_of(world, photo, finding)["state"] == "stored"
    assert audit.check(GOOD) == {"settled": 0}, "running twice changes nothing"


def test_bytes_that_the_disk_shows_late_are_looked_for_again(audit: Audit, world: World) -> None:
    """Called stored and not to be read: a check that was then done would leave it waiting."""
    finding = audit.finding("alder.panel")
    photo = audit.photo(finding, GOOD)
    sha256 = audit.upload(GOOD)
    blobs = FolderBlobs(audit.app.extensions["settings"].blobs)
    blobs.delete(audit.organisation_id, sha256)
    with pytest.raises(NotYetError):
        audit.check(GOOD)
    assert state_of(world, photo, finding)["state"] == "awaiting"
    blobs.put(audit.organisation_id, GOOD)
    assert audit.check(GOOD) == {"settled": 1}


def test_the_picture_is_a_fresh_jpeg_in_a_sandbox_and_never_cached(
    audit: Audit, world: World
) -> None:
    photo = audit.photo(audit.finding("alder.panel"), GOOD)
    audit.upload(GOOD)
    audit.check(GOOD)
    answer = image(world, photo, size="thumb")
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.data != GOOD
    with Image.open(io.BytesIO(answer.data)) as served:
        assert served.size == (320, 240)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_zip_named_photo_is_refused_and_says_so(audit: Audit, world: World) -> None:
    finding = audit.finding("alder.panel")
    photo = audit.photo(finding, zip_bytes())
    audit.upload(zip_bytes())
    audit.check(zip_bytes())
    found = state_of(world, photo, finding)
    assert (found["state"], found["refusal"]) == ("refused", "This is a ZIP file, not a photo.")
    answer = image(world, photo)
    assert answer.status_code == 404
    assert answer.json["detail"] == "This is a ZIP file, not a photo."


def test_refused_bytes_are_not_kept_and_refuse_the_next_photo_too(
    audit: Audit, world: World
) -> None:
    finding = audit.finding("alder.panel")
    audit.photo(finding, zip_bytes())
    audit.upload(zip_bytes())
    audit.check(zip_bytes())
    sha256 = hashlib.sha256(zip_bytes()).hexdigest()
    blobs = FolderBlobs(world.app.extensions["settings"].blobs)
    assert blobs.read(audit.organisation_id, sha256) is None
    second = audit.photo(finding, zip_bytes())
    audit.check(zip_bytes())
    found = state_of(world, second, finding)
    assert (found["state"], found["refusal"]) == ("refused", "This is a ZIP file, not a photo.")


def test_a_photo_still_on_its_tablet_says_so(audit: Audit, world: World) -> None:
    photo = audit.photo(audit.finding("alder.panel"), GOOD)
    answer = image(world, photo)
    assert answer.status_code == 404
    assert answer.json["detail"] == "The photo is still on the tablet that took it."


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("trust_it", 200),
        ("trust_only_it", 200),
        ("consultant", 200),
        ("technician", 200),
        ("school_it", 200),
        ("leader", 200),
        ("operator", 403),
        ("other_trust_it", 404),
        ("other_technician", 404),
    ],
)
def test_who_may_see_a_picture(audit: Audit, world: World, person: str, status: int) -> None:
    photo = audit.photo(audit.finding("alder.panel"), GOOD)
    audit.upload(GOOD)
    audit.check(GOOD)
    assert image(world, photo, person).status_code == status


def test_a_school_does_not_see_a_sister_schools_photo(audit: Audit, world: World) -> None:
    finding = audit.finding("birch.panel", "birch")
    photo = audit.photo(finding, GOOD, "birch", by="consultant")
    audit.upload(GOOD, by="consultant")
    audit.check(GOOD)
    assert image(world, photo, "consultant").status_code == 200
    for person in ("school_it", "technician", "leader"):
        assert image(world, photo, person).status_code == 404
        assert state_of(world, photo, finding, person) is None


def test_a_photo_with_a_person_in_it_is_not_for_leaders(audit: Audit, world: World) -> None:
    finding = audit.finding("alder.panel")
    photo = audit.photo(finding, GOOD, has_person=True)
    audit.upload(GOOD)
    audit.check(GOOD)
    assert image(world, photo, "school_it").status_code == 200
    assert image(world, photo, "leader").status_code == 404
    assert state_of(world, photo, finding, "leader") is None


def test_naming_a_hash_does_not_open_somebody_elses_picture(audit: Audit, world: World) -> None:
    theirs = audit.photo(audit.finding("birch.panel", "birch"), GOOD, "birch", by="consultant")
    audit.upload(GOOD, by="consultant")
    audit.check(GOOD)
    guessed = audit.photo(audit.finding("alder.panel"), GOOD, by="technician")
    audit.check(GOOD)
    assert image(world, theirs, "consultant").status_code == 200
    assert image(world, guessed, "technician").status_code == 404


def test_who_can_already_read_a_picture_need_not_send_it_again(audit: Audit, world: World) -> None:
    audit.photo(audit.finding("alder.panel"), GOOD, by="technician")
    audit.upload(GOOD, by="technician")
    audit.check(GOOD)
    again = audit.photo(audit.finding("alder.laptop1"), GOOD, by="consultant")
    audit.check(GOOD)
    assert image(world, again, "consultant").status_code == 200


def test_a_blurred_photo_replaces_the_first_and_its_bytes_go(audit: Audit, world: World) -> None:
    finding = audit.finding("alder.panel")
    first = audit.photo(finding, GOOD)
    audit.upload(GOOD)
    audit.check(GOOD)
    blurred = jpeg(640, 480)
    second = audit.photo(finding, blurred, supersedes=first)
    assert image(world, first).status_code == 404, "hidden as soon as it is superseded"
    audit.upload(blurred)
    audit.check(blurred)
    assert state_of(world, first, finding) is None
    assert image(world, second).status_code == 200
    assert image(world, first).status_code == 404
    assert GOOD not in kept(audit)


def test_a_replacement_that_is_not_committed_takes_no_bytes_away(audit: Audit) -> None:
    finding = audit.finding("alder.panel")
    first = audit.photo(finding, GOOD)
    audit.upload(GOOD)
    audit.check(GOOD)
    blurred = jpeg(640, 480)
    audit.photo(finding, blurred, supersedes=first)
    made, sha256 = make_pictures(blurred), audit.upload(blurred)
    with pytest.raises(PowerCutError), unit_of_work(audit.organisation_id, audit.app):
        assert settle(sha256, made, origin=new_id()) == 1
        raise PowerCutError
    assert GOOD in kept(audit)
    audit.check(blurred)
    assert GOOD not in kept(audit)


def test_a_check_that_died_before_it_erased_erases_when_it_runs_again(audit: Audit) -> None:
    finding = audit.finding("alder.panel")
    first = audit.photo(finding, GOOD)
    audit.upload(GOOD)
    audit.check(GOOD)
    blurred = jpeg(640, 480)
    audit.photo(finding, blurred, supersedes=first)
    made, sha256 = make_pictures(blurred), audit.upload(blurred)
    with unit_of_work(audit.organisation_id, audit.app):
        settle(sha256, made, origin=new_id())
    assert GOOD in kept(audit)
    assert audit.check(blurred) == {"settled": 0}
    assert GOOD not in kept(audit)


def test_a_photo_of_another_thing_is_never_replaced(audit: Audit, world: World) -> None:
    first = audit.photo(audit.finding("alder.panel"), GOOD)
    audit.upload(GOOD)
    audit.check(GOOD)
    other = jpeg(640, 480)
    audit.photo(audit.finding("alder.laptop1"), other, supersedes=first)
    audit.upload(other)
    audit.check(other)
    assert image(world, first).status_code == 200


def test_a_lost_picture_is_made_again(audit: Audit, world: World) -> None:
    photo = audit.photo(audit.finding("alder.panel"), GOOD)
    audit.upload(GOOD)
    audit.check(GOOD)
    for path in audit.app.extensions["settings"].blobs.rglob("*-thumb"):
        path.unlink()
    assert image(world, photo, size="thumb").status_code == 200


def test_the_size_of_a_picture_is_one_of_two(audit: Audit, world: World) -> None:
    answer = world.client("trust_it").get(
        f"/api/photos/{world.people['trust_it']}/image?size=../../etc"
    )
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {"size"}
