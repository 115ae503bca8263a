// SPDX-License-Identifier: Apache-2.0
// Preflight: for how long one of httpd's workers is busy with a visitor of the new host.
#pragma once

#include <vector>

#include "shared/pages/question.h"

namespace cutover {

// The front page of the first vhost that does not only lead to another, by the very way that
// visitors will go: the middle one of several answers, up to their first byte, less the first one,
// for which a connection was opened and an application may have started. Why there is none, in
// words.
Reading<Nanos> latency_of_new_host(Pages& pages, const std::vector<Front>& fronts, Nanos limit);

}  // namespace cutover
