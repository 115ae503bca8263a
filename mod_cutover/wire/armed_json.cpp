// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/wire/armed_json.h"

#include "mod_cutover/wire/exact_values.h"

namespace cutover {

using nlohmann::json;

json to_json(const std::optional<Armed>& armed) {
  if (!armed) return nullptr;
  return {{"direction", name(armed->direction)},
          {"by", armed->by},
          {"from", armed->from},
          {"until", armed->until},
          {"quiet", armed->quiet},
          {"waits_for", armed->waits_for},
          {"left_ms", armed->left_ms},
          {"words", described(*armed)}};
}

json to_json(const std::optional<Disarmed>& disarmed) {
  if (!disarmed) return nullptr;
  return {{"direction", name(disarmed->direction)},
          {"at", disarmed->at},
          {"why", disarmed->why},
          {"words", described(*disarmed)}};
}

std::optional<Armed> armed_from(const json& j) {
  if (j.is_null()) return std::nullopt;
  return Armed{direction_named(j.at("direction")),
               j.at("by"),
               j.at("from"),
               j.at("until"),
               j.at("quiet"),
               j.at("waits_for"),
               j.at("left_ms").get<double>()};
}

std::optional<Disarmed> disarmed_from(const json& j) {
  if (j.is_null()) return std::nullopt;
  return Disarmed{direction_named(j.at("direction")), j.at("at"), j.at("why")};
}

}  // namespace cutover
