"""`python -m scimgen`."""

from scimgen.cli import main

main()
