// SPDX-License-Identifier: Apache-2.0
// What httpd's MPM says of itself.
#pragma once

#include <string>

namespace cutover {

// `what` is one of AP_MPMQ_*; 0 where the MPM does not know it.
int ask_mpm(int what);

// "Apache/2.4.37 with event": the one that runs, which is not always the one compiled for.
std::string this_httpd();

// This configuration is taken up by an httpd that has served with another one.
bool is_live();

// This child was told to end, by a graceful or not.
bool child_is_stopping();

}  // namespace cutover
