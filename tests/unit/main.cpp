// SPDX-License-Identifier: Apache-2.0
// The test runner's entry, for both layouts of Catch2.
#define CATCH_CONFIG_RUNNER
#include "catch.hpp"

int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
