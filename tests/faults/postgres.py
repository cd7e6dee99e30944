"""A PostgreSQL that keeps what it acknowledges, and that can be killed and started again."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import services

LAB = "lab"


@dataclass(frozen=True)
class DurablePostgres(services.Postgres):
    """One cluster: fsync, full_page_writes and synchronous_commit are on, as shipped."""

    home: Path = field(default_factory=Path)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        folder = next(path for path in services.BINARIES if (path / "initdb").exists())
        command: list[str | Path] = [
            folder / "postgres",
            "-D",
            self.home / "data",
            "-h",
            "127.0.0.1",
        ]
        command += ["-p", str(self.port), "-k", self.home]
        log = self.home / "log"
        with log.open("ab") as output:
            server = subprocess.Popen(
                command, cwd=self.home, stdout=output, stderr=output,
                **services.unprivileged(self.home),
            )  # fmt: skip
        self.running[:] = [server]
        services.wait_until(lambda: services.answers(self), server, log, 60)

    def stop_at_once(self) -> None:
        """Immediate stop: no checkpoint, no goodbye; the next start recovers from the log."""
        services.stop(self.running[0], signal.SIGQUIT)

    def kill(self) -> None:
        """SIGKILL the postmaster, and wait until what it left behind has gone too."""
        server = self.running[0]
        server.kill()
        server.wait(10)
        # Backends notice within moments; a start meets their shared memory until then.
        services.wait_until(self._is_left_alone, seconds=30)
        (self.home / "data/postmaster.pid").unlink(missing_ok=True)

    def _is_left_alone(self) -> bool:
        """Return whether no process has this cluster's folder as its own any more."""
        data = str(self.home / "data")
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    if (entry / "cwd").readlink() == Path(data):
                        return False
        return True


@contextlib.contextmanager
def durable_postgres() -> Iterator[DurablePostgres]:
    """Make a cluster with the lab's database and roles, and start it."""
    folder = next((path for path in services.BINARIES if (path / "initdb").exists()), None)
    if folder is None:
        raise services.ServiceMissingError("PostgreSQL is missing: apt-get install postgresql")
    home = Path(tempfile.mkdtemp(prefix="walkround-lab-pg-"))
    home.chmod(0o755)
    server = DurablePostgres(services.free_port(), home)
    try:
        initdb: list[str | Path] = [
            folder / "initdb",
            "-D",
            home / "data",
            "-U",
            "test",
            "-A",
            "trust",
        ]
        subprocess.run(
            [*initdb, "-E", "UTF8", "--locale=C.UTF-8"],
            check=True, cwd=home, stdout=subprocess.DEVNULL, **services.unprivileged(home),
        )  # fmt: skip
        server.start()
        services.make_roles(server)
        server.create(LAB)
        services.grant_to_app(server, LAB)
        yield server
    finally:
        if server.running and server.running[0].poll() is None:
            services.stop(server.running[0], signal.SIGINT)
        shutil.rmtree(home, ignore_errors=True)
