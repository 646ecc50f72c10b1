// SPDX-License-Identifier: Apache-2.0
// Filters over documents.
#include "service/filter.hpp"

#include <algorithm>
#include <compare>
#include <optional>

#include "service/field_name.hpp"
#include "service/resource_name.hpp"
#include "service/timestamp.hpp"
#include "text/message.hpp"
#include "text/number.hpp"

namespace trivet::service {
namespace {

/// Whether `text` is `pattern`, in which `*` stands for any bytes. O(text × pattern).
bool matches_wildcards(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::optional<double> number_of_text(std::string_view text) {
  if (!text::reads_as_number(text)) return std::nullopt;
  const auto parsed = Value::parse(text);
  return parsed && parsed->is_number() ? std::optional<double>(parsed->as_number()) : std::nullopt;
}

}  // namespace

/// A descent by one token at a time.
class FilterParser {
 public:
  FilterParser(std::string_view text, const Message& message, std::string_view id_name) noexcept
      : text_(text), message_(message), id_name_(id_name) {}

  Outcome<Filter> parse() {
    Filter filter;
    skip_blanks();
    if (rest_is_empty()) return filter;
    auto root = parse_all();
    if (!root) return std::move(root).failure();
    if (!rest_is_empty()) return bad("something that follows no AND or OR");
    filter.root_ = *std::move(root);
    return filter;
  }

 private:
  using Node = Filter::Node;
  using Verb = Filter::Verb;
  using Part = Outcome<Node> (FilterParser::*)();

  static constexpr std::size_t kDepthLimit = 32;

  [[nodiscard]] bool rest_is_empty() const noexcept { return at_ == text_.size(); }
  void skip_blanks() noexcept {
    while (!rest_is_empty() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) {
      ++at_;
    }
  }
  [[nodiscard]] Failure bad(std::string_view found) const {
    return {Code::invalid_argument, text::message("Invalid filter {}: {} at byte {}.",
                                                  text::quoted(text_, 256), found, at_)};
  }

  bool take(std::string_view sign) noexcept {
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    skip_blanks();
    return true;
  }
  /// AND, OR, NOT: a word by itself.
  bool take_word(std::string_view word) noexcept {
    if (text_.substr(at_, word.size()) != word) return false;
    const std::size_t end = at_ + word.size();
    if (end < text_.size() && text_[end] != ' ' && text_[end] != '(') return false;
    return take(word);
  }

  Outcome<Node> parse_chain(Verb verb, std::string_view word, Part part) {
    auto first = (this->*part)();
    if (!first) return first;
    Node chain{.verb = verb, .parts = {}, .path = {}, .operand = {}};
    chain.parts.push_back(*std::move(first));
    while (take_word(word)) {
      auto next = (this->*part)();
      if (!next) return next;
      chain.parts.push_back(*std::move(next));
    }
    if (chain.parts.size() == 1) return std::move(chain.parts.front());
    return chain;
  }
  Outcome<Node> parse_all() { return parse_chain(Verb::all, "AND", &FilterParser::parse_any); }
  Outcome<Node> parse_any() { return parse_chain(Verb::any, "OR", &FilterParser::parse_term); }

  Outcome<Node> parse_term() {
    if (++depth_ > kDepthLimit) return bad("more than 32 levels");
    const bool negates = take_word("NOT") || take("-");
    auto simple = parse_simple();
    --depth_;
    if (!simple || !negates) return simple;
    return negated(*std::move(simple));
  }

  Outcome<Node> parse_simple() {
    if (!take("(")) return parse_comparison();
    auto inner = parse_all();
    if (!inner) return inner;
    if (!take(")")) return bad("a parenthesis that isn't closed");
    return inner;
  }

  Outcome<Node> parse_comparison() {
    const std::size_t start = at_;
    while (!rest_is_empty() &&
           std::string_view(" \t\n=!<>:()\"'").find(text_[at_]) == std::string_view::npos) {
      ++at_;
    }
    const std::string_view name = text_.substr(start, at_ - start);
    if (name.empty()) return bad("no field's name");
    skip_blanks();
    const auto verb = parse_verb();
    if (!verb) return bad("no comparison");
    auto operand = parse_operand();
    if (!operand) return std::move(operand).failure();
    return make_comparison(name, *verb, *std::move(operand));
  }

  std::optional<Verb> parse_verb() noexcept {
    constexpr std::pair<std::string_view, Verb> kSigns[] = {
        {"!=", Verb::unequal}, {"<=", Verb::less_equal}, {">=", Verb::greater_equal},
        {"=", Verb::equal},    {"<", Verb::less},        {">", Verb::greater},
        {":", Verb::has},
    };
    for (const auto& [sign, verb] : kSigns) {
      if (take(sign)) return verb;
    }
    return std::nullopt;
  }

