"""Moves operations that have come from coming.json into the description: all that are named, like `post /api/exhibitions/{exhibition}/pause`,
or all of an address where no method stands before it, or, with --all, everything.

    python3 tests/openapi/come.py --all
"""

import json
import sys
from pathlib import Path

WIDTH = 120
HERE = Path(__file__).parent
DESCRIPTION = HERE / "../../src/gallery/openapi.json"
COMING = HERE / "coming.json"


def inline(value):
    if isinstance(value, dict) and value:
        return "{ " + ", ".join(f"{inline(key)}: {inline(field)}" for key, field in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def dump(value, indent=0, before=0):
    """JSON in which whatever fits stands in one line."""
    line = inline(value)
    if indent + before + len(line) <= WIDTH or not isinstance(value, (dict, list)) or not value:
        return line
    pad, end = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        fields = ((inline(key), field) for key, field in value.items())
        lines = [f"{pad}{key}: {dump(field, indent + 2, len(key) + 3)}" for key, field in fields]
        return "{\n" + ",\n".join(lines) + "\n" + end + "}"
    return "[\n" + ",\n".join(pad + dump(item, indent + 2, 1) for item in value) + "\n" + end + "]"


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].split("/")[-2:]
        for field in value.values():
            yield from references(field)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def main(wanted):
    description, coming = json.loads(DESCRIPTION.read_text()), json.loads(COMING.read_text())
    for address, methods in list(coming["paths"].items()):
        for method in list(methods):
            if wanted == ["--all"] or address in wanted or f"{method} {address}" in wanted:
                operation = methods.pop(method)
                description["paths"].setdefault(address, {})[method] = operation
                for tag in [tag for tag in coming["tags"] if tag["name"] in operation["tags"]]:
                    coming["tags"].remove(tag)
                    description["tags"].append(tag)
        if not methods:
            del coming["paths"][address]
    # And what they refer to.
    while True:
        known = description["components"]
        missing = [pair for pair in references(description) if pair[1] not in known[pair[0]]]
        if not missing:
            break
        for kind, name in missing:
            known[kind].setdefault(name, coming["components"][kind].get(name) or known[kind].get(name))
    for kind, parts in coming.get("components", {}).items():
        for name in [name for name in parts if name in description["components"][kind]]:
            del parts[name]
    DESCRIPTION.write_text(dump(description) + "\n")
    COMING.write_text(dump(coming) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
