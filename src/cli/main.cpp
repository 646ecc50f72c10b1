// SPDX-License-Identifier: Apache-2.0
// The program `trivet`: its command line, its help, its version.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/encodings.hpp"
#include "cli/help_page.hpp"
#include "cli/serve_options.hpp"
#include "trivet/version.hpp"

namespace trivet::cli {
namespace {

constexpr std::string_view kAbout = "predictions of the model that you would deploy, here and now";
constexpr std::string_view kModelText =
    "the artefact: a file or a folder; its content says the format";
constexpr std::string_view kSidecarText =
    "a sidecar (names, categories, classes) to use instead of the\n"
    "trivet.json beside the artefact";

constexpr std::string_view kProgramExamples =
    R"(  trivet inspect model.bst
  trivet predict model.bst request.json
  echo '{"instances": [[5.1, "NaN", 1.4, 0.2]]}' | trivet predict model.bst
  trivet predict model.bst rows.jsonl --lines > predictions.jsonl
  trivet explain model_dir request.json

Exit status: 0 answered; 1 the request was refused, or standard output took no more; 2 wrong usage;
3 the model can't be loaded. On 1 and 3 standard output holds {"error": "..."} (with --lines, on
the line of each instance that was refused).
`trivet help COMMAND` tells more about a command.)";
constexpr std::string_view kPredictExamples =
    R"(  trivet predict model.bst request.json
  echo '{"instances": [{"age": 39, "bmi": "NaN"}]}' | trivet predict model_dir
  tail -f rows.jsonl | trivet predict model.bst --lines
  trivet predict model.bst request.json --parameters '{"output_margin": true}'

Instances are lists in the order of the columns, or objects by column name. "NaN" is a missing
value, 0 is zero. One bad instance refuses the whole request: standard output then holds
{"error": "..."} and the exit status is 1.

With --lines each line is an instance and its own request: a bad one gives {"error": "line 3, ..."}
as its line of the output, the others are answered, and the exit status is 1 at the end. Blank lines
are skipped: they give no line of output.

`trivet inspect MODEL` lists the columns, and the parameters that the model knows.)";
constexpr std::string_view kExplainExamples =
    R"(  trivet explain model_dir request.json
  trivet explain model.bst request.json --spec spec.json
  trivet explain model.bst --spec spec.json --plan
  trivet explain model_dir request.json --parameters '{"output_margin": true}'
  trivet explain model_dir rows.json --summary
  trivet explain model_dir rows.json --summary --svg rows.svg
  trivet explain model.bst request.json --values pred_contribs

The spec is an ExplanationSpec as the service has it; without --spec it is the sidecar's:
  {"parameters": {"sampledShapleyAttribution": {"pathCount": 25}},
   "metadata": {"inputs": {"age": {"inputBaselines": [39]}}, "outputs": {"prediction": {}}}}
A model that takes lists has one input, with names for the positions:
  "inputs": {"features": {"encoding": "BAG_OF_FEATURES", "indexFeatureMapping": ["age", "bmi"],
                          "inputBaselines": [[39, 24.5]]}}

Attributions say how each feature moved the answer away from the answer at the baseline; they add up
to the difference. They are exact wherever the model allows; approximationError is 0 then.

With --values they are what XGBoost, LightGBM (pred_contrib) or CatBoost (ShapValues) would say of
the same model: of its margin, compared with the mean over its training rows.)";
constexpr std::string_view kBaselinesExamples =
    R"(  trivet baselines training.csv --target Deposit > model_dir/trivet.json
  trivet baselines rows.jsonl
  zcat training.csv.gz | trivet baselines - > model_dir/trivet.json

Numbers get their lower median, other columns their most frequent value, the first of equals. Empty
cells, null and NaN are left out. What is printed is a sidecar with an "explanationSpec"; rename its
output to what the model answers, and join it with a sidecar that is there already.)";
constexpr std::string_view kInspectExamples =
    R"(  trivet inspect model.bst
  trivet inspect model_dir --json | jq .inputs
  trivet inspect model.bst --tree 0)";
