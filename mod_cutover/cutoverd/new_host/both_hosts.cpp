// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/both_hosts.h"

#include <algorithm>
#include <cstdlib>

namespace cutover {
namespace {

// As a browser does: an application answers "anything" with what a browser would not get.
constexpr const char* kAccept = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";

struct Url {
  std::string scheme;  // with "://"
  std::string authority;
  std::string path;  // without a slash at its end
};

Url parts_of(const std::string& url) {
  const std::size_t host = std::min(url.find("://"), url.size() - 3) + 3;
  const std::size_t path = std::min(url.find('/', host), url.size());
  Url parts{url.substr(0, host), url.substr(host, path - host), url.substr(path)};
  while (parts.path.ends_with('/')) parts.path.pop_back();
  return parts;
}

std::string with_port(const std::string& authority, bool tls) {
  if (authority.size() > name_in(authority).size()) return authority;
  return authority + (tls ? ":443" : ":80");
}

std::string door_of(const Front& front) {
  const bool bare_ipv6 = front.address.find(':') != std::string::npos;
  return (bare_ipv6 ? "[" + front.address + "]" : front.address) + ":" + std::to_string(front.port);
}

}  // namespace

HttpQuestion question_to_new(const std::string& new_url, const Front* front,
                             const std::string& path) {
  const Url url = parts_of(new_url);
  HttpQuestion question;
  const bool as_front = front != nullptr && front->keeps_host;
  question.url = url.scheme + (as_front ? front->host : url.authority) + url.path + path;
  if (as_front) question.connect_to = with_port(url.authority, url.scheme == "https://");
  question.headers = {kAccept};
  if (front == nullptr) return question;
  // mod_proxy's own, and the one that vhost-after.conf adds where TLS ends at this host. Without
  // the latter the new host is to answer as it would answer visitors: with a redirect to https,
  // mostly.
  question.headers.push_back("X-Forwarded-For: 127.0.0.1");
  question.headers.push_back("X-Forwarded-Host: " + front->host);
  if (front->tls && front->tells_tls) question.headers.emplace_back("X-Forwarded-Proto: https");
  return question;
}

std::string host_in(const std::string& url) { return name_in(parts_of(url).authority); }

int port_in(const std::string& url) {
  const Url parts = parts_of(url);
  const bool tls = parts.scheme == "https://";
  if (!tls && parts.scheme != "http://") return 0;
  const std::string door = with_port(parts.authority, tls);
  return std::atoi(door.substr(door.rfind(':') + 1).c_str());
}

Reading<PageAnswer> SitePages::get(const PageQuestion& asked, Nanos limit) {
  HttpQuestion question;
  question.url = asked.front.base() + asked.path;
  question.connect_to = door_of(asked.front);
  question.headers = {kAccept,
                      std::string(kQuestionHeader) + ": " + cutover::question(secret_, asked.host)};
  question.cookies = asked.cookies;
  question.limit = limit;
  return HttpSession(question).ask();
}

}  // namespace cutover
