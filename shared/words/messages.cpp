// SPDX-License-Identifier: Apache-2.0
#include "shared/words/messages.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "shared/protocol/recovery.h"
#include "shared/protocol/transitions.h"

namespace cutover {
namespace {

constexpr std::array<std::string_view, 5> kLevels = {"info", "notice", "warn", "error", "crit"};

}  // namespace

std::string code(std::uint16_t id) {
  char text[8];
  std::snprintf(text, sizeof text, "CUT%04u", static_cast<unsigned>(id % 10'000));
  return text;
}

const Explanation* explanation(std::uint16_t id) {
  const std::span<const Explanation> all = explanations();
  const auto found = std::ranges::lower_bound(all, id, {}, &Explanation::id);
  return found != all.end() && found->id == id ? &*found : nullptr;
}

std::string_view happened(const Explanation& explained) {
  if (!explained.happened.empty()) return explained.happened;
  for (const Row& row : transition_table())
    if (row.id == explained.id) return row.why;
  for (const RecoveryRow& row : recovery_table())
    if (row.id == explained.id) return row.why;
  return {};
}

std::string_view name(Level level) { return kLevels[static_cast<std::size_t>(level)]; }

}  // namespace cutover
