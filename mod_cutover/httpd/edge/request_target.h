// SPDX-License-Identifier: Apache-2.0
// What a request asked for, as it came: httpd decodes and merges r->uri on the way, and everything
// that judges a request sees it so; r->unparsed_uri stays as it was.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Path and query, beginning with a slash. Of `http://host/path` what follows the host; without a
// `#fragment`, which is no part of what is asked of a server. A blank or a control character, which
// no client may send but an ErrorDocument may have, is encoded. Nothing where no path was asked
// for.
const char* target_as_sent(request_rec* r);

// The same less the query.
const char* path_as_sent(request_rec* r);

}  // namespace cutover
