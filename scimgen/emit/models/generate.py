"""Call the code generator once, which converts a JSON Schema to Python classes."""

import ast
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from scimgen.data import folder
from scimgen.emit.models.json_schema import generator_input
from scimgen.emit.models.plan import Module


def generate_classes(modules: Sequence[Module]) -> list[dict[str, str]]:
    """Generate the source of every class, for each module by class name.

    All options that affect the output are set here. No formatter is used, because with one the code
    generator reads the configuration of the current folder.
    """
    from datamodel_code_generator import generate
    from datamodel_code_generator.enums import DataModelType, InputFileType
    from datamodel_code_generator.format import PythonVersion
    from datamodel_code_generator.parser import LiteralType

    given = generator_input(modules)
    template_data: defaultdict[str, dict[str, Any]] = defaultdict(dict, given.template_data)
    generated = generate(
        given.schema,
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        formatters=[],
        custom_template_dir=folder("templates") / "models",
        extra_template_data=template_data,
        custom_class_name_generator=str,  # names are final; `names` decides them
        treat_dot_as_module=True,
        enum_field_as_literal=LiteralType.All,
        skip_root_model=True,
        disable_timestamp=True,
        disable_future_imports=True,
        strict_refs=True,
        allow_remote_refs=False,
    )
    if not isinstance(generated, dict):
        raise TypeError("the code generator returned one module for several")
    sources = {path: str(source) for path, source in generated.items()}
    return [_classes(sources[f"m{at}.py",], module) for at, module in enumerate(modules)]


def _classes(source: str, module: Module) -> dict[str, str]:
    lines = source.split("\n")
    found = {
        node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef)
    }
    wanted = [class_.name for class_ in module.classes]
    if set(found) != set(wanted):
        raise ValueError(
            f"the code generator returned the classes {sorted(found)} for {sorted(wanted)}"
        )
    return {name: found[name] for name in wanted}
