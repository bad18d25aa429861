"""Find the description to work on."""

from pathlib import Path

from scimgen.errors import ScimgenError

ENDINGS = (".scim.yaml", ".scim.yml", ".scim.json")


class NoDescription(ScimgenError):
    """A folder has no description, or more than one. The message has the folder."""


def find_description(path: Path | None) -> Path:
    """Find the description to work on.

    Args:
        path: a file, or a folder with one description. None is the current folder.

    Raises:
        NoDescription: the folder has none, or more than one.
    """
    if path is not None and not path.is_dir():
        return path
    folder = path or Path()
    found = sorted(
        entry for entry in folder.iterdir() if entry.name.endswith(ENDINGS) and entry.is_file()
    )
    if not found:
        raise NoDescription(
            f"no description in {folder.resolve()}: name one, or scaffold an app with scimgen"
            " new DIR"
        )
    if len(found) > 1:
        raise NoDescription(
            f"more than one description: {', '.join(entry.name for entry in found)}; name one"
        )
    return found[0]