constexpr std::string_view kConvertExamples =
    R"(  trivet convert model.bst model.json
  trivet convert model.bst model.ubj --force
  trivet convert model_dir model.bin --to lightgbm-text
  trivet convert model.bst - --to xgboost-json | jq .version

The new file answers every row with the same bits: it is read back and compared before it gets its
name. A model that the other format can't hold exactly is refused with the reason (exit status 1).
OUT appears whole or not at all. With --force a link is followed and the file that it leads to
replaced; permissions are kept. - is standard output: then it holds the file and nothing else.
XGBoost and LightGBM compare and add differently, so neither becomes the other. Names and
categories of a sidecar go along; parameters of the training don't.)";
constexpr std::string_view kBenchExamples =
    R"(  trivet bench model.bst --rows rows.npy --batch 1
  trivet bench model.bst --rows rows.npy --batch 1000 --threads 4
  trivet bench model.bst --rows rows.npy --batch 1 --json-door

Prints one JSON object. Times are wall-clock nanoseconds; with several threads ns_per_row counts
the rows of all of them. ROWS is gone through from top to bottom, again and again.)";

/// Takes whole numbers from `least` to `most` in decimal digits, which CLI11 alone would take as
/// octal with a 0 in front.
CLI::Validator whole_number(std::size_t least, std::size_t most) {
  const auto read = [least, most](std::string& text) -> std::string {
    std::size_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || number < least || number > most) {
      return "\"" + printable(text) + "\"; a whole number from " + std::to_string(least) + " to " +
             std::to_string(most);
    }
    text = std::to_string(number);
    return "";
  };
  return CLI::Validator(read, "");
}

/// Takes seconds; no NaN, which would pass for a number in any range.
CLI::Validator duration() {
  const auto read = [](std::string& text) -> std::string {
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    const bool fits = number >= 0.001 && number <= 86'400;
    if (error == std::errc() && stop == end && fits) return "";
    return "\"" + printable(text) + "\"; a number of seconds from 0.001 to 86400";
  };
  return CLI::Validator(read, "");
}

CLI::Validator one_of(std::vector<std::string_view> words) {
  const auto read = [words = std::move(words)](std::string& text) -> std::string {
    std::string names;
    for (const std::string_view word : words) {
      if (text == word) return "";
      names.append(names.empty() ? "" : ", ").append(word);
    }
    return "\"" + printable(text) + "\"; one of " + names;
  };
  return CLI::Validator(read, "");
}

/// Takes anything but an empty text, which a shell makes of a variable that isn't set.
CLI::Validator not_empty(std::string wanted) {
  const auto read = [wanted = std::move(wanted)](std::string& text) -> std::string {
    return text.empty() ? "an empty text; " + wanted : "";
  };
  return CLI::Validator(read, "");
}

/// The command line: which words there are, and where their values go.
class CommandLine {
 public:
  CommandLine() {
    app_.set_help_flag("-h,--help", "print this help");
    app_.set_version_flag("--version", "trivet " + std::string(version()), "print the version");
    app_.footer(std::string(kProgramExamples));
    app_.require_subcommand(0, 1);
    add_predict();
    add_explain();
    add_baselines();
    add_inspect();
    add_convert();
    add_bench();
#if defined(TRIVET_HAS_SERVICE)
    serve_ = add_serve_command(app_, serve_options_);
#endif
    help_ = add_command("help", "help on the program or on a command", "  trivet help predict");
    help_->add_option("COMMAND", help_topic_, "the command");
  }

  /// Parses and runs; the exit status.
  int run(int argc, const char* const* argv);

