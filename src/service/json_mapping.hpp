// SPDX-License-Identifier: Apache-2.0
// The JSON mapping of the platform's messages: names in two spellings, int64 as texts, enums by
// name or number, defaults left out, unknown names refused in the service's words.
// (protobuf's JSON mapping; contract, section 1)
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "service/failure.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

struct Message;

enum class Kind : std::uint8_t {
  text,
  boolean,
  int32,
  int64,   ///< leaves as a text
  number,  ///< float and double
  bytes,   ///< base64
  value,   ///< google.protobuf.Value: anything
  timestamp,
  duration,
  field_mask,
  enumeration,
  message,
};

enum class Shape : std::uint8_t { one, list, map };  ///< map: text keys

/// One name of an enumeration.
struct EnumName {
  std::string_view name;
  std::int32_t number;
};

/// One field of a message, as published.
struct Field {
  std::string_view name;  ///< lowerCamelCase
  Kind kind;
  Shape shape = Shape::one;
  const Message* message = nullptr;      ///< of Kind::message
  std::span<const EnumName> names = {};  ///< of Kind::enumeration
  bool output_only = false;              ///< ignored on input
  bool has_presence = false;             ///< a default that was given is written
};

/// One published message; `fields` in published order, which is the order of members in answers.
struct Message {
  std::string_view name;
  std::span<const Field> fields;
};

/// A request's JSON object as the message's canonical form: camelCase, int64 as integers, enums by
/// name, bytes decoded, times as they are written, members in published order. A single value where
/// a list of messages, texts or numbers belongs is a list of one. Failures: invalid_argument in the
/// service's words, with all unknown names and `details`; `at` is the member of the request that
/// the body is (`model`), as places in errors name it, empty when it is the whole request.
[[nodiscard]] Outcome<Value> read_message(const Message& message, const Value& json,
                                          std::string_view at = {});

struct WriteOptions {
  bool enums_as_numbers = false;  ///< `$alt=json;enum-encoding=int`
};
/// The canonical form as the service writes it, appended: defaults left out, int64 as texts.
void write_message(const Message& message, const Value& canonical, const WriteOptions& options,
                   std::string& out);

}  // namespace trivet::service
