// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/edge/mpm.h"

#include "mod_cutover/httpd/edge/api.h"
// After httpd.h.
#include <ap_mpm.h>

namespace cutover {

int ask_mpm(int what) {
  int answer = 0;
  return ap_mpm_query(what, &answer) == APR_SUCCESS ? answer : 0;
}

std::string this_httpd() {
  ap_version_t version;  // whatever ServerTokens lets visitors see
  ap_get_server_revision(&version);
  return "Apache/" + std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
         std::to_string(version.patch) + " with " + ap_show_mpm();
}

bool is_live() { return ask_mpm(AP_MPMQ_GENERATION) > 0; }

bool child_is_stopping() { return ask_mpm(AP_MPMQ_MPM_STATE) == AP_MPMQ_STOPPING; }

}  // namespace cutover
