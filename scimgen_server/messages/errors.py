"""SCIM errors (RFC 7644 section 3.12): their details name the fault and the correction."""

from typing import Any, Literal, TypeAlias

from ..errors import ScimServerError

SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error"

ScimType: TypeAlias = Literal[
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
]
"""The keywords of RFC 7644 table 9 and RFC 9865 section 2.1."""


class ScimError(ScimServerError):
    """An error that the client receives.

    Args:
        status: the HTTP status.
        detail: the text for the administrator who reads it in the client's console.
        scim_type: the keyword, for the status 400 and 409.
        headers: more HTTP headers of the response.
        logged: the reason for the log, if the client must not know it.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        scim_type: ScimType | None = None,
        headers: dict[str, str] | None = None,
        *,
        logged: str = "",
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.scim_type: ScimType | None = scim_type
        self.headers = headers or {}
        self.logged = logged

    @property
    def reason(self) -> str:
        """The reason for the log: the keyword if there is one.

        The detail of such an error can repeat what the client has sent, which a log must not have.
        """
        return self.logged or self.scim_type or self.detail

    def document(self) -> dict[str, Any]:
        """Returns the error as JSON. The status is a string (RFC 7644 section 3.12)."""
        document: dict[str, Any] = {"schemas": [SCHEMA], "status": str(self.status)}
        if self.scim_type:
            document["scimType"] = self.scim_type
        document["detail"] = self.detail
        return document


def bad_request(scim_type: ScimType, detail: str) -> ScimError:
    """Return the error 400 with a keyword of RFC 7644 table 9."""
    return ScimError(400, detail, scim_type)


def invalid_value(detail: str) -> ScimError:
    """Return the error 400 for a value that is missing, of the wrong type or not allowed."""
    return bad_request("invalidValue", detail)


def not_found(type_name: str, resource_id: str) -> ScimError:
    """Return the error 404 for a resource."""
    detail = f"There is no {type_name} with the id {resource_id!r}."
    return ScimError(404, detail, logged=f"There is no {type_name} with this id.")


def conflict(attribute: str, value: str) -> ScimError:
    """Return the error 409 for a unique value of another resource (RFC 7644 section 3.3)."""
    return ScimError(
        409,
        f"The {attribute} {value!r} belongs to another resource; it must be unique.",
        "uniqueness",
    )


def precondition_failed(version: str) -> ScimError:
    """Return the error 412 for a version that If-Match does not name (RFC 7644 section 3.14)."""
    return ScimError(
        412, f"The resource has changed: its version is now {version}. Read it again, then retry."
    )
