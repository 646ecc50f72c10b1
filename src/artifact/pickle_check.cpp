// SPDX-License-Identifier: Apache-2.0
// Walks over a pickle's values: the proof that readers rely on, and the way to a value.
#include <algorithm>
#include <optional>
#include <utility>

#include "artifact/pickle_machine.hpp"
#include "base/function_ref.hpp"
#include "text/message.hpp"

namespace trivet::artifact {
namespace {

using Kind = PickleKind;

/// What a reader that visits this value once has to look at.
std::uint64_t own_work(const PickleGraph& graph, PickleId id) noexcept {
  const PickleNode& node = graph.node(id);
  switch (node.kind) {
    case Kind::text:
    case Kind::bytes:
    case Kind::big_integer: return 1 + node.text().size();
    case Kind::array: return 1 + graph.array(id).data.size();
    default: return 1;
  }
}

/// One walk in which each value is done after those that it refers to.
class PickleWalk {
 public:
  PickleWalk(const Pickle& pickle, const PickleOptions& options)
      : pickle_(pickle), graph_(pickle.graph), options_(options), found_(graph_.node_count()) {}

  Status run() {
    enter(pickle_.root);
    while (!open_.empty()) {
      Open& last = open_.back();
      if (last.next == last.count) {
        leave();
        continue;
      }
      const PickleId child = graph_.child(last.id, last.next++);
      const Found& known = found_[child];
      if (known.is_open) {
        return fail(child, "a value that holds itself", "values without cycles");
      }
      if (known.work == 0) enter(child);
      else add(last.id, child);
      if (open_.size() > options_.max_depth || found_[open_.back().id].depth > options_.max_depth) {
        return fail(child,
                    text::message("more than {} values inside each other", options_.max_depth),
                    "nesting within the limit");
      }
    }
    return check_work();
  }

 private:
  struct Found {
    std::uint64_t work = 0;  // of all visits below; 0 before the first
    std::uint32_t depth = 0;
    bool is_open = false;
  };
  struct Open {
    PickleId id;
    std::size_t next;
    std::size_t count;
  };

  void enter(PickleId id) {
    found_[id] = {own_work(graph_, id), 1, true};
    open_.push_back({id, 0, graph_.child_count(id)});
  }
  void leave() {
    const PickleId id = open_.back().id;
    found_[id].is_open = false;
    open_.pop_back();
    if (!open_.empty()) add(open_.back().id, id);
  }
  void add(PickleId parent, PickleId child) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
    found_[parent].work = std::min(kMost, found_[parent].work + found_[child].work);
    found_[parent].depth = std::max(found_[parent].depth, found_[child].depth + 1);
  }

  /// Sharing makes a small file look large to a reader that visits everything: 30 pairs of the same
  /// pair are 2³⁰ values. Models share little.
  [[nodiscard]] Status check_work() const {
    constexpr std::uint64_t kPerByte = 64;
    constexpr std::uint64_t kAlways = std::uint64_t{1} << 20;
    if (found_[pickle_.root].work <= kAlways + kPerByte * pickle_.byte_count) return {};
    return fail(pickle_.root, "values that are shared so often that all visits never end",
                "sharing as models have it");
  }

  [[nodiscard]] Error fail(PickleId id, std::string found, std::string expected) const {
    return Error(Errc::invalid_model, text::message("byte {}", graph_.node(id).offset),
                 std::move(found), std::move(expected));
  }

  const Pickle& pickle_;
  const PickleGraph& graph_;
  const PickleOptions& options_;
  std::vector<Found> found_;
  std::vector<Open> open_;
};

// --- the way to a value

struct CameFrom {
  PickleId parent = kNoPickleId;
  std::uint32_t child = 0;
};

/// The steps from the root to the nearest value that is wanted, and that value.
struct FoundPath {
  PickleId end = kNoPickleId;
  std::vector<CameFrom> steps;
};

std::optional<FoundPath> find_in_pickle(const Pickle& pickle,
                                        base::FunctionRef<bool(PickleId)> is_wanted) {
  const PickleGraph& graph = pickle.graph;
  std::vector<CameFrom> came_from(graph.node_count());
  std::vector<bool> is_seen(graph.node_count());
  std::vector<PickleId> queue{pickle.root};
  is_seen[pickle.root] = true;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const PickleId id = queue[next];
    if (is_wanted(id)) {
      FoundPath path{id, {}};
      for (PickleId at = id; at != pickle.root; at = came_from[at].parent) {
        path.steps.push_back(came_from[at]);
      }
      std::reverse(path.steps.begin(), path.steps.end());
      return path;
    }
    for (std::size_t i = 0; i < graph.child_count(id); ++i) {
      const PickleId child = graph.child(id, i);
      if (is_seen[child]) continue;
      is_seen[child] = true;
      came_from[child] = {id, static_cast<std::uint32_t>(i)};
      queue.push_back(child);
    }
  }
  return std::nullopt;
}

std::string_view last_part(std::string_view dotted) noexcept {
  return dotted.substr(dotted.rfind('.') + 1);
}