 private:
  CLI::App* add_command(const char* name, const char* text, std::string_view examples) {
    CLI::App* command = app_.add_subcommand(name, text);
    command->footer(std::string(examples));
    return command;
  }
  static void add_model(CLI::App* command, std::string& model, std::string& sidecar) {
    command->add_option("MODEL", model, std::string(kModelText))
        ->required()
        ->check(not_empty("the path of a model"));
    command->add_option("--sidecar", sidecar, std::string(kSidecarText))
        ->type_name("FILE")
        ->check(not_empty("the path of a sidecar"));
  }
  static void add_request(CLI::App* command, std::string& request, std::string& parameters,
                          const char* parameters_text) {
    command
        ->add_option("REQUEST", request,
                     "a file with {\"instances\": [...]}, or - for standard input (default)")
        ->check(not_empty("the path of a request, or -"));
    command->add_option("--parameters", parameters, parameters_text)
        ->type_name("JSON")
        ->check(not_empty("a JSON object"));
  }
  void add_predict();
  void add_explain();
  void add_baselines();
  void add_inspect();
  void add_convert();
  void add_bench();
  [[nodiscard]] const CLI::App* find_command(std::string_view name) const;
  [[nodiscard]] std::string unknown_command(std::string_view name) const;
  [[nodiscard]] static std::string find_flag_with_value(const CLI::App& app,
                                                        std::span<const char* const> words);
  [[nodiscard]] static std::string page_of(const CLI::App& app);
  [[nodiscard]] static int print_help(const CLI::App& app);
  [[nodiscard]] int run_help() const;
  [[nodiscard]] int run_parsed() const;

  CLI::App app_{std::string(kAbout), "trivet"};
  PredictCommand predict_options_;
  ExplainCommand explain_options_;
  BaselinesCommand baselines_options_;
  InspectCommand inspect_options_;
  ConvertCommand convert_options_;
  BenchCommand bench_options_;
  ServeCommand serve_options_;
  std::string help_topic_;
  CLI::App* predict_ = nullptr;
  CLI::App* explain_ = nullptr;
  CLI::App* baselines_ = nullptr;
  CLI::App* inspect_ = nullptr;
  CLI::App* convert_ = nullptr;
  CLI::App* bench_ = nullptr;
  CLI::App* serve_ = nullptr;  // null without the service
  CLI::App* help_ = nullptr;
};

void CommandLine::add_predict() {
  predict_ = add_command("predict", "answer a request", kPredictExamples);
  add_model(predict_, predict_options_.model, predict_options_.sidecar);
  add_request(predict_, predict_options_.request, predict_options_.parameters,
              "which answer is wanted: a JSON object, for a request that has\n"
              "no \"parameters\" itself, or for all lines");
  predict_->add_flag("--lines", predict_options_.lines,
                     "one instance a line in, one prediction a line out (JSON Lines)");
}

void CommandLine::add_explain() {
  explain_ = add_command("explain", "say how each feature moved the answers", kExplainExamples);
  add_model(explain_, explain_options_.model, explain_options_.sidecar);
  add_request(explain_, explain_options_.request, explain_options_.parameters,
              "which answer is explained: a JSON object, for a request that has\n"
              "no \"parameters\" itself");
  explain_
      ->add_option("--spec", explain_options_.spec,
                   "an ExplanationSpec in JSON, instead of the sidecar's")
      ->type_name("FILE");
  explain_
      ->add_option("--values", explain_options_.values,
                   "the framework's own values of the margin instead: pred_contribs, "
                   "approx_contribs or pred_interactions; no spec is needed")
      ->type_name("KIND")
      ->check(one_of(
          {"pred_contribs", "pred_contrib", "ShapValues", "approx_contribs", "pred_interactions"}))
      ->excludes("--spec");
  CLI::Option* plan =
      explain_->add_flag("--plan", explain_options_.tells_plan,
                         "only say by which plan it would be explained, and whether exactly;\n"
                         "a REQUEST says by its \"parameters\" which answer");
  explain_
      ->add_option("--svg", explain_options_.svg,
                   "draw into this file too: what moved the one answer, or dots for many")
      ->type_name("FILE")
      ->excludes(plan);
  CLI::Option* summary =
      explain_
          ->add_flag("--summary", explain_options_.summary,
                     "draw the means over all instances as bars, output by output")
          ->excludes(plan);
  explain_->add_flag("--json", explain_options_.json, "print the summary as one JSON object")
      ->needs(summary);
}

