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

bool is_live() { return ask_mpm(AP_MPMQ_GENERATION) > 0; }

}  // namespace cutover
