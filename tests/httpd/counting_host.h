// SPDX-License-Identifier: Apache-2.0
// A new host that answers as slowly as it is told, and says how many it had to do with at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cutover::test {

class CountingHost {
 public:
  CountingHost();
  ~CountingHost();
  CountingHost(const CountingHost&) = delete;
  CountingHost& operator=(const CountingHost&) = delete;

  // A line for <CutoverSite>.
  std::string directive() const;

  // How long each answer takes from now on, also one that was begun.
  void take(std::chrono::milliseconds each);
  // From now on nothing is answered, but for paths with "quick" in them; until let_go().
  void block();
  void let_go();
  // From now on each gets 503; or 200 again.
  void fail(bool failing);

  int at_once() const;
  int most_at_once() const;  // since the last forget_most()
  void forget_most();
  // What was asked for, in order of arrival: path and query.
  std::vector<std::string> asked() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace cutover::test
