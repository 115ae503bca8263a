// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/doubts/names.h"

#include <algorithm>

#include "mod_cutover/httpd/config/vhost_text.h"

namespace cutover {
namespace {

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_named(const server_rec* s) {
  const Said said(s);
  return (s->is_virtual != 0 ? said.by_itself("ServerName") : said.of("ServerName")) != nullptr;
}

}  // namespace

std::vector<std::string> names_of(const server_rec* s) {
  std::vector<std::string> names;
  if (s->server_hostname != nullptr && is_named(s)) names.push_back(lower(s->server_hostname));
  for (const apr_array_header_t* more : {s->names, s->wild_names})
    for (int i = 0; more != nullptr && i < more->nelts; ++i)
      if (const char* name = reinterpret_cast<const char* const*>(more->elts)[i]; name != nullptr)
        names.push_back(lower(name));
  return names;
}

bool is_wildcard(const std::string& name) { return name.find_first_of("*?") != name.npos; }

Where place_of(const server_rec* s) {
  if (s->defn_name == nullptr) return {};
  return {s->defn_name, static_cast<int>(s->defn_line_number)};
}

bool has_own_page(const server_rec* s) {
  const auto pages_in = [](const server_rec* one) {
    const auto& pages = config_of(one).pages;
    return std::count_if(pages.begin(), pages.end(), [](const auto& p) { return p.is_cutover; });
  };
  return s->is_virtual != 0 && pages_in(s) > pages_in(ap_server_conf);
}

}  // namespace cutover
