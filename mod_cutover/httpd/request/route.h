// SPDX-License-Identifier: Apache-2.0
// Sending a request to the new host, by mod_proxy.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Hook translate_name. What httpd judges a request by is its own reading of it, as for a local one:
// decoded, merged, encoded slashes treated as AllowEncodedSlashes says. What the new host gets is
// what the client sent, byte for byte.
int route(request_rec* r);

// `r` itself was named as a request to the new host.
bool is_routed(request_rec* r);

// mod_proxy's optional hook, at the end of each of its requests.
int note_new_host_down(int* status, request_rec* r);

}  // namespace cutover
