"""The releases of the runtime that an app may use: the range in its pyproject.toml, and the check at start-up."""

from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from scimgen.emit.server import compatible_range
from scimgen_server.version import is_compatible

NUMBERS = st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 3))
VERSIONS = NUMBERS.map(lambda numbers: ".".join(map(str, numbers)))


@given(VERSIONS, VERSIONS)
def test_pip_installs_what_the_check_accepts(generated_for: str, installed: str) -> None:
    """The toolkit writes the range without importing the runtime, so the rule is in two places."""
    in_range = installed in SpecifierSet(compatible_range(generated_for))
    assert in_range is is_compatible(generated_for, installed)
