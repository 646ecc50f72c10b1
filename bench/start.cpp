// SPDX-License-Identifier: Apache-2.0
// How long does `trivet predict` take from its start to its exit? Beside it the floor: a program
// that does nothing.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// The program of this build, one folder above the benchmarks; where it was not built, the one
/// that `./dev build` makes.
std::string program_path() {
  char self[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", self, sizeof self);
  if (length <= 0) return {};
  std::string folder(self, static_cast<std::size_t>(length));
  folder.resize(folder.rfind('/'));
  folder.resize(folder.rfind('/'));
  std::string own = folder + "/trivet";
  return ::access(own.c_str(), X_OK) == 0 ? own : folder + "/../release/trivet";
}

/// Runs a program with standard output thrown away; its exit status, -1 when it did not run.
int run_program(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  char* no_environment[] = {nullptr};
  const int failed =
      ::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), no_environment);
  ::posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (failed != 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

void start(benchmark::State& state, const std::vector<std::string>& words) {
  for (auto _ : state) {
    if (run_program(words) != 0) return state.SkipWithError("it did not run");
  }
}

const bool kRegistered = [] {
  const std::string models = TRIVET_TEST_DATA "../examples/models/";
  const std::vector<std::string> predict = {program_path(), "predict", models + "diabetes",
                                            models + "request.json"};
  benchmark::RegisterBenchmark("start_to_exit/program:trivet_predict/model:diabetes", start,
                               predict)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("floor_start_to_exit/program:true", start,
                               std::vector<std::string>{"/bin/true"})
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  return true;
}();

}  // namespace
