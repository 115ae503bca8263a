// SPDX-License-Identifier: Apache-2.0
// Compares what was read from JSON, printed again, with the JSON that it came from.
#pragma once

#include <string>

#include "mod_cutover/wire/json.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {

// Every value that is printed stood in the input; what the input has besides is not known here.
inline void came_from(const nlohmann::json& printed, const nlohmann::json& input,
                      const std::string& where) {
  if (printed.is_object()) {
    promise(input.is_object(), where + " is an object");
    for (const auto& [key, value] : printed.items()) {
      promise(input.contains(key), where + "/" + key + " is there");
      came_from(value, input[key], where + "/" + key);
    }
  } else if (printed.is_array()) {
    promise(input.is_array() && input.size() == printed.size(), where + " has as many");
    for (std::size_t i = 0; i < printed.size(); ++i)
      came_from(printed[i], input[i], where + "/" + std::to_string(i));
  } else {
    promise(printed == input, where + " is " + input.dump(-1, ' ', true) + ", read as " +
                                  printed.dump(-1, ' ', true));
  }
}

// Deep nesting is the parser's business and not ours.
inline nlohmann::json json_of(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace cutover::fuzz
