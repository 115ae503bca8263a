// SPDX-License-Identifier: Apache-2.0
// Three sites of the same kind: one that is let in unproved, one whose page passes, and one whose
// page fails, so that each switch leads back. The page itself takes what a bare PHP page takes.
#include "tests/bench/proof/proof.h"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <vector>

#include "mod_cutover/wire/json.h"
#include "tests/bench/turns.h"
#include "tests/harness/site.h"

namespace cutover::bench {
namespace {

struct Way {
  const char* name;
  const char* settings;
  bool passes;
};
constexpr Way kWays[] = {{"no proof", "", true},
                         {"proved", "CutoverProof /proof.php", true},
                         {"led back", "CutoverProof /proof.php", false}};
constexpr const char* kGood = "<?php echo 'well';";
constexpr const char* kBad = "<?php http_response_code(500);";

std::unique_ptr<harness::Site> site_of(const Way& way) {
  harness::SiteOptions options;
  options.site_settings = way.settings;
  auto site = std::make_unique<harness::Site>(options);
  harness::write_file(site->old_httpd().htdocs() / "public/proof.php", kGood);
  harness::write_file(site->new_httpd().htdocs() / "public/proof.php", way.passes ? kGood : kBad);
  return site;
}

void await_gate(const harness::Site& site) {
  if (const std::string why = site.await_gate(); !why.empty()) throw std::runtime_error(why);
}

// From the drain's end until the held go on.
double pause_ms(harness::Site& site, const Way& way) {
  await_gate(site);
  const auto done = site.cutoverctl({"switch"});
  if ((done.exit_code == 0) != way.passes) throw std::runtime_error(done.output);
  const double ms = site.status().at("last").at("pause_ms").get<double>();
  if (!way.passes) return ms;
  await_gate(site);
  const auto back = site.cutoverctl({"rollback"});
  if (back.exit_code != 0) throw std::runtime_error(back.output);
  return ms;
}

}  // namespace

Outcome proof_part(const Options& options) {
  const Load load{"a site at rest", 0};
  Outcome outcome;
  std::vector<std::unique_ptr<harness::Site>> sites;
  for (const Way& way : kWays) sites.push_back(site_of(way));
  in_turn(options.rounds, std::size(kWays), [&](unsigned round, std::size_t at) {
    const Way& way = kWays[at];
    const double ms = pause_ms(*sites[at], way);
    outcome.samples.add(load, way.name, "ms", round, ms);
    say("round " + std::to_string(round + 1) + ", " + way.name + ": a pause of " +
        std::to_string(ms) + " ms");
  });
  Table table;
  table.title = "The pause of a switch, in ms";
  table.header = {"", kWays[0].name, kWays[1].name, kWays[2].name};
  table.rows.push_back({load.setting});
  for (const Way& way : kWays)
    table.rows.back().push_back(number(outcome.samples.spread(load, way.name, "ms"), 1));
  table.note = "One page of CutoverProof, which answers at once.";
  outcome.tables.push_back(table);
  return outcome;
}

}  // namespace cutover::bench