/// What a path begins with: the class of the root.
std::string root_in_pickle(const Pickle& pickle) {
  const PickleNode& root = pickle.graph.node(pickle.root);
  if (root.kind == Kind::object) {
    return std::string(last_part(pickle.graph.object(pickle.root).callee->name));
  }
  return "pickle";
}

/// Whether a dict is the state of the object one step before, so that its keys are attributes.
bool is_state_step(const PickleGraph& graph, const CameFrom& step) {
  return graph.node(step.parent).kind == Kind::object &&
         graph.child(step.parent, step.child) == graph.object(step.parent).state;
}

std::string written_path(const Pickle& pickle, const FoundPath& path) {
  std::string out = root_in_pickle(pickle);
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    const CameFrom& step = path.steps[i];
    const bool has_next = i + 1 < path.steps.size();
    const PickleId child = pickle.graph.child(step.parent, step.child);
    // `object` → its state → a value is one step to whoever reads it.
    const bool is_state = is_state_step(pickle.graph, step);
    if (is_state && has_next && pickle.graph.node(child).kind == Kind::dict) continue;
    out += step_in_pickle(pickle, step.parent, step.child);
  }
  return out;
}

// --- names

struct Suspect {
  std::string_view module;  // this one, or those inside it
  std::string_view reason;
};
constexpr Suspect kSuspects[] = {
    {"__main__", "the author's own code, which is not in the file"},
    {"cloudpickle", "code written by cloudpickle"},
    {"dill", "code written by dill"},
    {"os", "a way to run commands"},
    {"posix", "a way to run commands"},
    {"nt", "a way to run commands"},
    {"subprocess", "a way to run commands"},
    {"sys", "a way into the interpreter"},
    {"builtins", "a function of the interpreter"},
    {"__builtin__", "a function of the interpreter"},
    {"importlib", "a way into the interpreter"},
    {"operator", "a way into the interpreter"},
    {"socket", "a way into the network"},
    {"shutil", "a way to change files"},
};

std::string_view reason_against(std::string_view module) noexcept {
  for (const Suspect& one : kSuspects) {
    if (!module.starts_with(one.module)) continue;
    if (module.size() == one.module.size() || module[one.module.size()] == '.') return one.reason;
  }
  return "a class or function that is not known here";
}

}  // namespace

Status check_pickle(const Pickle& pickle, const PickleOptions& options) {
  return PickleWalk(pickle, options).run();
}

std::string step_in_pickle(const Pickle& pickle, PickleId id, std::size_t child) {
  const PickleGraph& graph = pickle.graph;
  const PickleNode& node = graph.node(id);
  if (node.kind == Kind::object) {
    const PickleId part = graph.child(id, child);
    const PickleObject& object = graph.object(id);
    if (part == object.args) return "(…)";
    if (part == object.keywords) return "(**…)";
    return part == object.state ? ".__dict__" : "";
  }
  if (node.kind != Kind::dict) return text::message("[{}]", child);
  const PickleNode& key = graph.node(graph.items(id)[child - child % 2]);
  if (child % 2 == 0) return text::message(".keys()[{}]", child / 2);
  if (key.kind != Kind::text) return text::message("[entry {}]", child / 2);
  const bool is_identifier = !key.text().empty() && key.text().size() <= 64 &&
                             std::all_of(key.text().begin(), key.text().end(), [](char c) {
                               return c == '_' || (c >= '0' && c <= '9') ||
                                      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                             });
  if (is_identifier) return "." + std::string(key.text());
  return "[" + text::quoted(key.text()) + "]";
}

std::string path_in_pickle(const Pickle& pickle, PickleId id) {
  const auto path = find_in_pickle(pickle, [&](PickleId one) { return one == id; });
  return path ? written_path(pickle, *path) : std::string();
}

std::vector<PickleId> unknown_names(const Pickle& pickle) {
  std::vector<PickleId> out;
  for (PickleId id = 0; id < pickle.graph.node_count(); ++id) {
    const PickleNode& node = pickle.graph.node(id);
    if (node.kind == Kind::name && node.name()->role == PickleRole::unknown) out.push_back(id);
  }
  return out;
}

std::string place_of_name(const Pickle& pickle, PickleId name) {
  const PickleGraph& graph = pickle.graph;
  const PickleNode& node = graph.node(name);
  const auto path = find_in_pickle(pickle, [&](PickleId id) {
    if (id == name) return true;
    return graph.node(id).kind == Kind::object && graph.object(id).callee == node.name();
  });
  std::string where = text::message("byte {}", node.offset);
  if (path) where += ", " + written_path(pickle, *path);
  return where;
}

Status check_names(const Pickle& pickle) {
  const std::vector<PickleId> unknown = unknown_names(pickle);
  if (unknown.empty()) return {};
  const PickleNode& node = pickle.graph.node(unknown.front());
  const std::string full = text::message("{}.{}", node.name()->module, node.name()->name);
  return Error(Errc::unsupported_model, place_of_name(pickle, unknown.front()),
               text::message("{} is {}", text::quoted(full), reason_against(node.name()->module)),
               "classes that this library knows. Nothing in a pickle is run: do that step before "
               "the request, or put a built-in class in its place");
}

}  // namespace trivet::artifact
