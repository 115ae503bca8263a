// SPDX-License-Identifier: Apache-2.0
// How long the coordinator waits for a database in one act of its own. What the operator sets
// (CutoverFenceTimeout and the like) stands in the site's settings.
#pragma once

#include "shared/protocol/ports.h"

namespace cutover {

// One statement, read back.
inline constexpr Nanos kStatementLimit = std::chrono::seconds(2);
// To get the command of both servers, a predecessor's statements gone: when an operator or a
// recovery needs it; between two looks of the keeper; and where a server may not be there yet.
inline constexpr Nanos kCommandLimit = std::chrono::seconds(3);
inline constexpr Nanos kKeeperCommandLimit = std::chrono::seconds(1);
inline constexpr Nanos kAdoptLimit = std::chrono::seconds(1);
// Of a link that nobody waits for yet.
inline constexpr Nanos kRenewalLimit = std::chrono::seconds(5);
// A program of CutoverHook.
inline constexpr Nanos kHookLimit = std::chrono::seconds(30);

}  // namespace cutover
