# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""The tests of the app. `test_mine.py` and `golden/` are yours."""
