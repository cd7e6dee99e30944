"""What a device of the lab calls saved is there when it is opened again, nothing half-written."""

from __future__ import annotations

from pathlib import Path

from tests.faults.disk import Disk, Kept

CLIENT = "11111111-1111-4111-8111-111111111111"


def test_what_was_saved_is_there_after_a_kill(tmp_path: Path) -> None:
    disk = Disk(tmp_path, CLIENT)
    disk.save(Kept(1, b'{"mid":1}'))
    disk.save(Kept(2, b'{"mid":2}'))
    disk.save_answer(1, "applied", None)
    disk.save_photo("ab", b"bytes")
    opened = Disk(tmp_path, "another")
    assert (opened.client_id, opened.last_mid) == (CLIENT, 2)
    assert opened.waiting() == [Kept(2, b'{"mid":2}')]
    assert opened.photos == {"ab": "partial"}
    assert opened.photo("ab") == b"bytes"
    for one in (disk, opened):
        one.close()


def test_a_line_that_a_kill_tore_was_never_saved(tmp_path: Path) -> None:
    disk = Disk(tmp_path, CLIENT)
    disk.save(Kept(1, b'{"mid":1}'))
    disk.close()
    with (tmp_path / "ops").open("ab") as file:
        file.write(b'{"mid":2,"na')
    opened = Disk(tmp_path, CLIENT)
    assert opened.last_mid == 1
    opened.save(Kept(2, b'{"mid":2}'))
    opened.close()
    again = Disk(tmp_path, CLIENT)
    assert again.waiting() == [Kept(1, b'{"mid":1}'), Kept(2, b'{"mid":2}')]
    again.close()


def test_after_a_restore_what_the_server_lacks_is_offered_again(tmp_path: Path) -> None:
    disk = Disk(tmp_path, CLIENT)
    for mid in (1, 2, 3):
        disk.save(Kept(mid, b'{"mid":%d}' % mid))
        disk.save_answer(mid, "applied", None)
    disk.forget_answers(above=1)
    disk.save_epoch("second")
    disk.close()
    opened = Disk(tmp_path, CLIENT)
    assert [kept.mid for kept in opened.waiting()] == [2, 3]
    assert opened.epoch == "second"
    opened.close()
