"""Format Python with black in a fixed mode.

The configuration in the current folder is not read.
"""


def black_format(source: str) -> str:
    """Format Python source with black, 120 columns wide."""
    from black import format_str
    from black.mode import Mode, TargetVersion

    return format_str(source, mode=Mode(target_versions={TargetVersion.PY311}, line_length=120))
