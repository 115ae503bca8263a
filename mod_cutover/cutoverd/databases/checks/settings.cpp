// SPDX-License-Identifier: Apache-2.0
// Preflight: settings of the two servers that should agree.
#include <cstdlib>

#include "mod_cutover/cutoverd/databases/checks/rows.h"
#include "mod_cutover/cutoverd/databases/checks/setting_table.h"

namespace cutover {
namespace {

constexpr long long kMiB = 1024LL * 1024;

struct Pair {
  std::string leaving;
  std::string arriving;
};

std::optional<std::string> value_of(const Scene& scene, const Server& server,
                                    const Setting& setting) {
  auto value = scene.known_variable(server, setting.name);
  if (!value && setting.old_name != nullptr) value = scene.known_variable(server, setting.old_name);
  // Before MariaDB 10.6 utf8 is utf8mb3, and no mode says so.
  if (value && setting.name == std::string_view("old_mode") &&
      scene.release(server).number < 10'006)
    *value += value->empty() ? "UTF8_IS_UTF8MB3" : ",UTF8_IS_UTF8MB3";
  return value;
}

// Nothing where it is not to be compared.
std::optional<Pair> both(const Scene& scene, const Setting& setting) {
  auto leaving = value_of(scene, scene.leaving, setting);
  auto arriving = value_of(scene, scene.arriving, setting);
  if (!leaving && !arriving) return std::nullopt;
  if (setting.missing != nullptr) {
    if (!leaving) leaving = setting.missing;
    if (!arriving) arriving = setting.missing;
  }
  if (!leaving || !arriving) return std::nullopt;
  return Pair{*leaving, *arriving};
}

bool is_off(const std::string& value) {
  return value.empty() || value == "0" || value == "OFF" || value == "NO" || value == "FALSE";
}

bool agrees(Compare how, const Pair& pair) {
  const long long leaving = std::atoll(pair.leaving.c_str());
  const long long arriving = std::atoll(pair.arriving.c_str());
  switch (how) {
    case Compare::kAlike:
      return pair.leaving == pair.arriving || (is_off(pair.leaving) && is_off(pair.arriving) &&
                                               !pair.leaving.empty() && !pair.arriving.empty());
    case Compare::kAtLeast:
      return arriving >= leaving;
    case Compare::kHalf:
      return arriving >= leaving / 2;
    case Compare::kTimeLimit:
      return arriving == 0 || (leaving != 0 && arriving >= leaving);
    case Compare::kNotOn:
      return is_off(pair.arriving) || !is_off(pair.leaving);
    case Compare::kNotOff:
      return !is_off(pair.arriving) || is_off(pair.leaving);
    case Compare::kDirectory:
      return pair.arriving == pair.leaving || pair.arriving.empty() || pair.leaving == "NULL";
  }
  return false;
}

std::string shown(const Setting& setting, const std::string& value) {
  if (value.empty()) return "(empty)";
  const long long number = std::atoll(value.c_str());
  if (setting.how == Compare::kHalf && number >= kMiB && number % kMiB == 0)
    return std::to_string(number / kMiB) + " MiB";
  return value;
}

// As SET takes it.
std::string literal(const std::string& value) {
  const bool number = !value.empty() && value.find_first_not_of("0123456789.") == std::string::npos;
  return number || value == "ON" || value == "OFF" ? value : sql_literal(value);
}

std::string differs(const Scene& scene, const Setting& setting, const Pair& pair) {
  return std::string(setting.name) + " is " + shown(setting, pair.leaving) + " on " +
         scene.leaving.label() + " and " + shown(setting, pair.arriving) + " on " +
         scene.arriving.label() + " (" + setting.otherwise + ")";
}

std::string known_name(const Scene& scene, const Setting& setting) {
  const bool old = setting.old_name != nullptr &&
                   !scene.known_variable(scene.arriving, setting.name).has_value();
  return old ? setting.old_name : setting.name;
}

struct Differences {
  std::vector<std::string> seen;
  std::vector<std::string> at_once;   // NAME=VALUE, for SET GLOBAL
  std::vector<std::string> at_start;  // for my.cnf
};

std::string remedy(const Scene& scene, const SettingTopic& topic, const Differences& found) {
  if (topic.verdict == CheckVerdict::kBlock && *topic.afterwards != 0) return topic.afterwards;
  const std::string there = scene.arriving.label();
  std::vector<std::string> parts;
  if (!found.at_once.empty())
    parts.push_back("SET GLOBAL " + joined(found.at_once) + " on " + there + ", and in its my.cnf");
  if (!found.at_start.empty())
    parts.push_back(joined(found.at_start) + " in the my.cnf of " + there +
                    ", which needs a restart");
  if (*topic.afterwards != 0) parts.emplace_back(topic.afterwards);
  return joined(parts, "; ") +
         (topic.verdict == CheckVerdict::kWarn ? "; or know why it differs" : "");
}

Finding compared(Scene& scene, const SettingTopic& topic) {
  if (!topic.on_the_way_back && scene.direction == Direction::kRollback)
    return Finding::pass("as it was before the switch");
  Differences found;
  std::string one;
  std::size_t many = 0;
  for (const Setting& setting : topic.settings) {
    const auto pair = both(scene, setting);
    if (!pair) continue;
    ++many;
    one = shown(setting, pair->leaving);
    if (pair->arriving != pair->leaving) one += ", " + shown(setting, pair->arriving);
    if (agrees(setting.how, *pair)) continue;
    found.seen.push_back(differs(scene, setting, *pair));
    (setting.at_start ? found.at_start : found.at_once)
        .push_back(known_name(scene, setting) + "=" + literal(pair->leaving));
  }
  if (found.seen.empty())
    return Finding::pass(many == 1 ? one : std::to_string(many) + " settings fit");
  return {topic.verdict, joined(found.seen, "; "), remedy(scene, topic, found)};
}

Finding alike(const Scene& scene, const Setting& setting) {
  const auto pair = both(scene, setting);
  if (!pair) return Finding::pass("neither has " + std::string(setting.name));
  if (pair->leaving == pair->arriving) return Finding::pass(pair->leaving);
  return Finding::warn(differs(scene, setting, *pair),
                       "set " + std::string(setting.name) + " alike, or know why it differs");
}

Finding time_zone(Scene& scene) {
  Finding finding = alike(scene, {"time_zone", Compare::kAlike, "local times are other moments"});
  if (finding.verdict == CheckVerdict::kPass && finding.seen == "SYSTEM")
    return alike(scene, {"system_time_zone", Compare::kAlike, "local times are other moments"});
  return finding;
}

// The offset means nothing where the step is one.
Finding auto_increment(Scene& scene) {
  Finding step = alike(scene, {"auto_increment_increment", Compare::kAlike, "the numbers' step"});
  if (step.verdict != CheckVerdict::kPass) return step;
  if (step.seen == "1") return Finding::pass("in steps of 1");
  Finding offset = alike(scene, {"auto_increment_offset", Compare::kAlike, "the first number"});
  if (offset.verdict == CheckVerdict::kPass)
    offset.seen = "in steps of " + step.seen + " from " + offset.seen;
  return offset;
}

// What a session gets that asks for utf8mb4, as ours does.
constexpr const char* kSession =
    "SELECT @@session.character_set_client AS characters, "
    "@@session.collation_connection AS collation";

Finding handshake(Scene& scene) {
  const Result leaving = scene.ask(scene.leaving, kSession);
  const Result arriving = scene.ask(scene.arriving, kSession);
  if (!leaving.ok() || !arriving.ok()) return Finding::unseen(leaving.error + arriving.error, "");
  // Another default of the server's is said in its own row.
  const bool collations = scene.variable(scene.leaving, {"collation_server"}) ==
                          scene.variable(scene.arriving, {"collation_server"});
  for (const char* what : {"characters", "collation"}) {
    const std::string here = leaving.rows.text(0, {what});
    const std::string there = arriving.rows.text(0, {what});
    if (here == there || (!collations && std::string_view(what) == "collation")) continue;
    return Finding::warn(
        "a session that asks for utf8mb4 gets " + here + " on " + scene.leaving.label() + " and " +
            there + " on " + scene.arriving.label(),
        "set character_set_client_handshake (skip_character_set_client_handshake) alike in the "
        "my.cnf of " +
            scene.arriving.label() + ", which needs a restart: text would be stored garbled");
  }
  return Finding::pass("sessions get the same character set");
}

// Whether time zones are known by name, and are of one age.
constexpr const char* kZones =
    "SELECT CONVERT_TZ('2030-07-01 12:00:00', 'UTC', 'Europe/Berlin') AS berlin, "
    "CONVERT_TZ('2030-07-01 12:00:00', 'UTC', 'America/Mexico_City') AS mexico";

Finding time_zone_tables(Scene& scene) {
  const Result leaving = scene.ask(scene.leaving, kZones);
  const Result arriving = scene.ask(scene.arriving, kZones);
  if (!leaving.ok() || !arriving.ok()) return Finding::unseen(leaving.error + arriving.error, "");
  const std::string there = scene.arriving.label();
  const std::string load =
      "mysql_tzinfo_to_sql /usr/share/zoneinfo (mariadb-tzinfo-to-sql), into "
      "the schema mysql of " +
      there + " and with sql_log_bin=0";
  for (const char* zone : {"berlin", "mexico"}) {
    const std::string here = leaving.rows.text(0, {zone});
    const std::string now = arriving.rows.text(0, {zone});
    if (here.empty() || here == now) continue;
    if (now.empty())
      return Finding::block(there + " does not know time zones by name, " + scene.leaving.label() +
                                " does: CONVERT_TZ() is NULL, SET time_zone fails",
                            load);
    return Finding::warn("the tables of time zones are of different age: noon UTC is " + here +
                             " on " + scene.leaving.label() + " and " + now + " on " + there,
                         load);
  }
  return Finding::pass(arriving.rows.text(0, {"berlin"}).empty() ? "neither needs any"
                                                                 : "known by name on both");
}

}  // namespace

std::vector<CheckRow> setting_checks() {
  std::vector<CheckRow> rows;
  for (const SettingTopic& topic : setting_topics())
    rows.push_back(
        {topic.row, topic.verdict, [&topic](Scene& scene) { return compared(scene, topic); }});
  rows.push_back({"time-zone", CheckVerdict::kWarn, time_zone});
  rows.push_back({"time-zone-tables", CheckVerdict::kBlock, time_zone_tables});
  rows.push_back({"handshake", CheckVerdict::kWarn, handshake});
  rows.push_back({"auto-increment", CheckVerdict::kWarn, auto_increment});
  return rows;
}

}  // namespace cutover
