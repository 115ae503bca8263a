// SPDX-License-Identifier: Apache-2.0
// What must hold after every fault, however the run ended.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/faults/release.h"
#include "tests/faults/scene.h"

namespace cutover::faults {

class Judge {
 public:
  explicit Judge(Scene& scene) : scene_(scene) {}

  struct Finding {
    std::vector<std::string> violations;
    bool in_doubt = false;
    std::string side;   // who serves
    std::string doubt;  // what is doubtful, in the product's words
    milliseconds settled_after{0};
    std::size_t let_in = 0;  // visitors' requests that the new host had since the run was asked for
    std::uint64_t failed = 0;  // requests of all visitors, since the last judgement
    std::optional<Released> released;
  };
  Finding judge(const Blow& blow);
  // Moves the site to the other side; empty, or why that did not work.
  std::string next_run_works();

 private:
  // `by_hand`: what a person did may be left as it is, until he has put it right.
  Standing settle(bool by_hand, bool put_right);
  bool in_their_roles(const std::string& side);
  void check_databases(Finding& finding);
  void check_visitors(Finding& finding, const nlohmann::json& last, const Blow& blow);
  void check_ledger(Finding& finding, bool given_up);
  void check_holds(Finding& finding, const nlohmann::json& last, bool on_time);
  void forget_what_was_counted(const std::string& side);
  void check_hosts(Finding& finding, bool orphans);
  void check_equal(Finding& finding);

  struct Handled {
    std::int64_t begin_ns;
    std::int64_t end_ns;
    std::string request;
  };
  std::vector<Handled> newly_handled(const std::filesystem::path& log, std::streamoff& from);

  Scene& scene_;
  Lateness lateness_;
  std::streamoff old_read_ = 0;
  std::streamoff new_read_ = 0;
  std::set<std::string> at_old_;
  std::set<std::string> at_new_;
  std::streamoff access_read_ = 0;
  std::uint64_t failed_ = 0;         // requests until the last judgement
  std::size_t counted_ = 0;          // acknowledged writes in the last count
  std::set<std::string> forgotten_;  // writes that were counted right and cleared away
};

}  // namespace cutover::faults
