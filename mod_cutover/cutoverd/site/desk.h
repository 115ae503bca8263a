// SPDX-License-Identifier: Apache-2.0
// What all parts of a site have at hand: they change the site through these, and through nothing
// else. All of it is the site's own thread's, but for the view, which others read.
#pragma once

#include "mod_cutover/cutoverd/run/run.h"
#include "mod_cutover/cutoverd/site/footing.h"
#include "mod_cutover/cutoverd/site/view.h"
#include "mod_cutover/cutoverd/trail/audit.h"

namespace cutover {

struct Desk {
  const SiteSettings& settings;
  Ports ports;
  Audit& audit;
  Footing& footing;
  View& view;
};

}  // namespace cutover
