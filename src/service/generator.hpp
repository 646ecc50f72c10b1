// SPDX-License-Identifier: Apache-2.0
// What answers generateContent: an interface, and what its implementations share.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "service/failure.hpp"
#include "trivet/result.hpp"
#include "trivet/value.hpp"

namespace trivet::service {

class HttpClient;

/// A checked request. Views, valid during the call that it is given to.
struct GenerateRequest {
  const Value& content;    ///< a canonical GenerateContentRequest
  std::string_view model;  ///< `gemini-2.0-flash-001`
  const std::atomic<bool>& cancelled;
};

/// An answer that comes in chunks, each a canonical GenerateContentResponse. One thread at a time.
class GeneratedChunks {
 public:
  virtual ~GeneratedChunks() = default;
  /// Nothing at the end. It may wait, and looks at `cancelled` meanwhile.
  [[nodiscard]] virtual Outcome<std::optional<Value>> next(const std::atomic<bool>& cancelled) = 0;
};

/// Answers requests to generate, from any thread.
class Generator {
 public:
  virtual ~Generator() = default;
  /// The whole answer, a canonical GenerateContentResponse.
  [[nodiscard]] virtual Outcome<Value> generate(const GenerateRequest& request) const = 0;
  /// The same in chunks. By default one word with the white space behind it a chunk.
  [[nodiscard]] virtual Outcome<std::unique_ptr<GeneratedChunks>> stream(
      const GenerateRequest& request) const;
  /// By default the words of all texts.
  [[nodiscard]] virtual Outcome<std::int64_t> count_tokens(const GenerateRequest& request) const;
};

/// What generators are made with.
struct GeneratorContext {
  std::string_view argument;         ///< behind the colon: a path, an address; may be empty
  const HttpClient* http = nullptr;  ///< null: none can be reached
};

/// Makes `echo`, `script:FILE`, `replay:DIR`, `openai:URL`. Errors: invalid_argument for a kind
/// that there isn't, or that its file or address doesn't fit.
[[nodiscard]] Result<std::shared_ptr<const Generator>> make_generator(std::string_view spec,
                                                                      const HttpClient* http);

/// One candidate's text, and how it ended.
struct GeneratedText {
  std::string text;
  std::string finish_reason = {};  ///< empty: goes on
  Value usage = {};                ///< a canonical UsageMetadata; null: none
};
/// As a canonical GenerateContentResponse.
[[nodiscard]] Value make_generate_response(GeneratedText generated, std::string_view model);

/// Runs of anything but white space.
[[nodiscard]] std::int64_t count_words(std::string_view text) noexcept;
/// Of all text parts of a request, its system instruction's among them.
[[nodiscard]] std::int64_t count_request_words(const Value& request) noexcept;
/// Usage in words: of the request, of the answer, together.
[[nodiscard]] Value word_usage(const Value& request, std::string_view answer);
/// The text parts of a Content, joined.
[[nodiscard]] std::string content_text(const Value& content);
/// The text of the last content of role `user`, or without a role; empty when there is none.
[[nodiscard]] std::string last_user_text(const Value& request);
/// The answer's text, when it has one candidate whose parts are all texts.
[[nodiscard]] std::optional<std::string> only_text(const Value& response);

}  // namespace trivet::service
