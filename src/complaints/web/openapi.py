"""OpenAPI 3.1 from the endpoints: their paths, fields from the vocabulary of commands, schemas from answer types."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from complaints.policy.vocabulary import COMMANDS, CommandShape, Param
from complaints.web.bodies import FORMS
from complaints.web.problem import ProblemDetails
from complaints.web.routes import Doc, Endpoint

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "maxLength": 20000},
    "choice": {"type": "string"},
    "number": {"type": "number", "minimum": 0},
    "money": {"type": "number", "minimum": 0},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "boolean": {"type": "boolean"},
    "unit": {"type": "string", "description": "a unit's id or its path such as hq/north/n-01"},
    "list": {"type": "array", "items": {}},
    "object": {"type": "object"},
}

_STATUS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "Done",
    303: "See other",
    304: "Not modified",
    400: "Not understood",
    401: "No valid token",
    403: "Not for this person",
    404: "Not there, or not to be seen",
    409: "Not as things stand",
    412: "Changed meanwhile",
    413: "Too large",
    415: "A type that is not taken",
    422: "Fields at fault",
    428: "If-Match is missing",
    429: "Too many",
}


def command_schema(shape: CommandShape, *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON Schema of a command's body, with the work order that it concerns where it can concern one."""
    params = [param for param in shape.params if param.name not in without]
    properties = {param.name: _param_schema(param) for param in params}
    required = [param.name for param in params if param.required]
    if shape.on in ("order", "either"):
        properties["order"] = {"type": "integer", "minimum": 0, "description": "the work order's number; 0 is the case"}
        required += ["order"] if shape.on == "order" else []
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": required} if required else {})


def _param_schema(param: Param) -> dict[str, Any]:
    schema = dict(_TYPES[param.type])
    if param.remark:
        schema["description"] = "must say something of the matter"
    return schema


def command_bodies(names: Iterable[str]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Each command with the schema of its body."""
    return tuple((name, command_schema(COMMANDS[name])) for name in names)


def document(endpoints: Iterable[Endpoint[Any]], version: str) -> dict[str, Any]:
    """The OpenAPI document of all endpoints."""
    endpoints = list(endpoints)
    types = [one for e in endpoints for one in (e.doc.body, *e.doc.answers.values()) if _is_type(one)]
    types = list(dict.fromkeys([*types, ProblemDetails]))
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    known = dict(zip(types, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        for path, body in _expanded(endpoint):
            operation = _operation(endpoint, path, body, known)
            paths.setdefault(path.replace("+}", "}"), {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Complaint Desk",
            "version": version,
            "description": (
                "Complaints come in, are answered by units within working-time deadlines, and can be followed by who"
                " raised them. Errors are RFC 9457 problem details in the caller's language (zh-CN, en);"
                " instants are RFC 3339."
            ),
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": _problems(known[ProblemDetails]),
            "securitySchemes": {"staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _is_type(value: Any) -> bool:
    return value is not None and not isinstance(value, dict)


def _expanded(endpoint: Endpoint[Any]) -> list[tuple[str, Any]]:
    """The paths of an endpoint: one, or one for each value of its last part."""
    if not endpoint.doc.each:
        return [(endpoint.path, endpoint.doc.body)]
    stem = endpoint.path.rpartition("/")[0]
    return [(f"{stem}/{name}", schema) for name, schema in endpoint.doc.each]


def _operation(endpoint: Endpoint[Any], path: str, body: Any, known: Mapping[Any, Any]) -> dict[str, Any]:
    doc = endpoint.doc
    words = re.findall(r"\w+", path.replace("{", "by_").replace("}", ""))
    operation: dict[str, Any] = {
        "operationId": "_".join([endpoint.method.lower(), *words]),
        "summary": doc.summary.replace("{command}", path.rpartition("/")[2]),
        "tags": ["staff" if doc.staff else "public"],
        "responses": _responses(doc, known),
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\+?\}", path)
    ]
    parameters += [
        {"name": name, "in": place, "required": False, "description": meaning, "schema": {"type": "string"}}
        for place, named in (("query", doc.query), ("header", doc.headers))
        for name, meaning in named.items()
    ]
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        schema = known[body] if _is_type(body) else body
        media = ("application/json", *(FORMS if doc.forms else ()))
        operation["requestBody"] = {"required": True, "content": {one: {"schema": schema} for one in media}}
    if doc.staff:
        operation["security"] = [{"staff": []}]
    return operation


def _responses(doc: Doc, known: Mapping[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, value in doc.answers.items():
        response: dict[str, Any] = {"description": _STATUS[status]}
        if value is not None:
            response["content"] = {"application/json": {"schema": known[value] if _is_type(value) else value}}
        if doc.html and status < 300:
            response.setdefault("content", {})["text/html"] = {"schema": {"type": "string"}}
        responses[str(status)] = response
    for status in (*((401,) if doc.staff else ()), *doc.problems):
        responses[str(status)] = {"$ref": f"#/components/responses/{_problem_name(status)}"}
    return responses


def _problem_name(status: int) -> str:
    return "Problem" + str(status)


def _problems(schema: Any) -> dict[str, Any]:
    """One answer for each kind of refusal, which the operations refer to."""
    content = {"application/problem+json": {"schema": schema}}
    return {
        _problem_name(status): {"description": meaning, "content": content}
        for status, meaning in _STATUS.items()
        if status >= 400
    }
