// SPDX-License-Identifier: Apache-2.0
// How the coordinator asks the two hosts for a page. The real one stands in mod_cutover/, the
// tests' one in tests/unit/fakes.
#pragma once

#include <string>

#include "shared/pages/answer.h"
#include "shared/protocol/front.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/side.h"

namespace cutover {

struct PageQuestion {
  Side host = Side::kOld;
  Front front;          // the vhost; the new host is asked as mod_proxy asks it for this vhost
  std::string path;     // with its query
  std::string cookies;  // as a Cookie header; empty: none
};

// One thread at a time; throws nothing.
class Pages {
 public:
  virtual ~Pages() = default;
  // One GET; a redirect is an answer. Why there is none, in words.
  virtual Reading<PageAnswer> get(const PageQuestion& question, Nanos limit) = 0;
};

}  // namespace cutover
