// SPDX-License-Identifier: Apache-2.0
// Preflight: what httpd's configuration tells by itself, which httpd has read at its start.
#pragma once

#include <optional>
#include <string>

#include "shared/figures/traffic.h"
#include "shared/protocol/check.h"
#include "shared/protocol/settings.h"

namespace cutover {

Check vhosts(const SiteSettings& site);
// `httpd`: which it is, and how it holds.
Check hold_capacity(const SiteSettings& site, const std::string& httpd,
                    const std::optional<Load>& busiest);
// Nothing where visitors come without TLS, or are passed on with it.
std::optional<Check> traffic_in_clear(const SiteSettings& site);

}  // namespace cutover
