// SPDX-License-Identifier: Apache-2.0
// Ctrl-C while a run is under way. The run belongs to the coordinator and outlives this command, so
// that neither a key nor a lost ssh session leaves a site half moved: the first Ctrl-C only says so
// and names the verb that stops it, the second leaves the view.
#pragma once

#include <string>

namespace cutover {

void explain_interrupts(const std::string& verb, const std::string& site);
// How often Ctrl-C came: what was drawn before it cannot be drawn over any more.
int interrupts();

}  // namespace cutover
