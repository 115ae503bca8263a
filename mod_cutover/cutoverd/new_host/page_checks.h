// SPDX-License-Identifier: Apache-2.0
// Preflight: would visitors notice? The pages of CutoverProbe, asked of both hosts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/new_host/cookie_file.h"
#include "shared/pages/question.h"
#include "shared/protocol/check.h"
#include "shared/protocol/settings.h"

namespace cutover {

// A CutoverProbe or CutoverProof and the session that goes with it. The cookies are in memory and
// nowhere else.
struct PageProbe {
  std::string path;
  std::string cookie_file;  // empty: asked as a stranger
  Cookies cookies;
  std::string trouble;  // why they could not be read
};

// Reads the cookie files: while this still is root.
std::vector<PageProbe> probes_of(const std::vector<Probe>& configured, std::int64_t now_s);

struct PageLook {
  const SiteSettings& settings;
  const std::vector<PageProbe>& probes;
  Side serves;
  bool new_host_answers;
  Pages& pages;
  Clock& clock;
};

// A row for each probe.
std::vector<Check> look_at_pages(const PageLook& look);

}  // namespace cutover
