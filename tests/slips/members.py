"""Slips in the names of members."""

from tests.slips.slip import Slip

MEMBERS = (
    Slip("key-case", '"multiValued": ', '"multivalued": ', True),
    Slip("key-case", '"caseExact": ', '"caseexact": ', True),
    Slip("key-case", '"subAttributes": ', '"subattributes": ', True),
    Slip("key-case", '"canonicalValues": ', '"CanonicalValues": ', True),
    Slip("key-case", '"referenceTypes": ', '"referencetypes": ', True),
    Slip("key-case", '"description": ', '"Description": ', True),
    Slip("key-case", '"resourceType": ', '"resourcetype": ', True),
    Slip("key-case", '"schemaExtensions": ', '"schemaextensions": ', True),
    Slip("key-case", '"authenticationSchemes": ', '"authenticationschemes": ', True),
    Slip("key-typo", '"uniqueness": ', '"uniquness": ', True),
    Slip("key-typo", '"mutability": ', '"mutabilty": ', True),
    Slip("key-typo", '"mutability": ', '"mutablity": ', True),
    Slip("key-typo", '"returned": ', '"retuned": ', True),
    Slip("key-typo", '"required": ', '"requierd": ', True),
    Slip("key-typo", '"subAttributes": ', '"subAtributes": ', True),
    Slip("key-typo", '"canonicalValues": ', '"canonicalValue": ', True),
    Slip("key-typo", '"referenceTypes": ', '"referenceType": ', True),
    Slip("key-typo", '"description": ', '"descripton": ', True),
    Slip("key-typo", '"multiValued": ', '"multiValue": ', True),
    Slip("key-typo", '"schemaExtensions": ', '"schemaExtension": ', True),
    Slip("key-typo", '"endpoint": ', '"endpont": ', True),
    Slip("unknown-key", '"uniqueness": "none"', '"uniqueness": "none", "pattern": "^x$"', False),
    Slip("scim1-key", '"mutability": "readOnly"', '"readOnly": true', False),
    Slip("attr-name-missing", '"name": "displayName",', '"label": "displayName",', False),
)
