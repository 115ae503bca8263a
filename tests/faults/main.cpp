// SPDX-License-Identifier: Apache-2.0
// The fault campaign's command line: every fault in every step of a switch and of a rollback, or so
// many random ones.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>

#include "tests/faults/table.h"
#include "tests/harness/build_paths.h"
#include "tests/harness/interrupt.h"
#include "tests/harness/problems.h"

namespace {

using namespace cutover::faults;

struct Choice {
  std::size_t runs = 0;  // 0: the systematic campaign
  std::uint64_t seed = 1;
  std::size_t from = 1;  // of those: from this one to that one, counted from 1
  std::size_t to = SIZE_MAX;
  std::string only;  // those blows alone whose text has all of these words
  bool list = false;
  bool by_file = false;
  bool proofs = false;
};

bool chosen(const Blow& blow, const std::string& only) {
  std::istringstream words(only);
  for (std::string word; std::getline(words, word, ',');)
    if ((", " + text(blow) + ",").find(", " + word + ",") == std::string::npos) return false;
  return true;
}

int run(const Choice& choice) {
  std::vector<Blow> blows =
      choice.runs > 0 ? random_blows(choice.seed, choice.runs, choice.proofs) : every_blow();
  if (choice.proofs)
    std::erase_if(blows, [](const Blow& blow) { return blow.proof == Proof::kNone; });
  blows.erase(blows.begin() + static_cast<std::ptrdiff_t>(std::min(choice.to, blows.size())),
              blows.end());
  blows.erase(blows.begin(),
              blows.begin() + static_cast<std::ptrdiff_t>(std::min(choice.from - 1, blows.size())));
  std::erase_if(blows, [&](const Blow& blow) { return !chosen(blow, choice.only); });
  if (choice.list) {
    for (const Blow& blow : blows) std::printf("%s\n", text(blow).c_str());
    return 0;
  }
  cutover::harness::block_interrupts();
  unsigned problems = 0;
  cutover::harness::on_problem([&](const std::string& problem) {
    ++problems;
    std::fprintf(stderr, "faults: %s\n", problem.c_str());
  });
  std::size_t number = 0;
  const auto tell = [&](const Report& report) {
    std::printf("%4zu/%zu %s\n", ++number, blows.size(), line(report).c_str());
    std::fflush(stdout);
  };
  Campaign campaign(tell, cutover::harness::build_dir() / "faults-traces", choice.by_file);
  bool interrupted = false;
  try {
    campaign.run(blows);
  } catch (const cutover::harness::Interrupted&) {
    interrupted = true;
    std::printf("\ninterrupted; what was started is being ended\n");
  }
  std::printf("\n%s\n%s", table(campaign.reports()).c_str(), times(campaign.reports()).c_str());
  std::printf("faults: runs=%zu violations=%zu in_doubt=%zu seed=%llu\n", campaign.reports().size(),
              campaign.violations(), campaign.in_doubt(),
              static_cast<unsigned long long>(choice.seed));
  if (interrupted) return 130;
  return campaign.violations() == 0 && problems == 0 && !campaign.reports().empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Strikes a live site with every fault in every step of a switch and a rollback"};
  Choice choice;
  app.add_option("--runs", choice.runs, "that many random ones instead of all");
  app.add_option("--seed", choice.seed, "of the random ones")->capture_default_str();
  app.add_option("--from", choice.from, "begin with that one")->check(CLI::PositiveNumber);
  app.add_option("--to", choice.to, "end with that one");
  app.add_option("--only", choice.only, "words, separated by commas: coordinator,kill,fenced");
  app.add_flag("--list", choice.list, "print them and strike nothing");
  app.add_flag("--by-file", choice.by_file, "the databases replicate by file and position");
  app.add_flag("--proofs", choice.proofs, "only switches with a proof, one that passes or fails");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(choice);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "faults: %s\n", error.what());
    return 1;
  }
}
