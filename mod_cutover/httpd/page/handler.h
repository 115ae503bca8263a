// SPDX-License-Identifier: Apache-2.0
// The `cutover` handler: the status page and what belongs to it, and mod_status's section.
#pragma once

#include <string>
#include <string_view>

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/httpd/page/html/document.h"
#include "mod_cutover/httpd/page/path.h"

namespace cutover {

// Hook handler.
int serve_page(request_rec* r);

// mod_status's optional hook; `flags` has AP_STATUS_SHORT for ?auto.
int serve_server_status(request_rec* r, int flags);

int send(request_rec* r, const char* type, std::string_view body);
int send_page(request_rec* r, const std::string& base, const Notice* notice);

// buttons.cpp: POST base/SITE/VERB.
int command(request_rec* r, const std::string& base, const PageCommand& wanted);

}  // namespace cutover
