"""The edits of `validate --fix`.

Each edit replaces a range of the text and changes no other byte.
"""
