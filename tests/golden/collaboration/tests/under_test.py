# Emitted by scimgen from collaboration.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it."""

from tandem.resource_types import RESOURCE_TYPES as RESOURCE_TYPES
from tandem.scim.app import ScimApp as ScimApp
from tandem.scim.app import build_app as build_app
from tandem.scim.attributes import Attribute as Attribute
from tandem.scim.attributes import Tree as Tree
from tandem.scim.filter_parser import parse_filter as parse_filter
from tandem.scim.records import Layout as Layout
from tandem.scim.trees import build_tree as build_tree
from tandem.settings import Settings as Settings
from tandem.storage.interface import Query as Query
from tandem.storage.interface import Record as Record
from tandem.storage.interface import StorageError as StorageError
from tandem.storage.interface import Store as Store
from tandem.storage.interface import Stored as Stored
from tandem.storage.interface import Taken as Taken
from tandem.storage.interface import Transaction as Transaction
from tandem.store import make_store as make_store
