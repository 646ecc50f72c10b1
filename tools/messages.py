#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/service/messages.hpp and messages.cpp from the descriptors of google-cloud-aiplatform.

usage: messages.py SOURCE_FOLDER        (pip install google-cloud-aiplatform first)
"""
import os
import re
import sys

import google.cloud.aiplatform as package
import google.cloud.aiplatform_v1.types as types
from google.longrunning import operations_pb2
from google.protobuf import empty_pb2

ROOTS = """
Model Endpoint DeployedModel BatchPredictionJob
UploadModelRequest UploadModelResponse UploadModelOperationMetadata
UpdateModelRequest ListModelsResponse ListModelVersionsResponse MergeVersionAliasesRequest
DeleteOperationMetadata CopyModelRequest CopyModelResponse CopyModelOperationMetadata
ExportModelRequest ExportModelResponse ExportModelOperationMetadata
CreateEndpointOperationMetadata ListEndpointsResponse UpdateEndpointLongRunningRequest
UpdateEndpointOperationMetadata DeployModelRequest DeployModelResponse DeployModelOperationMetadata
UndeployModelRequest UndeployModelResponse UndeployModelOperationMetadata
MutateDeployedModelRequest MutateDeployedModelResponse MutateDeployedModelOperationMetadata
ListBatchPredictionJobsResponse CancelBatchPredictionJobRequest
PredictRequest PredictResponse ExplainRequest ExplainResponse
DirectPredictRequest DirectPredictResponse DirectRawPredictRequest DirectRawPredictResponse
StreamingPredictRequest StreamingPredictResponse
GenerateContentRequest GenerateContentResponse CountTokensRequest CountTokensResponse
""".split()

KINDS = {1: "number", 2: "number", 3: "int64", 4: "int64", 5: "int32", 6: "int64", 7: "int32",
         8: "boolean", 9: "text", 12: "bytes", 13: "int32", 14: "enumeration", 15: "int32",
         16: "int64", 17: "int32", 18: "int64"}
WELL_KNOWN = {"Value": "value", "ListValue": "value", "Struct": "value", "Any": "value",
              "Timestamp": "timestamp", "Duration": "duration", "FieldMask": "field_mask",
              "DoubleValue": "number", "FloatValue": "number", "StringValue": "text",
              "BoolValue": "boolean", "Int32Value": "int32", "Int64Value": "int64"}
PREFIXES = ("google.cloud.aiplatform.v1.", "google.longrunning.", "google.protobuf.", "google.rpc.",
            "google.type.")


def short(descriptor):
    name = descriptor.full_name
    for prefix in PREFIXES:
        if name.startswith(prefix):
            name = name[len(prefix):]
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name.replace(".", "_"))
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name).lower()


def constant(descriptor, suffix):
    """kModelFields, kModelDeploymentResourcesTypeNames."""
    return "k" + "".join(part.capitalize() for part in short(descriptor).split("_")) + suffix


def wrapped(start, parts, end):
    """The parts with commas between them, in lines of 100 columns."""
    fits = len(start) + len(parts[0]) + len(end) <= 100
    lines = [start + parts[0]] if fits else [start, "     " + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 2 + len(end) <= 100:
            lines[-1] += ", " + part
        else:
            lines[-1] += ","
            lines.append("     " + part)
    return "\n".join(lines) + end


def is_well_known(descriptor):
    return descriptor.full_name.startswith("google.protobuf.") and descriptor.name in WELL_KNOWN


def value_field(field):
    """The field that says what a map holds, or the field itself."""
    entry = field.message_type
    if entry is not None and entry.GetOptions().map_entry:
        return entry.fields_by_name["value"]
    return field


def walk(descriptor, found):
    if descriptor.full_name in found or is_well_known(descriptor):
        return
    found[descriptor.full_name] = descriptor
    for field in descriptor.fields:
        inner = value_field(field).message_type
        if inner is not None:
            walk(inner, found)


def output_only_names(descriptor):
    """Names whose comment begins with `Output only.`: the classes carry no field behaviours."""
    owner = types
    for part in descriptor.full_name.removeprefix(PREFIXES[0]).split("."):
        owner = getattr(owner, part, None)
    text = getattr(owner, "__doc__", None) or ""
    return set(re.findall(r"^ +(\w+) \([^)]*\):\n +Output only\.", text, re.M))


def kind_of(field):
    if field.message_type is None:
        return KINDS[field.type]
    if is_well_known(field.message_type):
        return WELL_KNOWN[field.message_type.name]
    return "message"


def row(field, read_only):
    inner = value_field(field)
    shape = "map" if inner is not field else "list" if field.is_repeated else "one"
    kind = kind_of(inner)
    if kind == "value" and inner.message_type.name == "ListValue" and shape == "one":
        shape = "list"
    parts = [f'.name = "{field.json_name}"', f".kind = Kind::{kind}"]
    if shape != "one":
        parts.append(f".shape = Shape::{shape}")
    if kind == "message":
        parts.append(f".message = &{short(inner.message_type)}")
    if kind == "enumeration":
        parts.append(f".names = {constant(inner.enum_type, 'Names')}")
    if field.name in read_only:
        parts.append(".output_only = true")
    if shape == "one" and inner.message_type is None and field.has_presence:
        parts.append(".has_presence = true")
    return wrapped("    {", parts, "},")


def enums_of(messages):
    found = {}
    for message in messages:
        for field in message.fields:
            kind = value_field(field).enum_type
            if kind is not None:
                found[kind.full_name] = kind
    return [found[name] for name in sorted(found)]


def enum_lines(kind):
    yield f"constexpr EnumName {constant(kind, 'Names')}[] = {{"
    for value in kind.values:
        yield f'    {{"{value.name}", {value.number}}},'
    yield "};"


def source(messages, version):
    yield "// SPDX-License-Identifier: Apache-2.0"
    yield f"// A data table: the platform's published messages, of google-cloud-aiplatform {version}, made"
    yield "// by tools/messages.py. Never edited."
    yield '#include "service/messages.hpp"\n'
    yield "namespace trivet::service::messages {\nnamespace {\n\n// clang-format off"
    for kind in enums_of(messages):
        yield from enum_lines(kind)
    for message in messages:
        if not message.fields:
            continue
        read_only = output_only_names(message)
        yield f"constexpr Field {constant(message, 'Fields')}[] = {{"
        for field in message.fields:
            yield row(field, read_only)
        yield "};"
    yield "\n}  // namespace\n"
    for message in messages:
        fields = constant(message, "Fields") if message.fields else "{}"
        yield wrapped(f"constinit const Message {short(message)}{{", [f'"{message.full_name}"', fields],
                      "};")
    yield "// clang-format on\n\n}  // namespace trivet::service::messages"


def header(messages, version):
    yield "// SPDX-License-Identifier: Apache-2.0"
    yield f"// A data table: the platform's published messages, of google-cloud-aiplatform {version}, made"
    yield "// by tools/messages.py. Never edited."
    yield '#pragma once\n\n#include "service/json_mapping.hpp"\n'
    yield "namespace trivet::service::messages {\n"
    for message in messages:
        yield f"extern const Message {short(message)};"
    yield "\n}  // namespace trivet::service::messages"


def main():
    found = {}
    for name in ROOTS:
        walk(getattr(types, name).pb().DESCRIPTOR, found)
    for message in (operations_pb2.Operation, operations_pb2.ListOperationsResponse, empty_pb2.Empty):
        walk(message.DESCRIPTOR, found)
    messages = [found[name] for name in sorted(found)]
    for name, lines in (("messages.hpp", header), ("messages.cpp", source)):
        with open(os.path.join(sys.argv[1], name), "w", encoding="utf-8") as out:
            out.write("\n".join(lines(messages, package.__version__)) + "\n")


if __name__ == "__main__":
    main()
