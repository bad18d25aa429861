"""The app that the runtime serves: everything that belongs to the app and is not a setting."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, Self, TypeAlias
from urllib.parse import quote

from .messages.documents import Document
from .schema.resource_type import ResourceType
from .settings import SettingsError
from .version import __version__, is_compatible

DocumentName: TypeAlias = Literal["ServiceProviderConfig", "ResourceTypes", "Schemas"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An app, as its generated `application.py` defines it.

    Args:
        name: the app's name and its console script, such as `crm`.
        package: the import package of the app. Its module `app` holds `scim_app` and `app`.
        resource_types: in the order of /ResourceTypes.
        document: returns a discovery document (RFC 7644 section 4) by its name.
        values: returns the values that the description lists for a resource type, by its name.
        generated_for: the release of the runtime that the app was generated for.
    """

    name: str
    package: str
    resource_types: tuple[ResourceType, ...]
    document: Callable[[DocumentName], Document]
    values: Callable[[str], list[Document]]
    generated_for: str = __version__

    @classmethod
    def from_package(
        cls,
        package: str,
        *,
        name: str,
        resource_types: tuple[ResourceType, ...],
        generated_for: str = __version__,
    ) -> Self:
        """Define an app whose documents and values are JSON files inside its package.

        Args:
            package: the import package with the folders `documents/` and `values/`.
            name: see the class.
            resource_types: see the class.
            generated_for: see the class.
        """
        folder = files(package)

        def document(document_name: DocumentName) -> Document:
            file = folder / "documents" / f"{document_name}.json"
            found: Document = json.loads(file.read_text(encoding="utf-8"))
            return found

        def values(type_name: str) -> list[Document]:
            file = folder / "values" / f"{quote(type_name, safe=' ')}.json"
            if not file.is_file():
                return []
            found: list[Document] = json.loads(file.read_text(encoding="utf-8"))
            return found

        return cls(
            name=name,
            package=package,
            resource_types=resource_types,
            document=document,
            values=values,
            generated_for=generated_for,
        )

    @property
    def user_type(self) -> ResourceType:
        """The resource type of users. Every app has one."""
        return next(one for one in self.resource_types if one.kind == "user")

    def check_version(self) -> None:
        """Refuse to run on a release of the runtime that the app was not generated for.

        Raises:
            SettingsError: with the release to install.
        """
        if is_compatible(self.generated_for):
            return
        raise SettingsError(
            f"{self.name} was generated for scimgen-server {self.generated_for}, installed is"
            f" {__version__}: pip install scimgen-server=={self.generated_for},"
            " or run scimgen generate"
        )
