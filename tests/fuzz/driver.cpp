// SPDX-License-Identifier: Apache-2.0
// Drives a fuzz target without libFuzzer: the corpus, prefixes of it, and seeded mutations of it.
//
//   TARGET [--runs N] [--stride N] [--seed N] [--seconds N] FILE_OR_FOLDER…
//
// Every file is run whole, then every prefix whose length is a multiple of the stride, then N
// mutations. What runs depends on the arguments alone, so a failure comes back; the input that was
// running is left in `fuzz-failure.bin`. `--seconds` ends the run early, and says so.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

// One input may not take longer, nor may the process grow beyond: sanitizers cost about tenfold.
constexpr double kMaxCpuSeconds = 20;
constexpr long kMaxResidentKilobytes = 4L << 20;
constexpr const char* kFailureFile = "fuzz-failure.bin";

struct Options {
  std::uint64_t runs = 200;
  std::uint64_t stride = 997;
  std::uint64_t seed = 1;
  std::uint64_t seconds = 0;  // 0: no limit
  std::vector<std::string> paths;
};

// ---- The input that is running, for whoever has to look at a failure.

const std::string* running = nullptr;

void keep_running_input() {
  if (running == nullptr) return;
  const int file = ::open(kFailureFile, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  std::size_t written = 0;
  while (written < running->size()) {
    const auto count = ::write(file, running->data() + written, running->size() - written);
    if (count <= 0) break;
    written += static_cast<std::size_t>(count);
  }
  ::close(file);
}

extern "C" void on_fatal_signal(int signal) {
  keep_running_input();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void watch_for_failures() {
  if (__sanitizer_set_death_callback != nullptr) {
    __sanitizer_set_death_callback(keep_running_input);
    return;
  }
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    std::signal(signal, on_fatal_signal);
  }
}

// ---- Mutations.

// splitmix64 (Steele, Lea, Flood 2014): the same numbers everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  // 0 … bound - 1; 0 when there is nothing to choose from.
  std::size_t below(std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::size_t>(next() % bound);
  }

 private:
  std::uint64_t state_;
};

constexpr std::array<std::string_view, 16> kNumbers = {"0",
                                                       "-1",
                                                       "-0",
                                                       "1e400",
                                                       "1e-400",
                                                       "2147483647",
                                                       "2147483648",
                                                       "4294967295",
                                                       "4294967296",
                                                       "-2147483649",
                                                       "18446744073709551616",
                                                       "0.1e",
                                                       "NaN",
                                                       "null",
                                                       "[]",
                                                       "99999999999999999999999999999999999999"};
constexpr std::array<std::int64_t, 12> kIntegers = {
    0, 1, -1, 127, 128, 255, 65535, 65536, 0x7fffffff, -0x7fffffffLL - 1, 0x100000000, INT64_MAX};

void flip_bit(std::string& text, Random& random) {
  const std::size_t at = random.below(text.size());
  text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
}

void set_byte(std::string& text, Random& random) {
  constexpr std::string_view kBytes("\x00\x01\x7f\x80\xff{}[]\":,-.eE\\ \n", 20);
  text[random.below(text.size())] =
      random.below(2) == 0 ? kBytes[random.below(kBytes.size())] : static_cast<char>(random.next());
}

// Slices are short more often than long, so that much of a file stays sound.
std::size_t slice_length(std::size_t size, Random& random) {
  return 1 + random.below(std::min(size, std::size_t{1} << random.below(13)));
}

void delete_slice(std::string& text, Random& random) {
  const std::size_t at = random.below(text.size());
  text.erase(at, slice_length(text.size(), random));
}

void repeat_slice(std::string& text, Random& random) {
  const std::size_t at = random.below(text.size());
  const std::string slice = text.substr(at, slice_length(text.size(), random));
  text.insert(random.below(text.size()), slice);
}

void splice(std::string& text, const std::string& other, Random& random) {
  if (other.empty()) return;
  const std::size_t from = random.below(other.size());
  const std::string slice = other.substr(from, slice_length(other.size(), random));
  const std::size_t at = random.below(text.size());
  if (random.below(2) == 0) text.insert(at, slice);
  else text.replace(at, slice.size(), slice);
}

void edit_decimal_number(std::string& text, Random& random) {
  constexpr std::string_view kDigits = "+-.0123456789eE";
  const std::size_t digit = text.find_first_of("0123456789", random.below(text.size()));
  if (digit == std::string::npos) return;
  const std::size_t end = std::min(text.find_first_not_of(kDigits, digit), text.size());
  text.replace(digit, end - digit, kNumbers[random.below(kNumbers.size())]);
}

void edit_binary_number(std::string& text, Random& random) {
  const std::size_t width = std::size_t{1} << random.below(4);
  if (text.size() < width) return;
  std::array<char, 8> bytes{};
  const std::int64_t value = kIntegers[random.below(kIntegers.size())];
  std::memcpy(bytes.data(), &value, sizeof value);
  if (random.below(2) == 0) {
    std::reverse(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(width));
  }
  text.replace(random.below(text.size() - width + 1), width, bytes.data(), width);
}

