// SPDX-License-Identifier: Apache-2.0
// What a vhost's configuration says for modules other than this one. It is read from the text:
// their records are their own.
#pragma once

#include <functional>

#include "mod_cutover/httpd/edge/api.h"
// After httpd's own.
#include <util_cfgtree.h>

namespace cutover {

// What the vhost says of itself, or else the main server.
class Said {
 public:
  explicit Said(const server_rec* s);

  // The arguments of the last such directive, or null.
  const char* of(const char* directive) const;
  bool on(const char* directive, bool by_default) const;
  // All that counts for it, in httpd's order: what stands outside of vhosts, then its own. Sections
  // come before what is in them.
  void each(const std::function<void(const ap_directive_t&)>& look) const;
  // By the vhost alone.
  const char* by_itself(const char* directive) const;
  // Whether one of them has the word in its arguments, in any case.
  bool with(const char* directive, const char* word) const;

 private:
  const ap_directive_t* section_;
};

}  // namespace cutover
