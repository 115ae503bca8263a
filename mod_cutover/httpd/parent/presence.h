// SPDX-License-Identifier: Apache-2.0
// Which processes of this httpd there are, in a layout that is never changed: what a module of
// another version must know that takes over in a graceful. All else that is kept, and the shared
// memory, it cannot read; it makes them anew, and begins with what the journals say.
#pragma once

#include <sys/types.h>

#include <vector>

#include "mod_cutover/httpd/parent/retained.h"

namespace cutover {

// To be called at each configuration, before a journal is read and before another module forks,
// since what is forked has what its parent has. Where another version was here: none of its runs
// begins any more, and its coordinators are told to leave. True then.
bool take_over();
// This version is here; before its first child.
void show_presence();

// For as long as it is not changed: the coordinators that this version has started.
void tell_of_coordinators(const Retained& kept);

// To be handed to a coordinator. Each of the first is readable to its end once no child of another
// version is there any more; the last is of shared memory that says whether another one has taken
// over.
std::vector<int> signs_of_others();
int sign_of_takeover();

// A fresh child: it keeps what shows that it is there, and nothing else.
void close_presence();

}  // namespace cutover
