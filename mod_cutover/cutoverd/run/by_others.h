// SPDX-License-Identifier: Apache-2.0
// CutoverFence Off, CutoverPromote Off: somebody else makes a database read-only or writable. It
// counts once it is read back.
#pragma once

#include "mod_cutover/cutoverd/run/run.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

// kDone: `side` is read back so. Otherwise `why` says what others are still to do.
Answer seen_read_only(Replication& databases, Side side);
Answer seen_writable(Replication& databases, Side side, const char* directive);

// Fenced by us; or with CutoverFence Off by others, which one look tells, or by the hook fence,
// which is run where it is not.
Answer fence_or_see(const Ports& ports, const SiteSettings& settings, Side side, Nanos limit);

}  // namespace cutover