  Outcome<std::string> parse_operand() {
    std::string out;
    if (rest_is_empty()) return bad("no value");
    const char quote = text_[at_];
    if (quote != '"' && quote != '\'') {
      while (!rest_is_empty() &&
             std::string_view(" \t\n()").find(text_[at_]) == std::string_view::npos) {
        out += text_[at_++];
      }
      skip_blanks();
      if (out.empty()) return bad("no value");
      return out;
    }
    for (++at_; !rest_is_empty() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    if (rest_is_empty()) return bad("a text that isn't closed");
    ++at_;
    skip_blanks();
    return out;
  }

  Outcome<Node> make_comparison(std::string_view name, Verb verb, std::string operand) {
    auto path = find_path(message_, id_name_, name);
    if (!path) return std::move(path).failure();
    const bool negates = verb == Verb::unequal;
    Node node{.verb = negates ? Verb::equal : verb,
              .parts = {},
              .path = *std::move(path),
              .operand = std::move(operand)};
    node.is_id = name == id_name_;
    if (verb != Verb::has || node.operand != "*") {
      if (auto failure = check_operand(node)) return *std::move(failure);
    }
    return negates ? negated(std::move(node)) : std::move(node);
  }

  [[nodiscard]] static Node negated(Node inner) {
    Node node{.verb = Verb::negate, .parts = {}, .path = {}, .operand = {}};
    node.parts.push_back(std::move(inner));
    return node;
  }

  [[nodiscard]] std::optional<Failure> check_operand(Node& node) const {
    const Field& field = *node.path.field;
    const auto refused = [&](std::string_view wanted) {
      return Failure(Code::invalid_argument,
                     text::message("Invalid filter {}: {} is no {}.", text::quoted(text_, 256),
                                   text::quoted(node.operand), wanted));
    };
    switch (field.kind) {
      case Kind::timestamp:
        if (const auto time = parse_timestamp(node.operand)) {
          node.operand = format_timestamp(*time);
          return std::nullopt;
        }
        return refused("time");
      case Kind::int32:
      case Kind::int64:
      case Kind::number:
        return number_of_text(node.operand) ? std::nullopt
                                            : std::optional<Failure>(refused("number"));
      case Kind::boolean:
        if (node.operand == "true" || node.operand == "false") return std::nullopt;
        return refused("boolean");
      case Kind::enumeration:
        for (const EnumName& known : field.names) {
          if (known.name == node.operand) return std::nullopt;
        }
        return refused("name of an enumerator");
      default: return std::nullopt;
    }
  }

  std::string_view text_;
  const Message& message_;
  std::string_view id_name_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

/// What lists may be asked for although nothing here is made of a base model.
constexpr Field kBaseModelName{.name = "baseModelName", .kind = Kind::text};

Outcome<FieldPath> find_path(const Message& message, std::string_view id_name,
                             std::string_view text) {
  FieldPath path;
  if (to_camel_case(text) == kBaseModelName.name) {
    path.names.emplace_back(kBaseModelName.name);
    path.field = &kBaseModelName;
    return path;
  }
  if (!id_name.empty() && text == id_name) text = "name";
  const Message* at = &message;
  std::string_view rest = text;
  while (at != nullptr) {
    const std::string_view name = rest.substr(0, rest.find('.'));
    path.field = find_field(*at, name);
    if (path.field == nullptr) break;
    path.names.emplace_back(path.field->name);
    if (name.size() == rest.size()) return path;
    rest.remove_prefix(name.size() + 1);
    if (path.field->shape == Shape::map) {
      path.names.emplace_back(rest);
      path.is_map_key = true;
      return path;
    }
    at = path.field->shape == Shape::one ? path.field->message : nullptr;
  }
  return Failure(Code::invalid_argument,
                 text::message("{} is no field of {} that can be asked for.",
                               text::quoted(text, 256), message.name));
}

const Value* follow_path(const FieldPath& path, const Value& document) noexcept {
  const Value* at = &document;
  for (const std::string& name : path.names) {
    at = at->find(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

Outcome<Filter> Filter::parse(std::string_view text, const Message& message,
                              std::string_view id_name) {
  return FilterParser(text, message, id_name).parse();
}

bool Filter::matches(const Value& document) const { return holds(root_, document); }

bool Filter::holds(const Node& node, const Value& document) {
  const auto part_holds = [&](const Node& part) { return holds(part, document); };
  switch (node.verb) {
    case Verb::all: return std::all_of(node.parts.begin(), node.parts.end(), part_holds);
    case Verb::any: return std::any_of(node.parts.begin(), node.parts.end(), part_holds);
    case Verb::negate: return !holds(node.parts.front(), document);
    default: break;
  }
  const Value* value = follow_path(node.path, document);
  const bool is_presence = node.verb == Verb::has && node.operand == "*";
  if (is_presence) return value != nullptr;
  if (value == nullptr && node.path.is_map_key) return false;
  if (value != nullptr && value->as_list() != nullptr) {
    return std::any_of(value->as_list()->begin(), value->as_list()->end(),
                       [&](const Value& item) { return compares(node, &item); });
  }
  if (value != nullptr && value->as_object() != nullptr) {  // a map has a key
    return node.verb == Verb::has && value->find(node.operand) != nullptr;
  }
  return compares(node, value);
}

/// A value that isn't there is its kind's default.
bool Filter::compares(const Node& node, const Value* value) {
  std::partial_ordering order = std::partial_ordering::unordered;
  const auto operand_number = number_of_text(node.operand);
  if (value != nullptr && value->as_boolean() != nullptr) {
    order = *value->as_boolean() <=> (node.operand == "true");
  } else if (node.path.field->kind == Kind::boolean) {
    order = false <=> (node.operand == "true");
  } else if (node.path.field->kind != Kind::text && operand_number) {
    order = (value == nullptr ? 0 : value->as_number()) <=> *operand_number;
  } else {
    std::string_view text =
        value != nullptr && value->as_text() != nullptr ? std::string_view(*value->as_text()) : "";
    if (node.is_id && node.operand.find('/') == std::string::npos) text = last_part(text);
    const bool has_wildcards = node.operand.find('*') != std::string::npos;
    const bool is_match = has_wildcards            ? matches_wildcards(node.operand, text)
                          : node.verb == Verb::has ? text.find(node.operand) != std::string::npos
                                                   : text == node.operand;
    if (node.verb == Verb::has || node.verb == Verb::equal) return is_match;
    order = text <=> node.operand;
  }
  switch (node.verb) {
    case Verb::less: return order < 0;
    case Verb::less_equal: return order <= 0;
    case Verb::greater: return order > 0;
    case Verb::greater_equal: return order >= 0;
    default: return order == 0;
  }
}

}  // namespace trivet::service
