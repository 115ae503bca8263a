// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/local_paths.h"

#include <apr_fnmatch.h>
#include <apr_strings.h>

#include "mod_cutover/httpd/config/normal_path.h"

namespace cutover {
std::string unambiguous_path(const char* url_path, apr_pool_t* pool) {
  if (url_path == nullptr || *url_path != '/') return {};
  const auto plain = normal_path(url_path, Escapes::kDecodeUnreserved);
  if (!plain) return {};
  char* path = apr_pstrdup(pool, plain->c_str());
  if (ap_unescape_url(path) != OK) return {};
  // What was decoded just now may be dots or slashes itself.
  return normal_path(path, Escapes::kAsTheyAre).value_or("");
}

bool is_under(const std::string& path, const std::string& folder) {
  if (path.compare(0, folder.size(), folder) != 0 || folder.empty()) return false;
  return path.size() == folder.size() || folder.back() == '/' || path[folder.size()] == '/';
}

bool matches(const PageLocation& location, const std::string& path) {
  if (path.empty()) return false;
  if (location.pattern != nullptr)
    return ap_regexec(location.pattern, path.c_str(), 0, nullptr, 0) == 0;
  if (location.wildcard)
    return apr_fnmatch(location.path.c_str(), path.c_str(), APR_FNM_PATHNAME) == APR_SUCCESS;
  return is_under(path, location.path);
}

}  // namespace cutover
