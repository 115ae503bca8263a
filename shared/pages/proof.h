// SPDX-License-Identifier: Apache-2.0
// What a page of CutoverProof shows, as far as a proof compares it: it asks once, behind a seal.
#pragma once

#include <string>

#include "shared/pages/answer.h"
#include "shared/protocol/front.h"

namespace cutover {

struct Shown {
  int status = 0;
  std::string leads_to;        // a redirect's path on the site, or a whole URL; empty: it is none
  bool asks_password = false;  // it has a field for one
};

// `path`: what was asked for by that vhost; `new_host`: CutoverNewHost, where it was asked.
Shown shown(const PageAnswer& answer, const std::string& path, const Front& front,
            const std::string& new_host);

// What the new host shows that a visitor of the old one would not have seen, in words: an error, a
// redirect, a log-in. Empty: nothing.
std::string unlike(const Shown& of_old, const Shown& of_new);

}  // namespace cutover
