# Emitted by scimgen from crm.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it."""

from crm.resource_types import RESOURCE_TYPES as RESOURCE_TYPES
from crm.scim.app import ScimApp as ScimApp
from crm.scim.app import build_app as build_app
from crm.scim.attributes import Attribute as Attribute
from crm.scim.attributes import Tree as Tree
from crm.scim.filter_parser import parse_filter as parse_filter
from crm.scim.records import Layout as Layout
from crm.scim.trees import build_tree as build_tree
from crm.settings import Settings as Settings
from crm.storage.interface import Query as Query
from crm.storage.interface import Record as Record
from crm.storage.interface import StorageError as StorageError
from crm.storage.interface import Store as Store
from crm.storage.interface import Stored as Stored
from crm.storage.interface import Taken as Taken
from crm.storage.interface import Transaction as Transaction
from crm.store import make_store as make_store
