# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it."""

from drafty.resource_types import RESOURCE_TYPES as RESOURCE_TYPES
from drafty.scim.app import ScimApp as ScimApp
from drafty.scim.app import build_app as build_app
from drafty.scim.attributes import Attribute as Attribute
from drafty.scim.attributes import Tree as Tree
from drafty.scim.filter_parser import parse_filter as parse_filter
from drafty.scim.records import Layout as Layout
from drafty.scim.trees import build_tree as build_tree
from drafty.settings import Settings as Settings
from drafty.storage.interface import Query as Query
from drafty.storage.interface import Record as Record
from drafty.storage.interface import StorageError as StorageError
from drafty.storage.interface import Store as Store
from drafty.storage.interface import Stored as Stored
from drafty.storage.interface import Taken as Taken
from drafty.storage.interface import Transaction as Transaction
from drafty.store import make_store as make_store
