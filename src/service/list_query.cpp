// SPDX-License-Identifier: Apache-2.0
// Lists: what is kept, in which order, which page of it.
#include "service/list_query.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/base64.hpp"
#include "base/city_hash.hpp"
#include "service/field_mask.hpp"
#include "service/filter.hpp"
#include "text/message.hpp"

namespace trivet::service {
namespace {

constexpr std::size_t kUsualPageSize = 100;
constexpr std::size_t kLargestPageSize = 1000;

struct OrderKey {
  FieldPath path;
  bool descends = false;
};

Failure bad_order(std::string_view text) {
  return {Code::invalid_argument,
          text::message("Invalid orderBy {}: fields, each with \" desc\" or nothing behind it, and "
                        "commas between them are expected.",
                        text::quoted(text, 256))};
}

Outcome<std::vector<OrderKey>> parse_order(std::string_view text, const ListSpec& spec) {
  std::vector<OrderKey> keys;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    OrderKey key;
    const std::size_t blank = std::min(part.find(' '), part.size());
    std::string_view direction = part.substr(blank);
    while (!direction.empty() && direction.front() == ' ') direction.remove_prefix(1);
    if (direction != "" && direction != "asc" && direction != "desc") return bad_order(text);
    key.descends = direction == "desc";
    if (blank == 0) return bad_order(text);
    auto path = find_path(*spec.message, spec.id_name, part.substr(0, blank));
    if (!path) return std::move(path).failure();
    key.path = *std::move(path);
    if (key.path.field->shape != Shape::one || key.path.field->message != nullptr) {
      return bad_order(text);
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

/// -1, 0, 1; what isn't there comes first.
int order_of(const Value* a, const Value* b) {
  if (a == nullptr || b == nullptr) return (a != nullptr) - (b != nullptr);
  if (a->as_text() != nullptr && b->as_text() != nullptr) {
    const int order = a->as_text()->compare(*b->as_text());
    return (order > 0) - (order < 0);
  }
  return (a->as_number() > b->as_number()) - (a->as_number() < b->as_number());
}

void sort_items(const std::vector<OrderKey>& keys, std::vector<Value>& items) {
  if (keys.empty()) return;
  std::stable_sort(items.begin(), items.end(), [&](const Value& a, const Value& b) {
    for (const OrderKey& key : keys) {
      const int order = order_of(follow_path(key.path, a), follow_path(key.path, b));
      if (order != 0) return key.descends ? order > 0 : order < 0;
    }
    return false;
  });
}

/// Where a page begins: behind the item of that name, or at that position when it has gone.
struct PagePlace {
  std::size_t position = 0;
  std::string last_name;
};

/// What makes a token worthless elsewhere: the server's secret, the list, the question.
std::string page_seal(std::uint64_t secret, const ListSpec& spec, const QueryParameters& query,
                      std::string_view payload) {
  const std::string sealed = text::message("{:016x}\n{}\n{}\n{}\n{}", secret, spec.member,
                                           query.find("filter"), query.find("orderBy"), payload);
  return text::message("{:016x}", base::city_hash64(sealed));
}

std::string write_page_token(const std::string& seal_and_payload) {
  std::string out;
  base::encode_base64(seal_and_payload, out);
  while (!out.empty() && out.back() == '=') out.pop_back();
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return out;
}

constexpr std::size_t kSealSize = 16;

std::optional<PagePlace> read_page_token(std::string_view token, std::uint64_t secret,
                                         const ListSpec& spec, const QueryParameters& query) {
  std::string standard(token);
  for (char& c : standard) c = c == '-' ? '+' : c == '_' ? '/' : c;
  std::string bytes;
  if (!base::decode_base64(standard, bytes) || bytes.size() < kSealSize) return std::nullopt;
  const std::string_view payload = std::string_view(bytes).substr(kSealSize);
  if (page_seal(secret, spec, query, payload) != std::string_view(bytes).substr(0, kSealSize)) {
    return std::nullopt;
  }
  PagePlace place;
  const char* const end = payload.data() + payload.size();
  const auto [stop, problem] = std::from_chars(payload.data(), end, place.position);
  if (problem != std::errc() || stop == end) return std::nullopt;
  place.last_name.assign(stop + 1, end);
  return place;
}

Outcome<std::size_t> read_page_size(const QueryParameters& query) {
  const std::string_view text = query.find("pageSize");
  if (text.empty()) return kUsualPageSize;
  std::int64_t size = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (problem != std::errc() || stop != text.data() + text.size() || size < 0) {
    return Failure(
        Code::invalid_argument,
        text::message("Invalid value at 'page_size' (TYPE_INT32), {}", text::quoted(text)));
  }
  if (size == 0) return kUsualPageSize;
  return std::min(static_cast<std::size_t>(size), kLargestPageSize);
}

std::size_t first_of_page(const PagePlace& place, const std::vector<Value>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (text_of(items[i], "name") == place.last_name) return i + 1;
  }
  return std::min(place.position, items.size());
}

}  // namespace

Outcome<Value> make_page(const ListSpec& spec, std::vector<Value> items,
                         const QueryParameters& query, std::uint64_t secret) {
  const auto filter = Filter::parse(query.find("filter"), *spec.message, spec.id_name);
  if (!filter) return filter.failure();
  const auto keys = parse_order(query.find("orderBy"), spec);
  if (!keys) return keys.failure();
  const auto mask = FieldMask::parse(query.find("readMask"), *spec.message, "readMask");
  if (!mask) return mask.failure();
  const auto size = read_page_size(query);
  if (!size) return size.failure();

  std::erase_if(items, [&](const Value& item) { return !filter->matches(item); });
  sort_items(*keys, items);
  std::size_t begin = 0;
  if (const std::string_view token = query.find("pageToken"); !token.empty()) {
    const auto place = read_page_token(token, secret, spec, query);
    if (!place) {
      return Failure(Code::invalid_argument,
                     "Invalid page token: it is none that this list has given.");
    }
    begin = first_of_page(*place, items);
  }
  const std::size_t end = std::min(items.size(), begin + *size);
  Value::List page;
  for (std::size_t i = begin; i < end; ++i) page.push_back(select_fields(*mask, items[i]));
  Value::Object answer{{std::string(spec.member), std::move(page)}};
  if (end < items.size()) {
    const std::string payload = text::message("{} {}", end, text_of(items[end - 1], "name"));
    answer.push_back(
        {"nextPageToken", write_page_token(page_seal(secret, spec, query, payload) + payload)});
  }
  return Value(std::move(answer));
}

}  // namespace trivet::service
