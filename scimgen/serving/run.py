"""Run the server of an app in this process."""

import os
import signal
import sys
import tempfile
from typing import TYPE_CHECKING

from scimgen.model import App
from scimgen.serving.application import application_of
from scimgen.serving.runtime import runtime_module

if TYPE_CHECKING:
    import scimgen_server as server
    from scimgen_server.commands import arguments
    from scimgen_server.commands import serve as serving
else:
    server = runtime_module("")
    arguments = runtime_module("commands.arguments")
    serving = runtime_module("commands.serve")


def serve_description(app: App, host: str, port: int, *, dev: bool) -> int:
    """Serve an app until the process is stopped.

    The database is in a temporary folder and is deleted at the end, unless SCIM_DATABASE_URL is
    set.

    Args:
        app: the model of the description.
        host: the address to listen on.
        port: the port to listen on, 0 for any free one.
        dev: need no credentials, unless some are set.

    Returns:
        the exit code. 2: the server could not start, and one line on stderr has the reason.
    """
    if dev:
        os.environ["SCIM_DEV"] = "1"
    # Without it SIGTERM before the start of uvicorn would leave the temporary folder behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="scimgen-") as folder:
        os.environ.setdefault("SCIM_DATABASE_URL", f"sqlite:///{folder}/{app.name}.db")
        try:
            return serving.serve_app(server.ScimApp(application_of(app)), host, port)
        except (arguments.CommandError, server.SettingsError, server.StorageError) as error:
            print(f"scimgen: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 0
