// SPDX-License-Identifier: Apache-2.0
// What httpd's MPM says of itself.
#pragma once

namespace cutover {

// `what` is one of AP_MPMQ_*; 0 where the MPM does not know it.
int ask_mpm(int what);

// This configuration is taken up by an httpd that has served with another one.
bool is_live();

}  // namespace cutover
