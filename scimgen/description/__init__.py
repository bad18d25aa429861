"""The description language: one page of YAML or JSON to the model, with all errors at once."""

from scimgen.description.load import load, load_file
from scimgen.description.rows import csv_names

__all__ = ["csv_names", "load", "load_file"]
