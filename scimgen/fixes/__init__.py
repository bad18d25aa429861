"""The edits of `validate --fix`: each replaces a range of the text; all other bytes stay."""
