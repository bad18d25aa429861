"""The walk over a document. Every object becomes a view, and the rules of its kind check it."""

from scimgen.documents.recognise import Shape, recognise
from scimgen.rules.nodes import (
    Attribute,
    AuthenticationScheme,
    Feature,
    ListResponse,
    Meta,
    Resource,
    ResourceType,
    Schema,
    SchemaExtension,
    ServiceProvider,
    ServiceProviderConfig,
    View,
    Whole,
)
from scimgen.rules.released import release
from scimgen.rules.report import Report
from scimgen.rules.rule import Kind, Rule, RuleTable
from scimgen.source import Array, Document, Member, Node, Object, Scalar, pointer_step
from scimgen.source.deferred import DeferredObject, opened

_BY_SHAPE: dict[Shape, type[View]] = {
    Shape.LIST_RESPONSE: ListResponse,
    Shape.SCHEMA: Schema,
    Shape.RESOURCE_TYPE: ResourceType,
    Shape.SERVICE_PROVIDER_CONFIG: ServiceProviderConfig,
    Shape.RESOURCE: Resource,
}
_ITEMS: dict[tuple[Kind, str], type[View]] = {
    (Kind.SCHEMA, "attributes"): Attribute,
    (Kind.ATTRIBUTE, "subattributes"): Attribute,
    (Kind.RESOURCE_TYPE, "schemaextensions"): SchemaExtension,
    (Kind.SERVICE_PROVIDER_CONFIG, "authenticationschemes"): AuthenticationScheme,
}
_FEATURES = ("patch", "bulk", "filter", "changepassword", "sort", "etag", "pagination")
_MEMBERS: dict[tuple[Kind, str], type[View]] = {
    **{(Kind.SERVICE_PROVIDER_CONFIG, name): Feature for name in _FEATURES},
    **{
        (kind, "meta"): Meta
        for kind in (Kind.SCHEMA, Kind.RESOURCE_TYPE, Kind.SERVICE_PROVIDER_CONFIG)
    },
}

_RECOGNISE = Whole
"""Instead of a view class: the kind of the value is recognised from its content."""

# A value that is not visited yet: the value, its pointer, its parent view, and the class of its
# view.
_Waiting = tuple[Node, str, View | None, type[View] | type[Whole]]


class Walk:
    """One walk. `provider` collects the views for rules that need all files together."""

    def __init__(self, rules: RuleTable, report: Report, provider: ServiceProvider) -> None:
        self.rules = rules
        self.report = report
        self.provider = provider

    def ask(self, kind: Kind, node: View | Whole | ServiceProvider) -> None:
        """Check a node with the rules of a kind."""
        self.apply(self.rules.of_kind(kind), node)

    def apply(self, rules: list[Rule], node: View | Whole | ServiceProvider) -> None:
        """Check a node with rules."""
        report = self.report
        for rule in rules:
            report.rule = rule
            rule.check(node, report)

    def document(self, document: Document) -> Shape:
        """Walk over a document.

        Returns:
            The shape of the document.
        """
        root = document.root
        shape = recognise(root) if root else Shape.UNKNOWN
        self.ask(Kind.TEXT, Whole(document, root, "", shape))
        if root is None or document.faults or document.language != "json":
            return shape
        waiting: list[_Waiting] = [(root, "", None, _RECOGNISE)]
        if isinstance(root, Array) and shape is Shape.ARRAY:
            self.ask(Kind.ARRAY, Whole(document, root, "", shape))
            waiting = [
                (item, f"/{index}", None, _RECOGNISE)
                for index, item in reversed([*enumerate(root.items)])
            ]
        self.values(document, waiting)
        return shape

    def values(self, document: Document, waiting: list[_Waiting]) -> None:
        """Walk over values, parents before children. `waiting` is a stack."""
        while waiting:
            node, pointer, parent, made = waiting.pop()
            if isinstance(node, DeferredObject) and made is _RECOGNISE and pointer:
                whole = node.opened()
                self.values(document, [(whole, pointer, parent, made)])
                release(self.provider, whole, node)
                continue
            node = opened(node)
            if made is _RECOGNISE:
                made = self.recognise(document, node, pointer)
            if isinstance(node, Object) and issubclass(made, View):
                waiting.extend(reversed(self.view(made(document, node, pointer, parent))))
            elif isinstance(node, Array) and made is View:
                waiting.extend(
                    (item, f"{pointer}/{index}", parent, made)
                    for index, item in reversed([*enumerate(node.items)])
                )

    def recognise(self, document: Document, node: Node, pointer: str) -> type[View] | type[Whole]:
        """Find the view class of a document or of an item of a list.

        A value without one is checked as `Whole`.
        """
        shape = recognise(node)
        made = _BY_SHAPE.get(shape)
        if made is None or (made is ListResponse and pointer):
            kind = Kind.SCIM1 if shape is Shape.SCIM1 else Kind.UNRECOGNISED
            self.ask(kind, Whole(document, node, pointer, shape))
            return View if kind is Kind.SCIM1 else Whole
        return made

    def view(self, view: View) -> list[_Waiting]:
        """Check an object with the rules.

        Returns:
            The values inside it.
        """
        parent = view.parent
        if isinstance(view, Attribute):
            view.owner.attributes.append(view)
        elif isinstance(view, SchemaExtension) and isinstance(parent, ResourceType):
            parent.extensions.append(view)
        else:
            self.provider.add(view)
        layout: list[str] = []
        inner: list[_Waiting] = []
        has_null = False
        for member in view.node.members:
            layout.append(member.key)
            value = member.value
            if type(value) is not Scalar:
                inner.extend(self.inside(view, member))
            elif value.value is None:
                has_null = True
        self.apply(self.rules.of_object(view.kind, None if has_null else tuple(layout)), view)
        return inner

    def inside(self, view: View, member: Member) -> list[_Waiting]:
        """The values to visit in a member: its object, or the items of its array."""
        node, pointer, name = (
            member.value,
            pointer_step(view.pointer, member.key),
            member.key.lower(),
        )
        if isinstance(node, Object):
            return [(node, pointer, view, _MEMBERS.get((view.kind, name), View))]
        assert isinstance(node, Array)
        made: type[View] | type[Whole] = _ITEMS.get((view.kind, name), View)
        if view.kind is Kind.LIST_RESPONSE and name == "resources":
            made = _RECOGNISE
        return [(item, f"{pointer}/{index}", view, made) for index, item in enumerate(node.items)]
