// SPDX-License-Identifier: Apache-2.0
// Answers with what the user said last.
#include "service/generators/kinds.hpp"

namespace trivet::service::generators {
namespace {

class EchoGenerator final : public Generator {
 public:
  Outcome<Value> generate(const GenerateRequest& request) const override {
    std::string text = last_user_text(request.content);
    Value usage = word_usage(request.content, text);
    return make_generate_response({std::move(text), "STOP", std::move(usage)}, request.model);
  }
};

}  // namespace

Made make_echo(const GeneratorContext&) {
  return std::shared_ptr<const Generator>(std::make_shared<EchoGenerator>());
}

}  // namespace trivet::service::generators
