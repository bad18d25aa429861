"""Black's form, under one fixed mode: the configuration of the caller's folder is never read."""


def black_format(source: str) -> str:
    """Python source as black 120 columns wide writes it."""
    from black import format_str
    from black.mode import Mode, TargetVersion

    return format_str(source, mode=Mode(target_versions={TargetVersion.PY311}, line_length=120))
