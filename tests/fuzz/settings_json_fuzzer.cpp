// SPDX-License-Identifier: Apache-2.0
// The configuration that httpd's parent hands to the coordinator: taken as it stands or refused,
// never bent.
#include <stdexcept>

#include "mod_cutover/wire/settings_json.h"
#include "tests/fuzz/wire_json.h"

namespace cutover::fuzz {

void settings_json(std::string_view input) {
  const std::string text(input);
  CoordinatorConfig config;
  try {
    config = coordinator_config(text);
  } catch (const std::runtime_error&) {
    return;
  }
  const std::string printed = to_json(config);
  promise(to_json(coordinator_config(printed)) == printed,
          "printed and read again, it is the same");
  came_from(json_of(printed), json_of(text), "");
  for (const SiteSettings& site : config.sites) check(site, {});
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(settings_json)
