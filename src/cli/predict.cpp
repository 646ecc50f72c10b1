// SPDX-License-Identifier: Apache-2.0
// `trivet predict`: a request, or one instance a line, answered by a model.
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/input.hpp"
#include "cli/request_parameters.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"
#include "trivet/value.hpp"

namespace trivet::cli {
namespace {

constexpr std::string_view kRequestTail = "]}";
constexpr std::string_view kResponseHead = R"({"predictions":[)";
constexpr std::string_view kResponseTail = "]}";
constexpr std::string_view kFirstInstance = "/instances/0";
constexpr std::string_view kParameters = "/parameters";
constexpr std::string_view kByteOffset = "byte ";

/// True when a line that is put between `[` and `]` stays inside them and makes one item of the
/// list; whether that item is JSON is for the request reader to say. Without this a line such as
/// `1],"parameters":{},"x":[2` would speak for the whole request.
bool stays_one_item(std::string_view line) {
  std::size_t depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (in_text) {
      if (c == '\\') ++i;
      else in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth-- == 0) return false;
    } else if (c == ',' && depth == 0) {
      return false;
    }
  }
  return depth == 0 && !in_text;
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// The start of a trailing `byte 14` in a place, npos when there is none.
std::size_t find_byte_place(std::string_view where) {
  const std::size_t begin = where.rfind(kByteOffset);
  if (begin == std::string_view::npos || (begin != 0 && !where.substr(0, begin).ends_with(": "))) {
    return std::string_view::npos;
  }
  const std::string_view digits = where.substr(begin + kByteOffset.size());
  const bool is_number = digits.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number && !digits.empty() ? begin : std::string_view::npos;
}

std::string line_place(std::size_t line_number, std::string_view place) {
  std::string text = "line " + std::to_string(line_number);
  if (!place.empty()) text.append(", ").append(place);
  return text;
}

/// What is wrong with the text of a line by itself; nothing when it is one JSON value.
std::optional<Error> find_fault(std::string_view line, std::size_t line_number) {
  const Result<Value> value = Value::parse(line);
  if (value) return std::nullopt;
  const Error& fault = value.error();
  return Error(Errc::invalid_request, line_place(line_number, fault.where()),
               std::string(fault.found()), std::string(fault.expected()));
}

/// The error of a request that was made from one line, told in terms of the line. What the model
/// itself says stays as it is.
Error line_error(const Error& error, std::string_view line, std::size_t line_number) {
  if (error.code() == Errc::model_refused) return error;
  std::string_view where = error.where();
  const std::size_t byte = find_byte_place(where);
  if (byte != std::string_view::npos) {
    if (auto fault = find_fault(line, line_number)) return std::move(*fault);
    where = where.substr(0, byte == 0 ? 0 : byte - 2);
  }
  std::string place;
  if (where.starts_with(kParameters)) place = parameter_place(where);
  else if (where.starts_with(kFirstInstance)) place = where.substr(kFirstInstance.size());
  return Error(error.code(), line_place(line_number, place), std::string(error.found()),
               std::string(error.expected()));
}

/// Answers lines one by one; each is a request of its own.
class LineAnswerer {
 public:
  LineAnswerer(const LocalEndpoint& endpoint, std::string request_head)
      : endpoint_(endpoint), request_head_(std::move(request_head)) {}

  /// One prediction or one `{"error": …}`, with its line end.
  void answer(std::string_view line, std::size_t line_number, StandardOutput& out) {
    if (!stays_one_item(line)) {
      const std::optional<Error> fault = find_fault(line, line_number);
      if (fault) return write_error(fault->message(), out);
      return refuse_line(line_number, "not one JSON value; one instance in JSON", out);
    }
    request_.assign(request_head_).append(line).append(kRequestTail);
    const auto answered = endpoint_.predict(request_, response_);
    if (!answered) {
      return write_error(line_error(answered.error(), line, line_number).message(), out);
    }
    std::string_view prediction = response_;
    prediction.remove_prefix(kResponseHead.size());
    prediction.remove_suffix(kResponseTail.size());
    out.write(prediction);
    out.write("\n");
  }
  void refuse_line(std::size_t line_number, std::string_view text, StandardOutput& out) {
    write_error(line_place(line_number, "") + ": " + std::string(text), out);
  }
  [[nodiscard]] bool has_refused() const noexcept { return has_refused_; }

 private:
  void write_error(std::string_view text, StandardOutput& out) {
    has_refused_ = true;
    out.write(error_object(text));
    out.write("\n");
  }

  const LocalEndpoint& endpoint_;
  std::string request_head_;
  std::string request_;
  std::string response_;
  bool has_refused_ = false;
};

/// What stands before the one instance of a line's request.
std::string request_head(const std::string& parameters) {
  std::string head = "{";
  if (!parameters.empty()) head += R"("parameters":)" + parameters + ",";
  return head + R"("instances":[)";
}

int predict_lines(const LocalEndpoint& endpoint, InputFile file, const std::string& parameters) {
  const std::string head = request_head(parameters);
  const std::size_t limit = RequestLimits().request_bytes - head.size() - kRequestTail.size();
  LineReader reader(std::move(file), limit);
  LineAnswerer answerer(endpoint, head);
  StandardOutput out;
  while (!out.is_closed()) {
    // Whoever feeds lines one at a time gets each answer before the next line is waited for.
    if (!reader.has_line()) out.flush();
    std::string_view line;
    const Result<LineReader::Step> step = reader.next(line);
    if (!step) {
      out.write(error_object(step.error().message()));
      out.write("\n");
      return out.finish(kRefused);
    }
    if (*step == LineReader::Step::end) break;
    const std::size_t number = reader.line_number();
    if (*step == LineReader::Step::too_long) {
      answerer.refuse_line(number, "longer than " + std::to_string(limit) + " bytes; one instance",
                           out);
      continue;
    }
    if (number == 1) line = without_byte_order_mark(line);
    if (!is_blank(line)) answerer.answer(line, number, out);
  }
  return out.finish(answerer.has_refused() ? kRefused : kAnswered);
}

int predict_request(const LocalEndpoint& endpoint, const PredictCommand& command) {
  const Result<std::string> request = read_whole(command.request, RequestLimits().request_bytes);
  if (!request) return refuse(kRefused, request.error());
  const Result<std::string> response =
      answer_with(command.parameters, *request,
                  [&](const std::string& body) { return endpoint.predict(body); });
  if (!response) return refuse(kRefused, response.error());
  StandardOutput out;
  out.write(*response);
  out.write("\n");
  return out.finish(kAnswered);
}

void hint_at_terminal(const PredictCommand& command) {
  if (command.request != "-" || ::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return;
  constexpr std::string_view kHint = "reading from the terminal; Ctrl-D ends the input\n";
  (void)!::write(STDERR_FILENO, kHint.data(), kHint.size());
}

}  // namespace

int run(const PredictCommand& command) {
  if (!command.parameters.empty()) {
    const std::string fault = fault_of_parameters(command.parameters);
    if (!fault.empty()) return wrong_usage("predict", printable(fault));
  }
  LoadOptions options;
  options.sidecar = command.sidecar;
  const Result<LocalModel> model = LocalModel::load(command.model, options);
  if (!model) return refuse(kNoModel, model.error());
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  hint_at_terminal(command);
  if (!command.lines) return predict_request(endpoint, command);

  Result<InputFile> file = InputFile::open(command.request);
  if (!file) return refuse(kRefused, file.error());
  return predict_lines(endpoint, std::move(*file), command.parameters);
}

}  // namespace trivet::cli
