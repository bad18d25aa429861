# Emitted by scimgen from okta-guide.scim.yaml: edit that and run `scimgen generate`, not this file.
"""The package under test: the one place where the tests name it."""

from appname.resource_types import RESOURCE_TYPES as RESOURCE_TYPES
from appname.scim.app import ScimApp as ScimApp
from appname.scim.app import build_app as build_app
from appname.scim.attributes import Attribute as Attribute
from appname.scim.attributes import Tree as Tree
from appname.scim.filter_parser import parse_filter as parse_filter
from appname.scim.records import Layout as Layout
from appname.scim.trees import build_tree as build_tree
from appname.settings import Settings as Settings
from appname.storage.interface import Query as Query
from appname.storage.interface import Record as Record
from appname.storage.interface import StorageError as StorageError
from appname.storage.interface import Store as Store
from appname.storage.interface import Stored as Stored
from appname.storage.interface import Taken as Taken
from appname.storage.interface import Transaction as Transaction
from appname.store import make_store as make_store