void mutate(std::string& text, const std::string& other, Random& random) {
  const std::size_t changes = 1 + random.below(4);
  for (std::size_t i = 0; i < changes && !text.empty(); ++i) {
    switch (random.below(8)) {
      case 0: flip_bit(text, random); break;
      case 1: set_byte(text, random); break;
      case 2: delete_slice(text, random); break;
      case 3: repeat_slice(text, random); break;
      case 4: splice(text, other, random); break;
      case 5: edit_decimal_number(text, random); break;
      case 6: edit_binary_number(text, random); break;
      default: text.resize(random.below(text.size())); break;
    }
  }
}

// ---- The run.

class Run {
 public:
  Run(Options options, std::vector<std::pair<std::string, std::string>> corpus)
      : options_(std::move(options)), corpus_(std::move(corpus)) {}

  int all() {
    run_one("", "the empty input");
    for (std::size_t i = 0; i < corpus_.size() && !is_over(); ++i) {
      run_one(corpus_[i].second, corpus_[i].first);
    }
    for (std::size_t i = 0; i < corpus_.size() && !is_over(); ++i) run_prefixes(i);
    // Round by round, so that a run that ends early has touched every file.
    for (std::uint64_t round = 0; round < options_.runs && !is_over(); ++round) {
      for (std::size_t i = 0; i < corpus_.size() && !is_over(); ++i) run_mutation(i, round);
    }
    std::printf("%zu files, %llu inputs%s\n", corpus_.size(),
                static_cast<unsigned long long>(inputs_),
                is_over() ? ", ended early by --seconds" : "");
    return status_;
  }

 private:
  bool is_over() const {
    const auto elapsed = std::chrono::steady_clock::now() - begin_;
    return options_.seconds != 0 && elapsed >= std::chrono::seconds(options_.seconds);
  }

  void run_prefixes(std::size_t file) {
    const std::string& whole = corpus_[file].second;
    for (std::size_t size = 0; size < whole.size() && !is_over(); size += options_.stride) {
      run_one(whole.substr(0, size), corpus_[file].first + ", first " + std::to_string(size));
    }
  }

  void run_mutation(std::size_t file, std::uint64_t round) {
    Random random(options_.seed ^ (round << 20) ^ (file * 0x9e3779b9u));
    std::string text = corpus_[file].second;
    mutate(text, corpus_[random.below(corpus_.size())].second, random);
    run_one(text, corpus_[file].first + ", mutation " + std::to_string(round));
  }

  // A fresh block of exactly the size, so that a read past the end is seen.
  void run_one(const std::string& text, const std::string& name) {
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    running = &text;
    const std::clock_t begin = std::clock();
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    ++inputs_;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    if (seconds > kMaxCpuSeconds) fail(name, "took " + std::to_string(seconds) + " s");
    if (usage.ru_maxrss > kMaxResidentKilobytes && status_ == 0) {
      fail(name, "grew the process to " + std::to_string(usage.ru_maxrss) + " kB");
    }
    running = nullptr;
  }

  void fail(const std::string& name, const std::string& what) {
    std::fprintf(stderr, "%s: %s; the input is in %s\n", name.c_str(), what.c_str(), kFailureFile);
    keep_running_input();
    status_ = 1;
  }

  Options options_;
  std::vector<std::pair<std::string, std::string>> corpus_;  // name, bytes
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::uint64_t inputs_ = 0;
  int status_ = 0;
};

// ---- Arguments.

bool read_option(std::string_view name, const char* value, Options& options) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t Options::*>, 4> kOptions = {
      {{"--runs", &Options::runs},
       {"--stride", &Options::stride},
       {"--seed", &Options::seed},
       {"--seconds", &Options::seconds}}};
  for (const auto& [option, member] : kOptions) {
    if (name != option || value == nullptr) continue;
    const char* end = value + std::strlen(value);
    return std::from_chars(value, end, options.*member).ptr == end;
  }
  return false;
}

bool read_arguments(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument.substr(0, 2) != "--") {
      options.paths.emplace_back(argument);
    } else if (!read_option(argument, argv[i + 1], options)) {
      return false;
    } else {
      ++i;
    }
  }
  return options.stride > 0;
}

// Files below the paths, by name, so that every machine runs them in the same order.
std::vector<std::pair<std::string, std::string>> read_corpus(const Options& options) {
  std::vector<std::string> names;
  for (const std::string& path : options.paths) {
    if (!std::filesystem::is_directory(path)) {
      names.push_back(path);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) names.push_back(entry.path().string());
    }
  }
  std::sort(names.begin(), names.end());
  std::vector<std::pair<std::string, std::string>> corpus;
  for (const std::string& name : names) {
    std::ifstream file(name, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s: can't be read\n", name.c_str());
      std::exit(2);
    }
    corpus.emplace_back(name, std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return corpus;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!read_arguments(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: %s [--runs N] [--stride N] [--seed N] [--seconds N] FILE_OR_FOLDER...\n",
                 argv[0]);
    return 2;
  }
  auto corpus = read_corpus(options);
  watch_for_failures();
  return Run(std::move(options), std::move(corpus)).all();
}
