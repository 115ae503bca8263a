// SPDX-License-Identifier: Apache-2.0
// Which paths are served here whatever the gate says: CutoverLocal's, and the locations of the
// status page and of httpd's own.
#pragma once

#include <string>
#include <vector>

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {

// A <Location> or <LocationMatch> that has `SetHandler cutover`, or a page of httpd's about itself.
struct PageLocation {
  std::string path;
  bool is_cutover = true;
  bool wildcard = false;
  const ap_regex_t* pattern = nullptr;  // lives as long as the configuration
};

// The path of a URL in the only reading in which it may be local: decoded once and normalised.
// Empty when httpd's and an application's reading of it could differ (%2F, a bad escape, above the
// root): such a path is never local.
std::string unambiguous_path(const char* url_path, apr_pool_t* pool);

// The same path, or one below it.
bool is_under(const std::string& path, const std::string& folder);
bool matches(const PageLocation& location, const std::string& path);

}  // namespace cutover
