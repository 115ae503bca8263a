// SPDX-License-Identifier: Apache-2.0
// Visitors over HTTP/2 by h2load, the load generator of nghttp2: another client than curl, and one
// for crowds.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover::test {

// What h2load counts at its end; of a process that said nothing, all are -1.
struct H2Counts {
  long done = -1, failed = -1, errored = -1;
  long ok = -1, server_errors = -1;  // by status: 2xx, 5xx
  std::string said;
};

struct Crowd2 {
  std::string url;
  int visitors = 1;  // each on a connection of its own
  int at_once = 1;   // streams of each
  int seconds = 0;   // for so long; 0: each asks `at_once` times and is through
  int again_ms = 0;  // each asks as often once more, so long after it connected
};

class H2Load {
 public:
  explicit H2Load(const Crowd2& crowd) : process_(options(crowd)) {}

  // Waits for its end.
  H2Counts counts(std::chrono::seconds limit = std::chrono::seconds(90)) {
    process_.wait(limit);
    H2Counts counts;
    counts.said = harness::read_file(dir_ / "out");
    counts.done = before(" done,", counts.said);
    counts.failed = before(" failed,", counts.said);
    counts.errored = before(" errored,", counts.said);
    counts.ok = before(" 2xx,", counts.said);
    counts.server_errors = before(" 5xx", counts.said);
    return counts;
  }

 private:
  harness::ProcessOptions options(const Crowd2& crowd) {
    harness::ProcessOptions options;
    options.argv = {"h2load", "-c" + std::to_string(crowd.visitors),
                    "-m" + std::to_string(crowd.at_once)};
    if (crowd.again_ms != 0) {
      options.argv.push_back("--timing-script-file=" + script(crowd));
    } else {
      options.argv.push_back(crowd.seconds != 0
                                 ? "-D" + std::to_string(crowd.seconds)
                                 : "-n" + std::to_string(crowd.visitors * crowd.at_once));
      options.argv.push_back(crowd.url);
    }
    options.output = dir_ / "out";
    return options;
  }
  std::string script(const Crowd2& crowd) const {
    std::string lines;
    for (const int when : {0, crowd.again_ms})
      for (int i = 0; i < crowd.at_once; ++i)
        lines += std::to_string(when) + ".0\t" + crowd.url + "\n";
    harness::write_file(dir_ / "script", lines);
    return dir_ / "script";
  }
  static long before(const std::string& words, const std::string& said) {
    const std::size_t end = said.find(words);
    if (end == std::string::npos) return -1;
    return std::strtol(said.c_str() + said.find_last_of(" \n", end - 1) + 1, nullptr, 10);
  }

  harness::TempDir dir_{"h2load"};
  harness::Process process_;
};

// Everybody was served, and nobody had to ask twice.
inline void expect_all_served(const H2Counts& counts, long at_least) {
  EXPECT_GE(counts.done, at_least) << counts.said;
  EXPECT_EQ(counts.done, counts.ok) << counts.said;
  EXPECT_EQ(counts.failed, 0) << counts.said;
  EXPECT_EQ(counts.errored, 0) << counts.said;
  EXPECT_EQ(counts.server_errors, 0) << counts.said;
}

}  // namespace cutover::test
