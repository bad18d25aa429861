# Emitted by scimgen from drafty.scim.json: edit that and run `scimgen generate`, not this file.
"""User: User Account."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Binary, Complex, Extension, Reference, Resource, Scim


class EnterpriseUserManager(Complex):
    """The value of `manager`."""

    value: Annotated[str | None, Scim("string", case_exact=True)] = None
    """The id of the SCIM resource representing the User's manager. RECOMMENDED."""

    ref: Annotated[
        Reference | None, Field(alias="$ref"), Scim("reference", case_exact=True, reference_types=("User",))
    ] = None
    """The URI of the SCIM resource representing the User's manager. RECOMMENDED."""

    display_name: Annotated[str | None, Field(alias="displayName"), Scim("string", mutability="readOnly")] = None
    """The displayName of the User's manager. OPTIONAL and READ-ONLY."""


class EnterpriseUser(Extension):
    """Enterprise User."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    employee_number: Annotated[str | None, Field(alias="employeeNumber"), Scim("string")] = None
    """Numeric or alphanumeric identifier assigned to a person, typically based on order of hire or association with an
    organization.
    """

    cost_center: Annotated[str | None, Field(alias="costCenter"), Scim("string")] = None
    """Identifies the name of a cost center."""

    organization: Annotated[str | None, Scim("string")] = None
    """Identifies the name of an organization."""

    division: Annotated[str | None, Scim("string")] = None
    """Identifies the name of a division."""

    department: Annotated[str | None, Scim("string")] = None
    """Identifies the name of a department."""

    manager: Annotated[EnterpriseUserManager | None, Scim("complex")] = None
    """The User's manager. A complex type that optionally allows service providers to represent organizational
    hierarchy by referencing the 'id' attribute of another User.
    """


class UserName(Complex):
    """The value of `name`."""

    formatted: Annotated[str | None, Scim("string")] = None
    """The full name, including all middle names, titles, and suffixes as appropriate, formatted for display (e.g.,
    'Ms. Barbara J Jensen, III').
    """

    family_name: Annotated[str | None, Field(alias="familyName"), Scim("string")] = None
    """The family name of the User, or last name in most Western languages (e.g., 'Jensen' given the full name 'Ms.
    Barbara J Jensen, III').
    """

    given_name: Annotated[str | None, Field(alias="givenName"), Scim("string")] = None
    """The given name of the User, or first name in most Western languages (e.g., 'Barbara' given the full name 'Ms.
    Barbara J Jensen, III').
    """

    middle_name: Annotated[str | None, Field(alias="middleName"), Scim("string")] = None
    """The middle name(s) of the User (e.g., 'Jane' given the full name 'Ms. Barbara J Jensen, III')."""

    honorific_prefix: Annotated[str | None, Field(alias="honorificPrefix"), Scim("string")] = None
    """The honorific prefix(es) of the User, or title in most Western languages (e.g., 'Ms.' given the full name 'Ms.
    Barbara J Jensen, III').
    """

    honorific_suffix: Annotated[str | None, Field(alias="honorificSuffix"), Scim("string")] = None
    """The honorific suffix(es) of the User, or suffix in most Western languages (e.g., 'III' given the full name 'Ms.
    Barbara J Jensen, III').
    """


class UserEmails(Complex):
    """One value of `emails`."""

    value: Annotated[str | None, Scim("string")] = None
    """Email addresses for the user. The value SHOULD be canonicalized by the service provider, e.g.,
    'bjensen@example.com' instead of 'bjensen@EXAMPLE.COM'. Canonical type values of 'work', 'home', and 'other'.
    """

    display: Annotated[str | None, Scim("string")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[Literal["work", "home", "other"] | str | None, Scim("string")] = None
    """A label indicating the attribute's function, e.g., 'work' or 'home'."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute, e.g., the preferred
    mailing address or primary email address. The primary attribute value 'true' MUST appear no more than once.
    """


class UserPhoneNumbers(Complex):
    """One value of `phoneNumbers`."""

    value: Annotated[str | None, Scim("string")] = None
    """Phone number of the User."""

    display: Annotated[str | None, Scim("string")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[Literal["work", "home", "mobile", "fax", "pager", "other"] | str | None, Scim("string")] = None
    """A label indicating the attribute's function, e.g., 'work', 'home', 'mobile'."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute, e.g., the preferred
    phone number or primary phone number. The primary attribute value 'true' MUST appear no more than once.
    """


class UserIms(Complex):
    """One value of `ims`."""

    value: Annotated[str | None, Scim("string")] = None
    """Instant messaging address for the User."""

    display: Annotated[str | None, Scim("string")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[
        Literal["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"] | str | None, Scim("string")
    ] = None
    """A label indicating the attribute's function, e.g., 'aim', 'gtalk', 'xmpp'."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute, e.g., the preferred
    messenger or primary messenger. The primary attribute value 'true' MUST appear no more than once.
    """


class UserPhotos(Complex):
    """One value of `photos`."""

    value: Annotated[Reference | None, Scim("reference", case_exact=True, reference_types=("external",))] = None
    """URL of a photo of the User."""

    display: Annotated[str | None, Scim("string")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[Literal["photo", "thumbnail"] | str | None, Scim("string")] = None
    """A label indicating the attribute's function, i.e., 'photo' or 'thumbnail'."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute, e.g., the preferred
    photo or thumbnail. The primary attribute value 'true' MUST appear no more than once.
    """


class UserAddresses(Complex):
    """One value of `addresses`."""

    formatted: Annotated[str | None, Scim("string")] = None
    """The full mailing address, formatted for display or use with a mailing label. This attribute MAY contain
    newlines.
    """

    street_address: Annotated[str | None, Field(alias="streetAddress"), Scim("string")] = None
    """The full street address component, which may include house number, street name, P.O. box, and multi-line
    extended street address information. This attribute MAY contain newlines.
    """

    locality: Annotated[str | None, Scim("string")] = None
    """The city or locality component."""

    region: Annotated[str | None, Scim("string")] = None
    """The state or region component."""

    postal_code: Annotated[str | None, Field(alias="postalCode"), Scim("string")] = None
    """The zip code or postal code component."""

    country: Annotated[str | None, Scim("string")] = None
    """The country name component."""

    type: Annotated[Literal["work", "home", "other"] | str | None, Scim("string")] = None
    """A label indicating the attribute's function, e.g., 'work' or 'home'."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute, e.g., the preferred
    mailing address. The primary attribute value 'true' MUST appear no more than once.
    """


class UserGroups(Complex):
    """One value of `groups`."""

    value: Annotated[str | None, Scim("string", mutability="readOnly", case_exact=True)] = None
    """The identifier of the User's group."""

    ref: Annotated[
        Reference | None,
        Field(alias="$ref"),
        Scim("reference", mutability="readOnly", case_exact=True, reference_types=("Group",)),
    ] = None
    """The URI of the corresponding 'Group' resource to which the user belongs."""

    display: Annotated[str | None, Scim("string", mutability="readOnly")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[Literal["direct", "indirect"] | str | None, Scim("string", mutability="readOnly")] = None
    """A label indicating the attribute's function, e.g., 'direct' or 'indirect'."""


class UserEntitlements(Complex):
    """One value of `entitlements`."""

    value: Annotated[str | None, Scim("string")] = None
    """The value of an entitlement."""

    display: Annotated[str | None, Scim("string")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[str | None, Scim("string")] = None
    """A label indicating the attribute's function."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute. The primary attribute
    value 'true' MUST appear no more than once.
    """


class UserRoles(Complex):
    """One value of `roles`."""

    value: Annotated[str | None, Scim("string")] = None
    """The value of a role."""

    display: Annotated[str | None, Scim("string")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[str | None, Scim("string")] = None
    """A label indicating the attribute's function."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute. The primary attribute
    value 'true' MUST appear no more than once.
    """


class UserX509Certificates(Complex):
    """One value of `x509Certificates`."""

    value: Annotated[Binary | None, Scim("binary", case_exact=True)] = None
    """The value of an X.509 certificate."""

    display: Annotated[str | None, Scim("string")] = None
    """A human-readable name, primarily used for display purposes. READ-ONLY."""

    type: Annotated[str | None, Scim("string")] = None
    """A label indicating the attribute's function."""

    primary: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the 'primary' or preferred attribute value for this attribute. The primary attribute
    value 'true' MUST appear no more than once.
    """


class User(Resource):
    """User Account."""

    SCHEMA: ClassVar[str] = "urn:ietf:params:scim:schemas:core:2.0:User"
    user_name: Annotated[str, Field(alias="userName"), Scim("string", required=True, uniqueness="server")]
    """Unique identifier for the User, typically used by the user to directly authenticate to the service provider.
    Each User MUST include a non-empty userName value. This identifier MUST be unique across the service provider's
    entire set of Users. REQUIRED.
    """

    name: Annotated[UserName | None, Scim("complex")] = None
    """The components of the user's real name. Providers MAY return just the full name as a single string in the
    formatted sub-attribute, or they MAY return just the individual component attributes using the other
    sub-attributes, or they MAY return both. If both variants are returned, they SHOULD be describing the same name,
    with the formatted name indicating how the component attributes should be combined.
    """

    display_name: Annotated[str | None, Field(alias="displayName"), Scim("string")] = None
    """The name of the User, suitable for display to end-users. The name SHOULD be the full name of the User being
    described, if known.
    """

    nick_name: Annotated[str | None, Field(alias="nickName"), Scim("string")] = None
    """The casual way to address the user in real life, e.g., 'Bob' or 'Bobby' instead of 'Robert'. This attribute
    SHOULD NOT be used to represent a User's username (e.g., 'bjensen' or 'mpepperidge').
    """

    profile_url: Annotated[
        Reference | None, Field(alias="profileUrl"), Scim("reference", case_exact=True, reference_types=("external",))
    ] = None
    """A fully qualified URL pointing to a page representing the User's online profile."""

    title: Annotated[str | None, Scim("string")] = None
    """The user's title, such as "Vice President.\""""

    user_type: Annotated[str | None, Field(alias="userType"), Scim("string")] = None
    """Used to identify the relationship between the organization and the user. Typical values used might be
    'Contractor', 'Employee', 'Intern', 'Temp', 'External', and 'Unknown', but any value may be used.
    """

    preferred_language: Annotated[str | None, Field(alias="preferredLanguage"), Scim("string")] = None
    """Indicates the User's preferred written or spoken language. Generally used for selecting a localized user
    interface; e.g., 'en_US' specifies the language English and country US.
    """

    locale: Annotated[str | None, Scim("string")] = None
    """Used to indicate the User's default location for purposes of localizing items such as currency, date time
    format, or numerical representations.
    """

    timezone: Annotated[str | None, Scim("string")] = None
    """The User's time zone in the 'Olson' time zone database format, e.g., 'America/Los_Angeles'."""

    active: Annotated[bool | None, Scim("boolean")] = None
    """A Boolean value indicating the User's administrative status."""

    password: Annotated[str | None, Scim("string", mutability="writeOnly", returned="never", case_exact=True)] = None
    """The User's cleartext password. This attribute is intended to be used as a means to specify an initial password
    when creating a new User or to reset an existing User's password.
    """

    emails: Annotated[list[UserEmails] | None, Scim("complex")] = None
    """Email addresses for the user. The value SHOULD be canonicalized by the service provider, e.g.,
    'bjensen@example.com' instead of 'bjensen@EXAMPLE.COM'. Canonical type values of 'work', 'home', and 'other'.
    """

    phone_numbers: Annotated[list[UserPhoneNumbers] | None, Field(alias="phoneNumbers"), Scim("complex")] = None
    """Phone numbers for the User. The value SHOULD be canonicalized by the service provider according to the format
    specified in RFC 3966, e.g., 'tel:+1-201-555-0123'. Canonical type values of 'work', 'home', 'mobile', 'fax',
    'pager', and 'other'.
    """

    ims: Annotated[list[UserIms] | None, Scim("complex")] = None
    """Instant messaging addresses for the User."""

    photos: Annotated[list[UserPhotos] | None, Scim("complex")] = None
    """URLs of photos of the User."""

    addresses: Annotated[list[UserAddresses] | None, Scim("complex")] = None
    """A physical mailing address for this User. Canonical type values of 'work', 'home', and 'other'. This attribute
    is a complex type with the following sub-attributes.
    """

    groups: Annotated[list[UserGroups] | None, Scim("complex", mutability="readOnly")] = None
    """A list of groups to which the user belongs, either through direct membership, through nested groups, or
    dynamically calculated.
    """

    entitlements: Annotated[list[UserEntitlements] | None, Scim("complex")] = None
    """A list of entitlements for the User that represent a thing the User has."""

    roles: Annotated[list[UserRoles] | None, Scim("complex")] = None
    """A list of roles for the User that collectively represent who the User is, e.g., 'Student', 'Faculty'."""

    x509_certificates: Annotated[
        list[UserX509Certificates] | None, Field(alias="x509Certificates"), Scim("complex")
    ] = None
    """A list of certificates issued to the User."""

    enterprise_user: Annotated[
        EnterpriseUser | None,
        Field(alias="urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
        Scim("complex"),
    ] = None
