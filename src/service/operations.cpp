// SPDX-License-Identifier: Apache-2.0
// Operations: making, keeping and answering them.
#include "service/operations.hpp"

#include <algorithm>

#include "service/field_mask.hpp"
#include "service/messages.hpp"
#include "service/timestamp.hpp"

namespace trivet::service {
namespace {

/// google.protobuf.Any: the message's JSON with its type in front.
Value as_any(const Message& message, const Value& canonical) {
  std::string json;
  write_message(message, canonical, {}, json);
  Value::Object any{{"@type", "type.googleapis.com/" + std::string(message.name)}};
  const auto parsed = Value::parse(json);
  if (parsed && parsed->as_object() != nullptr) {
    any.insert(any.end(), parsed->as_object()->begin(), parsed->as_object()->end());
  }
  return any;
}

void replace_parent(Value& value, std::string_view from, std::string_view to) {
  if (const std::string* text = value.as_text()) {
    if (text->size() > from.size() && text->starts_with(from) && (*text)[from.size()] == '/') {
      value = std::string(to) + text->substr(from.size());
    }
  } else if (Value::List* items = value.as_list()) {
    for (Value& item : *items) replace_parent(item, from, to);
  } else if (Value::Object* members = value.as_object()) {
    for (Member& member : *members) replace_parent(member.value, from, to);
  }
}

}  // namespace

OperationEntry make_operation(std::string id, const Parent& parent, OperationResult result) {
  OperationEntry entry{.id = std::move(id),
                       .sequence = 0,
                       .parent = parent.name(),
                       .resource = std::move(result.resource),
                       .document = Value::Object{}};
  std::string name = entry.parent;
  if (!entry.resource.empty()) name += "/" + entry.resource;
  set_member(entry.document, "name", name + "/operations/" + entry.id);
  if (result.metadata != nullptr) {
    const std::string now = format_timestamp(microseconds_now());
    Value metadata =
        Value::Object{{"genericMetadata", Value::Object{{"createTime", now}, {"updateTime", now}}}};
    replace_fields({}, result.more_metadata, metadata);
    set_member(entry.document, "metadata", as_any(*result.metadata, metadata));
  }
  set_member(entry.document, "done", true);
  const Message& response = result.response == nullptr ? messages::empty : *result.response;
  set_member(entry.document, "response", as_any(response, result.answer));
  return entry;
}

Value operation_answer(const OperationEntry& entry, const Parent& parent) {
  Value answer = entry.document;
  const std::string wanted = parent.name();
  if (wanted != entry.parent) replace_parent(answer, entry.parent, wanted);
  return answer;
}

std::optional<std::string> OperationLog::add(OperationEntry entry) {
  const std::lock_guard lock(mutex_);
  std::string id = entry.id;
  entries_[id] = std::make_shared<const OperationEntry>(std::move(entry));
  order_.push_back(std::move(id));
  if (order_.size() <= kLimit) return std::nullopt;
  std::string oldest = std::move(order_.front());
  order_.pop_front();
  entries_.erase(oldest);
  return oldest;
}

std::shared_ptr<const OperationEntry> OperationLog::find(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(std::string(id));
  return found == entries_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const OperationEntry>> OperationLog::list(
    std::string_view resource) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const OperationEntry>> out;
  for (const std::string& id : order_) {
    const auto& entry = entries_.at(id);
    if (resource.empty() || entry->resource == resource) out.push_back(entry);
  }
  return out;
}

bool OperationLog::remove(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (entries_.erase(std::string(id)) == 0) return false;
  std::erase(order_, id);
  return true;
}

}  // namespace trivet::service
