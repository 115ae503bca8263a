// SPDX-License-Identifier: Apache-2.0
// A site that may be previewed, and what a browser with its cookie sends.
#pragma once

#include <string>

#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {

inline const std::string kPreview = "shop-preview=0a1b2c3d4e5f60718293a4b5c6d7e8f9";

inline RigOptions preview_options(const std::string& more = "") {
  RigOptions o;
  o.site = "CutoverPreview " + kPreview + "\n" + more;
  return o;
}

inline harness::HttpHeaders with_cookie(const std::string& cookie = kPreview) {
  return {{"Cookie", cookie}};
}

// What the body says, or the status; on a connection of its own.
inline std::string preview(const Rig& rig, const std::string& path = "/who.txt",
                           const std::string& cookie = kPreview) {
  const HttpResponse response = rig.client().get(path, with_cookie(cookie));
  if (response.status == 0) return "no answer: " + response.error;
  return response.status == 200 ? response.body : std::to_string(response.status);
}

}  // namespace cutover::test
