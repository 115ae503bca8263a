// SPDX-License-Identifier: Apache-2.0
// Whether a POST was sent by a form of our own page, and by nobody else's.
#pragma once

#include <string>

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// What speaks against it; nothing when all is well.
std::string foreign_origin(request_rec* r);

// What the forms of this boot carry: nobody can guess it, and a page elsewhere cannot read it.
std::string form_secret();
bool is_form_secret(const std::string& given);

}  // namespace cutover
