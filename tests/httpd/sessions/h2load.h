// SPDX-License-Identifier: Apache-2.0
// Visitors over HTTP/2 by h2load, the load generator of nghttp2: another client than curl, and one
// for crowds.
#pragma once

#include <algorithm>
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
  int visitors = 1;    // each on a connection of its own
  int at_once = 1;     // streams of each, at most
  int seconds = 0;     // for so long; 0: each asks `requests` times and is through
  int requests = 0;    // of each; 0: `at_once`
  int per_second = 0;  // requests of each, at most; 0: the next one when one is answered
  int connecting = 0;  // so many a second; 0: all at once
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
    const int requests = crowd.requests == 0 ? crowd.at_once : crowd.requests;
    options.argv = {"h2load", "-c" + std::to_string(crowd.visitors),
                    "-m" + std::to_string(crowd.at_once),
                    crowd.seconds != 0 ? "-D" + std::to_string(crowd.seconds)
                                       : "-n" + std::to_string(crowd.visitors * requests)};
    if (crowd.per_second != 0) options.argv.push_back("--rps=" + std::to_string(crowd.per_second));
    if (crowd.connecting != 0) {  // one by one, since a heap takes all of httpd's threads
      options.argv.push_back("-r1");
      options.argv.push_back(
          "--rate-period=" + std::to_string(std::max(1000 / crowd.connecting, 1)) + "ms");
    }
    options.argv.push_back(crowd.url);
    options.output = dir_ / "out";
    return options;
  }
  static long before(const std::string& words, const std::string& said) {
    const std::size_t end = said.find(words);
    if (end == std::string::npos) return -1;
    return std::strtol(said.c_str() + said.find_last_of(" \n", end - 1) + 1, nullptr, 10);
  }

  harness::TempDir dir_{"h2load"};
  harness::Process process_;
};

}  // namespace cutover::test
