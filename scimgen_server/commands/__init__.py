"""The commands of an app's console script, one module for each.

Each module has `add`, which declares the arguments, and `run`, which runs the command.
"""