void CommandLine::add_baselines() {
  baselines_ = add_command("baselines", "medians of data, for explanations", kBaselinesExamples);
  baselines_
      ->add_option("DATA", baselines_options_.data,
                   "a .csv with names, a .jsonl with one row a line, or -\n"
                   "for either on standard input")
      ->required()
      ->check(not_empty("the path of a file, or -"));
  baselines_->add_option("--target", baselines_options_.target, "a column to leave out")
      ->type_name("NAME");
}

void CommandLine::add_inspect() {
  inspect_ = add_command("inspect", "show what a model is, takes and gives", kInspectExamples);
  add_model(inspect_, inspect_options_.model, inspect_options_.sidecar);
  CLI::Option* json = inspect_->add_flag("--json", inspect_options_.json, "print one JSON object");
  inspect_->add_option("--tree", inspect_options_.tree, "draw one tree, counted from 0")
      ->type_name("N")
      ->transform(whole_number(0, 1'000'000'000))
      ->excludes(json);
}

void CommandLine::add_convert() {
  ConvertCommand& options = convert_options_;
  convert_ = add_command("convert", "write a model as a file of a framework", kConvertExamples);
  add_model(convert_, options.model, options.sidecar);
  std::vector<std::string_view> names;
  std::string described;
  for (const WrittenEncoding& encoding : kWrittenEncodings) {
    names.push_back(encoding.name);
    described.append(encoding.name).append(" (").append(encoding.extension).append(")\n");
  }
  convert_->add_option("OUT", options.out, "the file to write, or - for standard output")
      ->required()
      ->check(not_empty("the name of a file to write, or -"));
  convert_
      ->add_option("--to", options.encoding,
                   "what to write (default: what the extension of OUT says):\n" +
                       described.substr(0, described.size() - 1))
      ->type_name("ENCODING")
      ->check(one_of(std::move(names)));
  convert_->add_flag("--force", options.force, "replace OUT if it is there");
}

void CommandLine::add_bench() {
  BenchCommand& options = bench_options_;
  bench_ = add_command("bench", "time a model on this machine", kBenchExamples);
  add_model(bench_, options.model, options.sidecar);
  bench_->add_option("--rows", options.rows, "a .npy matrix, or an .npz whose first array it is")
      ->required()
      ->type_name("ROWS");
  bench_->add_option("--batch", options.batch, "rows in a call")
      ->required()
      ->type_name("N")
      ->transform(whole_number(1, 10'000'000));
  bench_->add_option("--seconds", options.seconds, "how long to measure (default 2)")
      ->type_name("S")
      ->transform(duration());
  bench_
      ->add_option("--engine", options.engine,
                   "pin an engine by its name (default: the best one); a wrong\n"
                   "name is answered with those there are")
      ->type_name("NAME");
  bench_->add_option("--threads", options.threads, "threads that call at the same time (default 1)")
      ->type_name("T")
      ->transform(whole_number(1, 1024));
  bench_->add_flag("--json-door", options.json_door,
                   "time from request bytes to response bytes, not from numbers\n"
                   "in memory to numbers in memory");
  bench_
      ->add_option("--output", options.output,
                   "which output to ask for, as margin (default: the model's first)")
      ->type_name("NAME")
      ->excludes("--json-door");
  CLI::Option* explain =
      bench_->add_flag("--explain", options.explain, "time explanations, predictions among them");
  bench_
      ->add_option("--spec", options.spec,
                   "an ExplanationSpec in JSON (default: the sidecar's, else one\n"
                   "baseline, the column medians of ROWS)")
      ->type_name("FILE")
      ->needs(explain);
}

const CLI::App* CommandLine::find_command(std::string_view name) const {
  for (const CLI::App* command : app_.get_subcommands({})) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

/// Letters to insert, remove or change to turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

std::string CommandLine::unknown_command(std::string_view name) const {
  constexpr std::size_t kLongestName = 64;
  std::string text = "there is no command \"" + printable(name.substr(0, kLongestName)) + "\"";
  std::size_t best_distance = 4;
  std::string best;
  for (const CLI::App* command : app_.get_subcommands({})) {
    const std::size_t distance = edit_distance(name.substr(0, kLongestName), command->get_name());
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = command->get_name();
  }
  return best.empty() ? text : text + "; did you mean \"" + best + "\"?";
}

/// The first flag that was given a value, `--lines=3`, which CLI11 would take for a count or a
/// truth; empty when there is none.
std::string CommandLine::find_flag_with_value(const CLI::App& app,
                                              std::span<const char* const> words) {
  for (const std::string_view word : words) {
    if (word == "--") break;
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_items_expected_max() > 0) continue;
      for (const std::string& name : option->get_lnames()) {
        if (word.starts_with("--" + name + "=")) return "--" + name;
      }
    }
  }
  return "";
}

/// App::help() gives the page of the command that was parsed, whatever it is asked for.
std::string CommandLine::page_of(const CLI::App& app) {
  return HelpPage().make_help(&app, "", CLI::AppFormatMode::Normal);
}

int CommandLine::print_help(const CLI::App& app) {
  StandardOutput out;
  out.write(page_of(app));
  return out.finish(kAnswered);
}

int CommandLine::run_help() const {
  if (help_topic_.empty()) return print_help(app_);
  const CLI::App* command = find_command(help_topic_);
  if (command == nullptr) return wrong_usage("", unknown_command(help_topic_));
  return print_help(*command);
}

int CommandLine::run_parsed() const {
  if (predict_->parsed()) return cli::run(predict_options_);
  if (explain_->parsed()) return cli::run(explain_options_);
  if (baselines_->parsed()) return cli::run(baselines_options_);
  if (inspect_->parsed()) return cli::run(inspect_options_);
  if (convert_->parsed()) return cli::run(convert_options_);
  if (bench_->parsed()) return cli::run(bench_options_);
#if defined(TRIVET_HAS_SERVICE)
  if (serve_->parsed()) return cli::run(serve_options_);
#endif
  if (help_->parsed()) return run_help();
  (void)std::fputs(page_of(app_).c_str(), stderr);
  return kUsage;
}

int CommandLine::run(int argc, const char* const* argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  const CLI::App* command = find_command(first);
  if (command == nullptr && !first.empty() && !first.starts_with("-")) {
    return wrong_usage("", unknown_command(first));
  }
  const std::string command_name = command == nullptr ? "" : command->get_name();
  const std::string flag = find_flag_with_value(
      command == nullptr ? app_ : *command,
      std::span(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0));
  if (!flag.empty()) return wrong_usage(command_name, flag + " takes no value");
  try {
    app_.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return print_help(command == nullptr ? app_ : *command);
  } catch (const CLI::CallForVersion& version_text) {
    StandardOutput out;
    out.write(std::string(version_text.what()) + "\n");
    return out.finish(kAnswered);
  } catch (const CLI::ParseError& error) {
    return wrong_usage(command_name, error.what());
  }
  return run_parsed();
}

}  // namespace
}  // namespace trivet::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves shows as EPIPE
  try {
    return trivet::cli::CommandLine().run(argc, argv);
  } catch (const std::bad_alloc&) {
    return trivet::cli::refuse(trivet::cli::kRefused, "out of memory");
  } catch (const std::exception& error) {
    return trivet::cli::refuse(trivet::cli::kRefused, error.what());
  }
}
