// SPDX-License-Identifier: Apache-2.0
// The buttons, each with what it will do; those that move the site want its name typed.
#pragma once

#include "mod_cutover/httpd/page/html/facts.h"
#include "shared/protocol/settings.h"

namespace cutover {

enum class Preview { kNotOffered, kOffered, kTaken };

struct ActionsParts {
  const SiteSettings& settings;
  const std::string& base;         // the page's location
  const std::string& form_secret;  // what makes a form this page's own
  Preview preview = Preview::kNotOffered;
};

// Stands where the run is shown.
void write_abort(Html& html, Bound& bound, const ActionsParts& parts);
// Where it is shown that something is armed.
void write_disarm(Html& html, Bound& bound, const ActionsParts& parts);
void write_actions(Html& html, Bound& bound, const ActionsParts& parts);

}  // namespace cutover
