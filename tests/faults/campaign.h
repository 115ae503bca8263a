// SPDX-License-Identifier: Apache-2.0
// The campaign: blow after blow on one site, which is used again as long as it stays healthy.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/faults/judge.h"
#include "tests/faults/kinds.h"

namespace cutover::faults {

enum class Ending : std::uint8_t {
  kDone,       // the run went through
  kAborted,    // the run went back, or was refused
  kFinished,   // its asker never heard; a successor finished it
  kUndone,     // its asker never heard; everything is as before
  kGivenUp,    // a person has decided without one of the databases
  kInDoubt,    // a person must look, and the site says so
  kViolation,  // what must never be
};

struct Report {
  Blow blow;
  Ending ending = Ending::kViolation;
  std::vector<std::string> violations;
  std::string doubt;
  std::optional<milliseconds> serving_after;  // httpd's start, where the blow had ended it
  std::optional<Released> released;           // those who were held when the run was decided
  double seconds = 0;
};

class Campaign {
 public:
  // `told` hears each report as soon as there is one. `trace_dir` gets a file for each violation.
  Campaign(std::function<void(const Report&)> told, std::string trace_dir, bool by_file = false);
  ~Campaign();

  // In the given order; throws Interrupted between two of them.
  void run(const std::vector<Blow>& blows);
  const std::vector<Report>& reports() const { return reports_; }
  std::size_t violations() const;
  std::size_t in_doubt() const;

 private:
  Report strike(const Blow& blow);
  void stand_ready(const Blow& blow);
  void renew(bool proof);
  void write_trace(const Report& report, const std::string& output);

  std::function<void(const Report&)> told_;
  std::string trace_dir_;
  bool by_file_;
  std::unique_ptr<Scene> scene_;
  std::unique_ptr<Judge> judge_;
  std::vector<Report> reports_;
};

// `count` blows out of all that make sense, the same for the same seed; `proofs`: only with one.
std::vector<Blow> random_blows(std::uint64_t seed, std::size_t count, bool proofs = false);

}  // namespace cutover::faults
