// SPDX-License-Identifier: Apache-2.0
// The command in front of a scripted coordinator: what the tests of the verbs share.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "command.h"
#include "fake_coordinator.h"
#include "tests/harness/temp_dir.h"

namespace cutover::tests {

class Verbs : public testing::Test {
 protected:
  std::vector<std::string> with_dir(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--state-dir", dir_.path().string()});
    return arguments;
  }

  Outcome run_against(std::vector<FakeCoordinator::Scene> scenes, Call call) {
    FakeCoordinator coordinator(dir_.path(), std::move(scenes));
    call.arguments = with_dir(call.arguments);
    Outcome outcome = tests::run(call);
    requests_ = coordinator.requests();
    return outcome;
  }

  harness::TempDir dir_{"ctl"};
  std::vector<nlohmann::json> requests_;
};

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace cutover::tests
