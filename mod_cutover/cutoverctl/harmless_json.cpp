// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverctl/harmless_json.h"

namespace cutover {

nlohmann::json all_harmless(const nlohmann::json& json) {
  if (json.is_string()) return harmless(std::string_view(json.get_ref<const std::string&>()));
  if (json.is_array()) {
    auto out = nlohmann::json::array();
    for (const auto& item : json) out.push_back(all_harmless(item));
    return out;
  }
  if (!json.is_object()) return json;
  auto out = nlohmann::json::object();
  for (const auto& [key, value] : json.items())
    out[harmless(std::string_view(key))] = all_harmless(value);
  return out;
}

}  // namespace cutover
