"""The `walkround` command: everything an operator does at a shell, in plain words."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

    from server.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of this installation (also WALKROUND_DATA).",
)
def walkround(data: Path | None) -> None:
    """Walk the rooms, see what is there, plan what comes next."""
    if data is not None:
        os.environ["WALKROUND_DATA"] = str(data)


@walkround.command()
@click.option("--lan", is_flag=True, help="Serve tablets and phones of this network over HTTPS.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option("--no-demo", is_flag=True, help="Do not make the demo trust on a first run.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (also WALKROUND_PORT).")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of this installation (also WALKROUND_DATA).",
)
def run(*, lan: bool, no_browser: bool, no_demo: bool, port: int | None, data: Path | None) -> None:
    """Start everything: web server, workers and an embedded Redis. Ctrl-C stops it."""
    from server.run.serve import CannotRunError, RunOptions, serve

    if port is not None:
        os.environ["WALKROUND_PORT"] = str(port)
    if data is not None:
        os.environ["WALKROUND_DATA"] = str(data)
    options = RunOptions(lan=lan, browser=not no_browser, demo=not no_demo)
    try:
        sys.exit(serve(_settings(), options))
    except CannotRunError as fault:
        raise click.ClickException(str(fault)) from fault


@walkround.command()
def migrate() -> None:
    """Bring the database to this version's schema (run does this at every start)."""
    from server.core.migrate import migrate as bring_up_to_date

    bring_up_to_date(_settings().owner_url)
    click.echo("The database is up to date.")


@walkround.command()
@click.option("--name", prompt="Name of the organisation", help="Name of the organisation.")
@click.option(
    "--kind",
    type=click.Choice(["consultancy", "trust", "school"]),
    prompt="Kind",
    help="What the organisation is.",
)
@click.option("--person", prompt="Your name", help="Name of the first person.")
@click.option("--email", prompt="Your e-mail", help="E-mail of the first person.")
@click.option("--password", help="Their password; asked for when left out.")
def init(*, name: str, kind: str, person: str, email: str, password: str | None) -> None:
    """Make a real start: an organisation and its first person, no demo."""
    from server.run.people import Newcomer, start_organisation

    newcomer = Newcomer(person, email, password or _ask_password())
    start_organisation(_app(), name, kind, newcomer)
    click.echo(f"{name} is ready. Next: walkround run --no-demo, then sign in as {email}.")


@walkround.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.option("--name", prompt="Name", help="Name of the person.")
@click.option("--email", prompt="E-mail", help="E-mail they sign in with.")
@click.option(
    "--role",
    type=click.Choice(["technician", "consultant", "school_it", "trust_it", "leader"]),
    prompt="Role",
    help="What they do.",
)
@click.option("--school", help="URN of the one school they belong to; left out: everywhere.")
@click.option("--organisation", help="Name of the organisation, when there are several.")
@click.option("--password", help="Their password; asked for when left out.")
def user_add(
    *,
    name: str,
    email: str,
    role: str,
    school: str | None,
    organisation: str | None,
    password: str | None,
) -> None:
    """Add a person with one role."""
    from server.run.people import Newcomer, add_person

    newcomer = Newcomer(name, email, password or _ask_password())
    add_person(_app(), newcomer, role, urn=school, organisation=organisation)
    click.echo(f"{email} can sign in now.")


@walkround.command()
@click.option("--user", "email", required=True, help="E-mail of the person the token acts for.")
@click.option("--organisation", help="Name of the organisation, when they have several.")
def token(email: str, organisation: str | None) -> None:
    """Print a bearer token for API clients. It is shown once."""
    from server.run.people import make_token

    click.echo(make_token(_app(), email, organisation))


@walkround.command()
@click.option("--user", "email", required=True, help="E-mail of the person who will type it.")
@click.option("--organisation", help="Name of the organisation, when they have several.")
def code(email: str, organisation: str | None) -> None:
    """Print a sign-in code to type on a tablet within ten minutes."""
    from server.run.people import make_code

    click.echo(make_code(_app(), email, organisation))


