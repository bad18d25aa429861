"""The language: one page of YAML or JSON to the model, with every fault at once."""

from scimgen.description.load import load, load_file

__all__ = ["load", "load_file"]
