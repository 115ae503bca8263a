// SPDX-License-Identifier: Apache-2.0
// A session's cookies, as an administrator takes them out of a browser: the line of a Cookie
// header, or a cookie jar in Netscape's format, which curl and the browsers' extensions write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/ports.h"

namespace cutover {

struct Cookie {
  std::string name;
  std::string value;
  std::string domain;  // lower case; empty: a Cookie header does not say, so any
  bool subdomains = false;
  std::string path = "/";
};

using Cookies = std::vector<Cookie>;

// `file` is for messages, which say file and line and never a value. What has expired at `now`
// (seconds since the epoch) is left out; nothing at all is an error.
Reading<Cookies> cookies_in(std::string_view text, const std::string& file, std::int64_t now);
Reading<Cookies> load_cookie_file(const std::string& file, std::int64_t now);

// Those that a browser would send there: a jar may hold other sites' sessions.
Cookies cookies_for(const Cookies& all, const std::string& host, const std::string& path);

// name=value; name2=value2
std::string cookie_header(const Cookies& cookies);
std::vector<std::string> names_of(const Cookies& cookies);
// The values, as they stand in the file and as a page may print them.
std::vector<std::string> secrets_of(const Cookies& cookies);

}  // namespace cutover
