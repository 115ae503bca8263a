// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/edge/request_target.h"

#include <apr_uri.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace cutover {
namespace {

constexpr const char* kHexDigits = "0123456789ABCDEF";

bool may_stand_in_a_request_line(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f;
}

const char* encoded(std::string_view text, apr_pool_t* pool) {
  char* const begin = static_cast<char*>(apr_palloc(pool, 3 * text.size() + 1));
  char* end = begin;
  for (const char c : text) {
    if (may_stand_in_a_request_line(c)) {
      *end++ = c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    *end++ = '%';
    *end++ = kHexDigits[byte >> 4U];
    *end++ = kHexDigits[byte & 0xfU];
  }
  *end = '\0';
  return begin;
}

// All of it stands in a text that ends with a NUL.
const char* harmless(std::string_view text, apr_pool_t* pool) {
  if (std::all_of(text.begin(), text.end(), may_stand_in_a_request_line))
    return *text.end() == '\0' ? text.data() : apr_pstrmemdup(pool, text.data(), text.size());
  return encoded(text, pool);
}

// From the path on; empty where there is none. Whatever does not begin with a slash is read by the
// parser by which httpd has read what it judges.
std::string_view from_path(const char* target, apr_pool_t* pool) {
  if (target == nullptr) return {};
  if (*target == '/') return {target, std::strcspn(target, "#")};
  apr_uri_t uri{};
  if (apr_uri_parse(pool, target, &uri) != APR_SUCCESS) return {};
  const char* path = uri.path != nullptr ? uri.path : "/";
  if (*path != '/') return {};
  if (uri.query == nullptr) return path;
  return apr_pstrcat(pool, path, "?", uri.query, nullptr);
}

}  // namespace

const char* target_as_sent(request_rec* r) {
  const std::string_view target = from_path(r->unparsed_uri, r->pool);
  return target.empty() ? nullptr : harmless(target, r->pool);
}

const char* path_as_sent(request_rec* r) {
  const std::string_view target = from_path(r->unparsed_uri, r->pool);
  return target.empty() ? nullptr : harmless(target.substr(0, target.find('?')), r->pool);
}

}  // namespace cutover