@walkround.command()
@click.option("--schools", type=click.IntRange(1, 500), default=4, show_default=True)
@click.option("--rooms", type=click.IntRange(3, 500), help="Rooms of each school.")
@click.option("--assets", type=click.IntRange(1, 20_000), help="Assets of each school.")
@click.option("--seed", type=int, default=7, show_default=True, help="Same seed, same trust.")
def demo(schools: int, rooms: int | None, assets: int | None, seed: int) -> None:
    """Make an invented trust to try things with, and print its sign-ins."""
    from server.core.migrate import migrate as bring_up_to_date
    from server.demo.build import DemoExistsError, DemoSize, build

    settings = _settings()
    bring_up_to_date(settings.owner_url)
    try:
        report = build(_app(), DemoSize(schools=schools, rooms=rooms, assets=assets, seed=seed))
    except DemoExistsError as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{report.schools} schools, {report.rooms} rooms, {report.assets} assets.")
    click.echo((settings.data / "demo-sign-ins.txt").read_text(encoding="utf-8"))


@walkround.group("import")
def import_group() -> None:
    """Read lists that people already have. A dry run unless --apply is given."""


@import_group.command("gias")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", help="Name of the organisation, when there are several.")
@click.option("--apply", is_flag=True, help="Write what the dry run shows.")
def import_gias(file: Path, organisation: str | None, *, apply: bool) -> None:
    """Read schools and trusts from the register's download (GIAS, CSV)."""
    from server.run.imports import gias

    sys.exit(gias(_app(), file, organisation, apply=apply))


@import_group.command("assets")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--school", required=True, help="URN of the school the list is of.")
@click.option("--apply", is_flag=True, help="Write what the dry run shows.")
def import_assets(file: Path, school: str, *, apply: bool) -> None:
    """Read a CSV or XLSX list of kit into one school."""
    from server.run.imports import assets

    sys.exit(assets(_app(), file, school, apply=apply))


@import_group.command("unsent")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", help="Name of the organisation, when there are several.")
def import_unsent(file: Path, organisation: str | None) -> None:
    """Take what a tablet exported because it could not send. Taking it twice does nothing."""
    from server.run.imports import unsent

    sys.exit(unsent(_app(), file, organisation))


@walkround.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database and photos to one file while everything runs, and prove it."""
    from server.run.restore import backup as make_backup

    sys.exit(make_backup(_app(), file))


@walkround.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring a backup back on an empty machine; devices then offer again what they did since."""
    from server.run.restore import restore as bring_back

    sys.exit(bring_back(_settings(), file))


@walkround.command("new-epoch")
@click.confirmation_option(prompt="Was this database brought back from an earlier day?")
def new_epoch() -> None:
    """Say that the database was restored by other means: every device asks where to go on."""
    from server.run.restore import new_epoch as mint

    sys.exit(mint(_app()))


@walkround.command()
def awaited() -> None:
    """List the devices that have yet to offer their work again after a restore."""
    from server.run.restore import list_awaited

    sys.exit(list_awaited(_app()))


@walkround.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--seed", type=int, default=7, show_default=True)
def bench(name: str, seed: int, *, as_json: bool) -> None:
    """Measure one part (app, sync, sync-large, ratings, plan, import, labels, photos), or all."""
    from server.bench.harness import measure

    sys.exit(measure(name, seed=seed, as_json=as_json))


@walkround.command()
def doctor() -> None:
    """Check this machine and this installation, and say what to do about each fault."""
    from server.run.doctor import examine

    sys.exit(examine(_settings()))


def _settings() -> Settings:
    from server.settings import SettingsError, read_settings

    try:
        return read_settings()
    except SettingsError as faults:
        raise click.ClickException(str(faults)) from faults


def _app() -> Flask:
    from server.app import create_app

    return create_app(_settings())


def _ask_password() -> str:
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


def main() -> None:
    """Run the command; a broken rule is said in words, with every field at fault."""
    from server.core.problems import CATALOGUE, Problem

    try:
        walkround()
    except Problem as problem:
        words = [problem.detail or CATALOGUE[problem.slug][1]]
        words += [f"  {name}: {fault}" for name, fault in problem.fields.items()]
        click.echo("\n".join(words), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
