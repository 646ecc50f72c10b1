// SPDX-License-Identifier: Apache-2.0
// Artefacts: files, folders, bytes.
#include "trivet/artifact.hpp"

#include <cstring>

#include "catch.hpp"
#include "support/files.hpp"

namespace trivet::test {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("artifact: a file", "[core][artifact]") {
  const TemporaryFolder folder;
  const std::string path = folder / "house.prices.bst";
  write_file(path, "0123456789");
  const auto artifact = Artifact::open(path);
  REQUIRE(artifact.has_value());
  CHECK(artifact->path() == path);
  CHECK(artifact->stem() == "house.prices");
  CHECK_FALSE(artifact->is_folder());
  REQUIRE(artifact->file_names().size() == 1);
  CHECK(artifact->file_names()[0] == "house.prices.bst");
  CHECK(artifact->file_size(0).value() == 10);
  CHECK(artifact->head(0, 4).value() == "0123");
  CHECK(artifact->head(0, 100).value() == "0123456789");
  CHECK(text_of(artifact->read(0).value()) == "0123456789");
}

TEST_CASE("artifact: a folder with everything below it", "[core][artifact]") {
  const TemporaryFolder folder;
  write_file(folder / "m/b.txt", "b");
  write_file(folder / "m/a.txt", "aa");
  write_file(folder / "m/sub/deep/c.txt", "ccc");
  for (const std::string& path : {folder / "m", folder / "m/"}) {
    const auto artifact = Artifact::open(path);
    REQUIRE(artifact.has_value());
    CHECK(artifact->is_folder());
    CHECK(artifact->stem() == "m");
    const std::vector<std::string> names(artifact->file_names().begin(),
                                         artifact->file_names().end());
    CHECK(names == std::vector<std::string>{"a.txt", "b.txt", "sub/deep/c.txt"});
    const std::size_t deep = artifact->find_file("sub/deep/c.txt");
    CHECK(deep == 2);
    CHECK(text_of(artifact->read(deep).value()) == "ccc");
    CHECK(artifact->find_file("c.txt") == 3);  // there is none
  }
}

TEST_CASE("artifact: a dot in a folder's name is part of it", "[core][artifact]") {
  const TemporaryFolder folder;
  write_file(folder / "model.v2/a.txt", "a");
  CHECK(Artifact::open(folder / "model.v2")->stem() == "model.v2");
}

TEST_CASE("artifact: an empty folder and an empty file", "[core][artifact]") {
  const TemporaryFolder folder;
  const auto empty = Artifact::open(folder.path());
  REQUIRE(empty.has_value());
  CHECK(empty->file_names().empty());
  write_file(folder / "empty.bst", "");
  const auto file = Artifact::open(folder / "empty.bst");
  REQUIRE(file.has_value());
  CHECK(file->head(0, 10).value().empty());
  CHECK(file->read(0).value().empty());
}

TEST_CASE("artifact: bytes under a name", "[core][artifact]") {
  std::string bytes = "model bytes";
  const Artifact artifact = Artifact::from_bytes("x.ubj", std::as_bytes(std::span(bytes)));
  bytes.assign(bytes.size(), '?');  // they were copied
  CHECK(artifact.path() == "x.ubj");
  CHECK(artifact.stem() == "x");
  CHECK_FALSE(artifact.is_folder());
  CHECK(artifact.file_size(0).value() == 11);
  CHECK(artifact.head(0, 5).value() == "model");
  CHECK(text_of(artifact.read(0).value()) == "model bytes");
  artifact.release();
  CHECK(text_of(artifact.read(0).value()) == "model bytes");
  const Artifact nothing = Artifact::from_bytes("none", {});
  CHECK(nothing.file_size(0).value() == 0);
  CHECK(nothing.read(0).value().empty());
}

TEST_CASE("artifact: a folder in memory", "[core][artifact]") {
  std::string first = "one";
  const std::string second;
  const std::pair<std::string, std::span<const std::byte>> files[] = {
      {"z.txt", std::as_bytes(std::span(first))}, {"a/b.txt", std::as_bytes(std::span(second))}};
  const Artifact artifact = Artifact::from_files("some/model.v1", files);
  first.assign(first.size(), '?');  // they were copied
  CHECK(artifact.is_folder());
  CHECK(artifact.is_in_memory());
  CHECK(artifact.path() == "some/model.v1");
  CHECK(artifact.stem() == "model.v1");
  REQUIRE(artifact.file_names().size() == 2);
  CHECK(artifact.file_names()[0] == "a/b.txt");
  CHECK(artifact.find_file("z.txt") == 1);
  CHECK(text_of(artifact.independent().read(1).value()) == "one");
  CHECK(artifact.file_size(0).value() == 0);
  CHECK(Artifact::from_files("none", {}).file_names().empty());
}

TEST_CASE("artifact: 64 bytes behind the contents may be read", "[core][artifact]") {
  const TemporaryFolder folder;
  write_file(folder / "f", std::string(5000, 'x'));
  const auto from_disk = Artifact::open(folder / "f");
  const std::string text(77, 'y');
  const Artifact from_memory = Artifact::from_bytes("f", std::as_bytes(std::span(text)));
  for (const Artifact* artifact : {&*from_disk, &from_memory}) {
    const auto bytes = artifact->read(0);
    REQUIRE(bytes.has_value());
    char behind[64];
    std::memcpy(behind, bytes->data() + bytes->size(), 64);  // the address sanitizer judges
    static_cast<void>(behind);
  }
}

TEST_CASE("artifact: contents are read once, and again when let go", "[core][artifact]") {
  const TemporaryFolder folder;
  write_file(folder / "f", "old");
  const auto artifact = Artifact::open(folder / "f");
  REQUIRE(artifact.has_value());
  CHECK(text_of(artifact->read(0).value()) == "old");
  write_file(folder / "f", "new!");
  CHECK(text_of(artifact->read(0).value()) == "old");
  artifact->release();
  CHECK(text_of(artifact->read(0).value()) == "new!");
}

TEST_CASE("artifact: what can't be opened is said with its path", "[core][artifact]") {
  const TemporaryFolder folder;
  write_file(folder / "file", "x");
  for (const std::string& path : {folder / "missing.bst", folder / "file/below", std::string()}) {
    INFO(path);
    const auto artifact = Artifact::open(path);
    REQUIRE_FALSE(artifact.has_value());
    CHECK(artifact.error().code() == Errc::not_found);
    CHECK(std::string(artifact.error().where()).find(path) != std::string::npos);
  }
  const auto device = Artifact::open("/dev/null");
  REQUIRE_FALSE(device.has_value());
  CHECK_FALSE(device.error().message().empty());
}

TEST_CASE("artifact: a file that is gone by the time it is read", "[core][artifact]") {
  const TemporaryFolder folder;
  write_file(folder / "f", "x");
  const auto artifact = Artifact::open(folder.path());
  REQUIRE(artifact.has_value());
  REQUIRE(std::remove((folder / "f").c_str()) == 0);
  const auto bytes = artifact->read(0);
  REQUIRE_FALSE(bytes.has_value());
  CHECK(bytes.error().code() == Errc::io_failed);
  CHECK_FALSE(artifact->head(0, 10).has_value());
  CHECK_FALSE(artifact->file_size(0).has_value());
}

}  // namespace trivet::test
