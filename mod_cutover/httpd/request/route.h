// SPDX-License-Identifier: Apache-2.0
// Sending a request to the new host, by mod_proxy.
#pragma once

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// Hook pre_translate_name: the URL is still as the client encoded it, and stays so.
int route(request_rec* r);

// Hook translate_name: httpd runs it for routed requests too. Nobody (mod_rewrite) may map them
// anew.
int keep_route(request_rec* r);

// mod_proxy's optional hook, at the end of each of its requests.
int note_new_host_down(int* status, request_rec* r);

}  // namespace cutover
