// SPDX-License-Identifier: Apache-2.0
// `trivet predict`: a request, or one instance a line, answered by a model.
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/input.hpp"
#include "trivet/local_endpoint.hpp"
#include "trivet/local_model.hpp"

namespace trivet::cli {
namespace {

constexpr std::string_view kRequestHead = R"({"instances":[)";
constexpr std::string_view kRequestTail = "]}";
constexpr std::string_view kResponseHead = R"({"predictions":[)";
constexpr std::string_view kResponseTail = "]}";
constexpr std::string_view kFirstInstance = "/instances/0";
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

/// Malformed text is told with its place in the request, `/instances/0: byte 14: malformed JSON
/// before "x]}"; …`. Makes it the place in the line, and takes the request's end off the quotation.
void count_from_line(std::string_view where, std::string& text) {
  const std::size_t begin = where.rfind(kByteOffset);
  if (begin == std::string_view::npos || (begin != 0 && where[begin - 1] != ' ')) return;
  const std::string_view digits = where.substr(begin + kByteOffset.size());
  std::size_t offset = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), offset);
  if (error != std::errc() || end != digits.data() + digits.size()) return;
  offset -= std::min(offset, kRequestHead.size());
  text.replace(begin + kByteOffset.size(), digits.size(), std::to_string(offset));
  const std::size_t tail = text.rfind("]}\";");
  if (tail != std::string::npos) text.erase(tail, kRequestTail.size());
}

/// The error of a request that was made from one line, told in terms of the line. What the model
/// itself says stays as it is.
std::string line_error(const Error& error, std::size_t line_number) {
  std::string text = error.message();
  if (error.code() == Errc::model_refused) return text;
  count_from_line(error.where(), text);
  if (text.starts_with(kFirstInstance)) {
    text.erase(0, kFirstInstance.size());
    if (text.starts_with(": ")) text.erase(0, 2);
  }
  return "line " + std::to_string(line_number) + ": " + text;
}

/// Answers lines one by one; each is a request of its own.
class LineAnswerer {
 public:
  explicit LineAnswerer(const LocalEndpoint& endpoint) : endpoint_(endpoint) {}

  /// One prediction or one `{"error": …}`, with its line end.
  void answer(std::string_view line, std::size_t line_number, StandardOutput& out) {
    if (!stays_one_item(line)) {
      return refuse_line(line_number, "not one JSON value; one instance in JSON", out);
    }
    request_.assign(kRequestHead).append(line).append(kRequestTail);
    const auto answered = endpoint_.predict(request_, response_);
    if (!answered) return write_error(line_error(answered.error(), line_number), out);
    std::string_view prediction = response_;
    prediction.remove_prefix(kResponseHead.size());
    prediction.remove_suffix(kResponseTail.size());
    out.write(prediction);
    out.write("\n");
  }
  void refuse_line(std::size_t line_number, std::string_view text, StandardOutput& out) {
    write_error("line " + std::to_string(line_number) + ": " + std::string(text), out);
  }
  [[nodiscard]] bool has_refused() const noexcept { return has_refused_; }

 private:
  void write_error(std::string_view text, StandardOutput& out) {
    has_refused_ = true;
    out.write(error_object(text));
    out.write("\n");
  }

  const LocalEndpoint& endpoint_;
  std::string request_;
  std::string response_;
  bool has_refused_ = false;
};

std::string_view without_byte_order_mark(std::string_view line) {
  if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  return line;
}

int predict_lines(const LocalEndpoint& endpoint, InputFile file) {
  const std::size_t limit =
      RequestLimits().request_bytes - kRequestHead.size() - kRequestTail.size();
  LineReader reader(std::move(file), limit);
  LineAnswerer answerer(endpoint);
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

int predict_request(const LocalEndpoint& endpoint, const std::string& path) {
  const Result<std::string> request = read_whole(path, RequestLimits().request_bytes);
  if (!request) return refuse(kRefused, request.error());
  const Result<std::string> response = endpoint.predict(*request);
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
  LoadOptions options;
  options.sidecar = command.sidecar;
  const Result<LocalModel> model = LocalModel::load(command.model, options);
  if (!model) return refuse(kNoModel, model.error());
  const LocalEndpoint endpoint = model->deploy_to_local_endpoint();
  hint_at_terminal(command);
  if (!command.lines) return predict_request(endpoint, command.request);

  Result<InputFile> file = InputFile::open(command.request);
  if (!file) return refuse(kRefused, file.error());
  return predict_lines(endpoint, std::move(*file));
}

}  // namespace trivet::cli
