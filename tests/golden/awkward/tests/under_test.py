# Emitted by scimgen from ward-9.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it."""

from ward_9.resource_types import RESOURCE_TYPES as RESOURCE_TYPES
from ward_9.scim.app import ScimApp as ScimApp
from ward_9.scim.app import build_app as build_app
from ward_9.scim.attributes import Attribute as Attribute
from ward_9.scim.attributes import Tree as Tree
from ward_9.scim.filter_parser import parse_filter as parse_filter
from ward_9.scim.records import Layout as Layout
from ward_9.scim.trees import build_tree as build_tree
from ward_9.settings import Settings as Settings
from ward_9.storage.interface import Query as Query
from ward_9.storage.interface import Record as Record
from ward_9.storage.interface import StorageError as StorageError
from ward_9.storage.interface import Store as Store
from ward_9.storage.interface import Stored as Stored
from ward_9.storage.interface import Taken as Taken
from ward_9.storage.interface import Transaction as Transaction
from ward_9.store import make_store as make_store
