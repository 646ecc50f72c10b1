// SPDX-License-Identifier: Apache-2.0
// Usage, commands, options, examples.
#include "cli/help_page.hpp"

#include <cstddef>

namespace trivet::cli {
namespace {

std::string spelled(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name(true);
  const std::string name = option.get_name(false, true);  // all spellings: -h,--help
  return option.get_items_expected_max() > 0 ? name + " " + option.get_type_name() : name;
}

void add_entry(const std::string& name, const std::string& text, std::string& page) {
  constexpr std::size_t kTextColumn = 22;
  page += "  " + name;
  page.append(name.size() + 2 < kTextColumn ? kTextColumn - name.size() - 2 : 1, ' ');
  for (const char c : text) {
    page += c;
    if (c == '\n') page.append(kTextColumn, ' ');
  }
  page += "\n";
}

std::string usage_tail(const CLI::App& app, bool is_program) {
  std::string tail = is_program ? " COMMAND" : "";
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name(true);
    tail += option->get_required() ? " " + name : " [" + name + "]";
  }
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional() && option->get_required()) tail += " " + spelled(*option);
  }
  return tail + (is_program ? " …" : " [OPTIONS]");
}

void add_commands(const CLI::App& app, std::string& page) {
  page += "\nCommands:\n";
  for (const CLI::App* command : app.get_subcommands({})) {
    add_entry(command->get_name(), command->get_description(), page);
  }
}

void add_options(const CLI::App& app, std::string& page) {
  page += "\nOptions:\n";
  for (const bool positional : {true, false}) {
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_positional() != positional) continue;
      add_entry(spelled(*option), option->get_description(), page);
    }
  }
}

}  // namespace

std::string HelpPage::make_help(const CLI::App* app, std::string /*called_as*/,
                                CLI::AppFormatMode /*mode*/) const {
  const bool is_program = app->get_parent() == nullptr;
  const std::string name = is_program ? "trivet" : "trivet " + app->get_name();
  std::string page = name + ": " + app->get_description() + "\n\n";
  page += "usage: " + name + usage_tail(*app, is_program) + "\n";
  if (is_program) add_commands(*app, page);
  add_options(*app, page);
  return page + "\nExamples:\n" + app->get_footer() + "\n";
}

}  // namespace trivet::cli
