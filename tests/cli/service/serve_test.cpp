// SPDX-License-Identifier: Apache-2.0
// `trivet serve` as a process: what it prints, how it ends. (contract, cases 79 and 80)
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "../run_program.hpp"
#include "catch.hpp"

namespace trivet::test {
namespace {

/// A started program; it is killed with the object.
class Serving {
 public:
  Serving(const TemporaryFolder& folder, std::vector<std::string> words,
          std::vector<std::string> environment = {})
      : out_(folder / "out"), err_(folder / "err") {
    std::vector<std::string> all{TRIVET_PROGRAM, "serve"};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> arguments;
    for (std::string& word : all) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char*> variables;
    for (std::string& variable : environment) variables.push_back(variable.data());
    variables.push_back(nullptr);
    write_file(out_, "");
    write_file(err_, "");
    process_ = ::fork();
    if (process_ != 0) return;
    ::dup2(::open(out_.c_str(), O_WRONLY | O_TRUNC), STDOUT_FILENO);
    ::dup2(::open(err_.c_str(), O_WRONLY | O_TRUNC), STDERR_FILENO);
    ::execve(TRIVET_PROGRAM, arguments.data(), variables.data());
    ::_exit(127);
  }
  ~Serving() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    (void)wait();
  }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  /// The port of the start line; 0 when the program ended without one.
  int port() {
    constexpr int kTries = 1000;
    for (int i = 0; i < kTries; ++i) {
      const std::string line = read_file(out_);
      const bool is_start = line.starts_with("listening on ") && line.ends_with("\n");
      if (is_start) return std::stoi(line.substr(line.rfind(':') + 1));
      if (has_ended()) return 0;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return 0;
  }
  void signal(int number) { ::kill(process_, number); }
  /// The exit status; -1 when it had to be killed after ten seconds.
  int wait() {
    for (int i = 0; i < 1000 && !has_ended(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      ::waitpid(process_, &status_, 0);
      process_ = 0;
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
  }
  std::string out() const { return read_file(out_); }
  std::string err() const { return read_file(err_); }

 private:
  bool has_ended() {
    if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = 0;
    return process_ == 0;
  }

  std::string out_;
  std::string err_;
  pid_t process_ = 0;
  int status_ = 0;
};

std::string ask(int port, const std::string& head, const std::string& body = "") {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request =
        head + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
        "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
        body;
    (void)!::write(socket, request.data(), request.size());
    char block[4096];
    for (ssize_t n = 0; (n = ::read(socket, block, sizeof(block))) > 0;) {
      answer.append(block, static_cast<std::size_t>(n));
    }
  }
  ::close(socket);
  return answer;
}

constexpr const char* kOnes = R"({"instances":[[1,1,1]]})";

TEST_CASE("serve: one line on standard output, both faces, and a clean end", "[cli][service]") {
  const TemporaryFolder folder;
  Serving serving(folder, {data_path("contract/models/lin"), "--port", "0", "--access-log",
                           "--endpoint-id", "77"});
  const int port = serving.port();
  REQUIRE(port != 0);
  CHECK(serving.out().starts_with("listening on http://127.0.0.1:"));
  CHECK(ask(port, "GET /health").starts_with("HTTP/1.1 200 "));
  CHECK(ask(port, "POST /predict", kOnes).ends_with("{\"predictions\":[0.5]}"));
  const std::string answer =
      ask(port, "POST /v1/projects/p/locations/l/endpoints/77:predict", kOnes);
  CHECK(answer.find("\"deployedModelId\":\"1\",\"model\":\"projects/p/locations/l/models/lin\","
                    "\"modelVersionId\":\"1\"") != std::string::npos);
  serving.signal(SIGTERM);
  CHECK(serving.wait() == 0);
  const std::string line = serving.out();
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(serving.err().find("\"/predict\"") != std::string::npos);
}

TEST_CASE("serve: 79. a container's environment", "[cli][service]") {
  const TemporaryFolder folder;
  const std::string port = std::to_string(20000 + ::getpid() % 20000);
  Serving serving(folder, {},
                  {"AIP_HTTP_PORT=" + port, "AIP_PREDICT_ROUTE=/p", "AIP_HEALTH_ROUTE=/h",
                   "AIP_STORAGE_URI=" + data_path("contract/models/lin")});
  REQUIRE(serving.port() == std::stoi(port));
  CHECK(serving.out() == "listening on http://0.0.0.0:" + port + "\n");
  CHECK(ask(std::stoi(port), "GET /h").starts_with("HTTP/1.1 200 "));
  CHECK(ask(std::stoi(port), "POST /p", kOnes).ends_with("{\"predictions\":[0.5]}"));
  CHECK(ask(std::stoi(port), "GET /health").starts_with("HTTP/1.1 404 "));
}

TEST_CASE("serve: 80. starts that don't come about say why, each in its own way",
          "[cli][service]") {
  const TemporaryFolder folder;
  const TemporaryFolder first_folder;
  Serving first(first_folder, {"builtin:echo", "--port", "0"});
  const int taken = first.port();
  REQUIRE(taken != 0);
  write_file(folder / "bad.json", R"({"endpoints":[{"id":"1","deployedModels":[{"model":"x"}]}]})");
  write_file(folder / "broken.json", "{");
  struct Start {
    std::vector<std::string> words;
    int status;
    const char* says;
  };
  for (const Start& start :
       {Start{{"builtin:echo", "--port", std::to_string(taken)}, 2, "address"},
        Start{{folder / "nothing"}, 3, "nothing"}, Start{{folder.path()}, 3, ""},
        Start{{TRIVET_TEST_DATA "contract/models"}, 3, "more than one model"},
        Start{{"builtin:nothing"}, 2, "nothing"},
        Start{{"--config", folder / "bad.json"}, 2, "/endpoints/0/deployedModels/0"},
        Start{{"--config", folder / "broken.json"}, 2, "broken.json"},
        Start{{"--config", folder / "none.json"}, 2, "none.json"},
        Start{{"builtin:echo", "--profile", "x"}, 2, "--profile"},
        Start{{"builtin:echo", "--generator", "x"}, 2, "echo, script:FILE"},
        Start{{"builtin:echo", "--host", "0.0.0.0"}, 2, "token"},
        Start{{"builtin:echo", "--port", "70000"}, 2, "70000"}}) {
    std::vector<std::string> words = start.words;
    if (words.size() < 3 || words[1] != "--port") words.insert(words.end(), {"--port", "0"});
    Serving serving(folder, words);
    const int port = serving.port();
    INFO(words.front() << ": " << serving.err());
    CHECK(port == 0);
    if (port != 0) continue;
    CHECK(serving.wait() == start.status);
    CHECK((start.status == 3) == serving.out().starts_with(R"({"error":")"));
    CHECK((start.status == 3) != serving.out().empty());
    CHECK(serving.err().find(start.says) != std::string::npos);
  }
}

}  // namespace
}  // namespace trivet::test
