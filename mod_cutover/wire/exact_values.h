// SPDX-License-Identifier: Apache-2.0
// Reads numbers, names and lists from JSON without bending them: a fraction, a negative one or one
// too large for its place would otherwise be cut to one that fits.
#pragma once

#include <string>
#include <utility>

#include "mod_cutover/wire/json.h"
#include "shared/protocol/side.h"

namespace cutover {

// To be caught with the library's own.
struct WrongValue : nlohmann::json::exception {
  explicit WrongValue(const std::string& what) : exception(600, what.c_str()) {}
};

template <typename Number>
Number whole(const nlohmann::json& json) {
  if (json.is_number_unsigned()) {
    const auto value = json.get<std::uint64_t>();
    if (std::in_range<Number>(value)) return static_cast<Number>(value);
  } else if (json.is_number_integer()) {
    const auto value = json.get<std::int64_t>();
    if (std::in_range<Number>(value)) return static_cast<Number>(value);
  }
  throw WrongValue("not a number for its place: " +
                   json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

inline Direction direction_named(const std::string& text) {
  for (const Direction direction : {Direction::kSwitch, Direction::kRollback})
    if (text == name(direction)) return direction;
  throw WrongValue("no direction: " + text);
}

// To loop over: null would pass for one with nothing in it.
inline const nlohmann::json& list(const nlohmann::json& json) {
  if (!json.is_array()) throw WrongValue("not a list");
  return json;
}

inline const nlohmann::json& object(const nlohmann::json& json) {
  if (!json.is_object()) throw WrongValue("not an object");
  return json;
}

}  // namespace cutover
