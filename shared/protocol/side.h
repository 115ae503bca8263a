// SPDX-License-Identifier: Apache-2.0
// The two hosts and the two directions. Old and new never swap names, whichever of them serves.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cutover {

enum class Side : std::uint8_t { kOld, kNew };
enum class Direction : std::uint8_t { kSwitch, kRollback };

constexpr Side other(Side side) { return side == Side::kOld ? Side::kNew : Side::kOld; }
constexpr Side leaving(Direction d) { return d == Direction::kSwitch ? Side::kOld : Side::kNew; }
constexpr Side arriving(Direction d) { return other(leaving(d)); }
constexpr Direction towards(Side side) {
  return side == Side::kNew ? Direction::kSwitch : Direction::kRollback;
}

constexpr std::string_view name(Side side) { return side == Side::kOld ? "old" : "new"; }
constexpr std::string_view name(Direction d) {
  return d == Direction::kSwitch ? "switch" : "rollback";
}

constexpr std::optional<Side> side_named(std::string_view text) {
  if (text == "old") return Side::kOld;
  if (text == "new") return Side::kNew;
  return std::nullopt;
}

}  // namespace cutover
