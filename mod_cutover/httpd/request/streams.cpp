// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/streams.h"

#include <strings.h>

#include <algorithm>
#include <string_view>

#include "mod_cutover/httpd/config/local_paths.h"
#include "mod_cutover/httpd/request/upgrade.h"

namespace cutover {
namespace {

bool is_path(const std::string& stream) { return stream.starts_with('/'); }

// "text/event-stream; charset=utf-8".
bool is_of_type(std::string_view content_type, const std::string& type) {
  if (content_type.size() < type.size() ||
      ::strncasecmp(content_type.data(), type.data(), type.size()) != 0)
    return false;
  return content_type.size() == type.size() || content_type[type.size()] == ';' ||
         content_type[type.size()] == ' ';
}

// A browser's EventSource says what it accepts.
bool accepts_a_stream(const request_rec* r, const Decision& decision) {
  const char* accepted = apr_table_get(r->headers_in, "Accept");
  const auto& streams = decision.site->settings.streams;
  return accepted != nullptr &&
         std::any_of(streams.begin(), streams.end(), [&](const std::string& stream) {
           return !is_path(stream) && is_of_type(accepted, stream);
         });
}

}  // namespace

bool is_endless_by_path(request_rec* r, const Decision& decision) {
  const auto& streams = decision.site->settings.streams;
  if (streams.empty() || r->method_number != M_GET ||
      std::none_of(streams.begin(), streams.end(), is_path))
    return false;
  const std::string path = unambiguous_path(r->uri, r->pool);
  return std::any_of(streams.begin(), streams.end(), [&](const std::string& stream) {
    return is_path(stream) && is_under(path, stream);
  });
}

bool is_endless_by_type(const request_rec* r, const Decision& decision) {
  const auto& streams = decision.site->settings.streams;
  if (streams.empty() || decision.endless != nullptr || r->method_number != M_GET ||
      r->content_type == nullptr)
    return false;
  return std::any_of(streams.begin(), streams.end(), [&](const std::string& stream) {
    return !is_path(stream) && is_of_type(r->content_type, stream);
  });
}

bool keeps_its_thread(request_rec* r, const Decision& decision) {
  return r->connection->master == nullptr &&
         (asks_for_upgrade(r) || is_endless_by_path(r, decision) ||
          (r->method_number == M_GET && accepts_a_stream(r, decision)));
}

}  // namespace cutover
