// SPDX-License-Identifier: Apache-2.0
// Which requests are known to take long, for a run that quietens a site: they are told by their
// kind, which is method and path with all that differs from one visitor to the next left out. Kinds
// that are taken for each other, or are not found, make a drain longer or a request wait: nothing
// that is safe hangs on them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cutover {

inline constexpr std::size_t kMostSlowKinds = 64;

// By the coordinator's looks, and by a worker at its gate: the same for both. Never 0.
std::uint64_t kind_of(std::string_view method, std::string_view path);

// In the control area. Written by: the coordinator, before the word that makes workers read it, and
// anew while it lasts. Read by: a worker that has just read that word. Each entry stands for
// itself, so that it does not matter which of two lists a reader has half of; hence relaxed. 0 ends
// it.
using SlowKinds = std::array<std::atomic<std::uint64_t>, kMostSlowKinds>;

// Those that are too many are left out.
void publish(SlowKinds& kinds, const std::vector<std::uint64_t>& now);
bool has(const SlowKinds& kinds, std::uint64_t kind);

}  // namespace cutover
