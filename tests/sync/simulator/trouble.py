"""What goes wrong beside the network: clocks, power, rights, horizons, disks, backups, versions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sync.record import Mark
from tests.sync.simulator.kinds import NOW_SV
from tests.sync.simulator.people import Person

if TYPE_CHECKING:
    from tests.sync.simulator.run import Run

DAY = 86_400_000


@dataclass
class Trouble:
    """Draws one kind of trouble at a time. Each run has its themes.

    A number that a cloned device gave twice means two values until the fork is found. A restored
    server may find it the other way round, so that nobody can tell which was meant: the two never
    meet in one run.
    """

    run: Run
    images: list[Any] = field(default_factory=list)
    backed_up: set[Mark] = field(default_factory=set)  # inside the last verified backup
    restores: int = 0
    forks: int = 0
    ever_lost: set[tuple[str, str]] = field(default_factory=set)  # (user, scope) was taken away
    put_back: set[str] = field(default_factory=set)  # tablets whose disk was put back

    def __post_init__(self) -> None:
        rng = self.run.rng
        theme = rng.random()
        self.may_restore, self.may_fork = theme < 0.4, theme > 0.6
        self.has_backups = rng.random() < 0.6
        kinds = [
            self._clock, self._power, self._server_power, self._rights, self._shut_out,
            self._sign_out, self._close, self._horizon, self._life, self._days, self._version,
            self._upgrade,
        ]  # fmt: skip
        if self.may_restore:
            kinds += [self._backup, self._backup, self._restore, self._days, self._days]
        kinds += [self._clone, self._put_back] if self.may_fork else []
        self.kinds = kinds
        self.run.server.has_backups = self.has_backups

    def strike(self, person: Person) -> None:
        kind = self.run.rng.choice(self.kinds)
        if kind(person) is not False:
            self.run.faults[kind.__name__[1:].replace("_", " ")] += 1

    # -- clocks and power --------------------------------------------------------------------------

    def _clock(self, person: Person) -> None:
        self.run.offsets[person.tablet.name] = self.run.rng.randint(-2 * DAY, 2 * DAY)

    def _days(self, _person: Person) -> None:
        """Nobody touches anything for a while."""
        self.run.now += self.run.rng.choice((1, 8, 40, 40)) * DAY

    def _power(self, person: Person) -> None:
        person.form = None
        self.run.restart(person.tablet)

    def _server_power(self, _person: Person) -> None:
        self.run.server.crash()
        self.run.oracle.died()

    # -- rights and scopes -------------------------------------------------------------------------

    def _rights(self, person: Person) -> None:
        memory, user = self.run.server.memory, person.tablet.user
        scope = self.run.rng.choice(sorted(memory.places_by_id))
        rights = dict(memory.rights.get(user, {}))
        if rights.pop(scope, None) is None:
            rights[scope] = self.run.right(scope)
        else:
            self.ever_lost.add((user, scope))
        memory.rights[user] = rights
        memory.log.commit("rights", "strict")

    def _shut_out(self, person: Person) -> None:
        """Take every right; what is left is the device's own credential. Or give them back."""
        memory, user = self.run.server.memory, person.tablet.user
        scopes = sorted(memory.places_by_id)
        if memory.rights.get(user):
            self.ever_lost |= {(user, scope) for scope in scopes}
            memory.rights[user] = {}
        else:
            memory.rights[user] = {scope: self.run.right(scope) for scope in scopes}
        memory.log.commit("rights", "strict")

    def _sign_out(self, person: Person) -> None:
        self.run.server.signed_out ^= {person.tablet.user}

    def _close(self, _person: Person) -> None:
        self._change_place(self.run.visit, lambda place: replace(place, closed=not place.closed))

    def _life(self, _person: Person) -> None:
        """Begin another life of a scope: every cursor of the last is void."""
        scope = self.run.rng.choice(self.run.schools)
        self._change_place(scope, lambda place: replace(place, gen=place.gen + 1))

    def _horizon(self, _person: Person) -> None:
        """Collect tombstones up to somewhere."""
        memory, rng = self.run.server.memory, self.run.rng
        scope = rng.choice(sorted(memory.places_by_id))
        place = memory.places_by_id[scope]
        seq = rng.randint(place.min_seq, place.counter.seq)
        old = [k for k, (n, _) in memory.tombstones.items() if k[0] == scope and n <= seq]
        for key in old:
            memory.tombstones.drop(key)
        self._change_place(scope, lambda place: replace(place, min_seq=seq))

    def _change_place(self, scope: str, change: Any) -> None:
        memory = self.run.server.memory
        memory.places_by_id[scope] = change(memory.places_by_id[scope])
        memory.log.commit("scope", "strict")

    # -- versions ----------------------------------------------------------------------------------

    def _version(self, _person: Person) -> bool:
        """Stop serving an old schema: its tablets still push, and fetch nothing until upgraded."""
        server = self.run.server
        if server.min_sv == NOW_SV:
            return False
        server.min_sv += 1
        return True

    def _upgrade(self, person: Person) -> bool:
        if "old_schema" not in person.tablet.skills:
            return False
        person.tablet.upgrade(NOW_SV)
        return True

    # -- disks -------------------------------------------------------------------------------------

    def _clone(self, person: Person) -> bool:
        """Copy a disk to another device: one client lives twice."""
        run = self.run
        if "copy" not in person.tablet.skills or len(run.people) > 5:
            return False
        name = f"{person.tablet.name}c{self.forks}"
        self.forks += 1
        twin = person.tablet.copy(name, run.rng.getrandbits(32))
        run.offsets[name] = run.offsets[person.tablet.name]
        run.settle_in(twin)
        run.oracle.copied(person.tablet, twin)
        return True

    def _put_back(self, person: Person) -> bool:
        """Keep an image of a disk, or put one back: the device forgets what it did since."""
        run, tablet = self.run, person.tablet
        if "copy" not in tablet.skills:
            return False
        if person.image is None:
            person.image = tablet.copy(f"{tablet.name}i{self.forks}", run.rng.getrandbits(32))
            run.oracle.copied(tablet, person.image)
            run.offsets[person.image.name] = run.offsets[tablet.name]
            return False
        self.forks += 1
        run.network.forget(tablet.name)
        run.oracle.put_back(tablet, person.image)
        person.tablet, person.image, person.form = person.image, None, None
        return True

    # -- backups -----------------------------------------------------------------------------------

    def _backup(self, _person: Person) -> None:
        """Take a backup; where backups are configured it is verified, and devices are told."""
        run, memory = self.run, self.run.server.memory
        image = (memory.backup(), run.server.blobs.backup())
        if not self.has_backups:
            self.images.append(image)  # somebody's copy of a disk: any of them may be put back
            return
        self.images = [image]
        self.backed_up = set(memory.by_mark)
        for id_, client in list(memory.clients.items()):
            memory.clients[id_] = replace(client, backed_up_mid=client.last_mid)
        memory.log.commit("backup", "strict")

    def _restore(self, _person: Person) -> bool:
        """Put back the verified backup that devices were last told of, or some older copy."""
        if not self.images:
            return False
        run = self.run
        image, files = run.rng.choice(self.images)
        before = {user: set(scopes) for user, scopes in run.server.memory.rights.items()}
        run.server.memory.restore(image, run.server.fresh_id())
        for user, scopes in before.items():  # what was granted since the backup is gone with it
            now = run.server.memory.rights.get(user, {})
            self.ever_lost |= {(user, scope) for scope in scopes - now.keys()}
        run.server.blobs.restore(files)
        if self.has_backups:
            # The image was made before it could say of itself that it is verified.
            memory = run.server.memory
            for id_, client in list(memory.clients.items()):
                memory.clients[id_] = replace(client, backed_up_mid=client.last_mid)
            memory.log.commit("backup", "strict")
        self.restores += 1
        run.oracle.acked.clear()
        return True

    # -- healing -----------------------------------------------------------------------------------

    def heal(self) -> None:
        """Sign everybody in and upgrade every app. Rights stay as they are."""
        self.run.server.signed_out.clear()
        for tablet in self.run.tablets:
            if "old_schema" in tablet.skills:
                tablet.upgrade(NOW_SV)
