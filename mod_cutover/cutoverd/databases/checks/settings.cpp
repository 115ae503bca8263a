// SPDX-License-Identifier: Apache-2.0
// Preflight: settings of the two servers that should agree.
#include <cstdlib>

#include "mod_cutover/cutoverd/databases/checks/rows.h"

namespace cutover {
namespace {

struct Pair {
  std::string leaving;
  std::string arriving;
  bool equal() const { return leaving == arriving; }
};

Pair both(Scene& scene, std::initializer_list<const char*> names) {
  return {scene.variable(scene.leaving, names), scene.variable(scene.arriving, names)};
}

std::string seen(const Scene& scene, const Pair& pair) {
  return pair.leaving + " on " + scene.leaving.label() + ", " + pair.arriving + " on " +
         scene.arriving.label();
}

Finding lower_case(Scene& scene) {
  const Pair pair = both(scene, {"lower_case_table_names"});
  if (pair.equal()) return Finding::pass(pair.leaving);
  return Finding::block(seen(scene, pair),
                        "it is fixed when a data directory is made: build the new one alike");
}

Finding max_allowed_packet(Scene& scene) {
  const Pair pair = both(scene, {"max_allowed_packet"});
  if (std::atoll(pair.arriving.c_str()) >= std::atoll(pair.leaving.c_str())) {
    return Finding::pass(seen(scene, pair));
  }
  return Finding::block(seen(scene, pair), "SET GLOBAL max_allowed_packet=" + pair.leaving +
                                               " on " + scene.arriving.label() +
                                               ", and in its my.cnf");
}

Finding alike(Scene& scene, const char* variable) {
  const Pair pair = both(scene, {variable});
  if (pair.equal()) return Finding::pass(pair.leaving.empty() ? "(empty)" : pair.leaving);
  return Finding::warn(seen(scene, pair),
                       std::string("set ") + variable + " alike, or know why it differs");
}

Finding sql_mode(Scene& scene) { return alike(scene, "sql_mode"); }
Finding character_set(Scene& scene) { return alike(scene, "character_set_server"); }
Finding collation(Scene& scene) { return alike(scene, "collation_server"); }

Finding time_zone(Scene& scene) {
  Finding finding = alike(scene, "time_zone");
  if (finding.verdict == CheckVerdict::kPass && finding.seen == "SYSTEM") {
    return alike(scene, "system_time_zone");
  }
  return finding;
}

Finding max_connections(Scene& scene) {
  const Pair pair = both(scene, {"max_connections"});
  if (std::atoll(pair.arriving.c_str()) >= std::atoll(pair.leaving.c_str())) {
    return Finding::pass(seen(scene, pair));
  }
  return Finding::warn(seen(scene, pair), "raise it on " + scene.arriving.label());
}

Finding auto_increment(Scene& scene) {
  const Pair step = both(scene, {"auto_increment_increment"});
  if (step.equal()) return Finding::pass("in steps of " + step.leaving);
  return Finding::warn("in steps of " + seen(scene, step),
                       "set auto_increment_increment alike, or know why it differs");
}

}  // namespace

std::vector<CheckRow> setting_checks() {
  constexpr auto kBlock = CheckVerdict::kBlock;
  constexpr auto kWarn = CheckVerdict::kWarn;
  return {{"lower-case-table-names", kBlock, lower_case},
          {"max-allowed-packet", kBlock, max_allowed_packet},
          {"sql-mode", kWarn, sql_mode},
          {"character-set", kWarn, character_set},
          {"collation", kWarn, collation},
          {"time-zone", kWarn, time_zone},
          {"max-connections", kWarn, max_connections},
          {"auto-increment", kWarn, auto_increment}};
}

}  // namespace cutover
