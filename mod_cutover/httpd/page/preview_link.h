// SPDX-License-Identifier: Apache-2.0
// The page's two forms for CutoverPreview: one gives this browser the cookie, one takes it back. So
// only where the page is on a vhost of the site, whose cookie it can set, and by a POST of its own:
// whoever may only look is never shown the value.
#pragma once

#include "mod_cutover/httpd/page/handler.h"

namespace cutover {

// What the page at which `r` was asked for can offer.
OfferedPreview offered_preview(request_rec* r);

bool is_of_preview(const PageCommand& command);
// Once it is known that the form was the page's own.
int change_preview(request_rec* r, const std::string& base, const PageCommand& command);

}  // namespace cutover
