// SPDX-License-Identifier: Apache-2.0
// A request to the page: its path, who sent the form by its headers, and the form's secret. Lines:
// the path, the location, Origin or Referer, Host, the secret that is right and the one given.
#include <apr_general.h>

#include <algorithm>
#include <cctype>

#include "mod_cutover/httpd/page/origin.h"
#include "mod_cutover/httpd/page/path.h"
#include "shared/words/same_secret.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

class Pool {
 public:
  Pool() {
    apr_initialize();
    apr_pool_create(&pool_, nullptr);
  }
  ~Pool() { apr_pool_destroy(pool_); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  // Empty again.
  apr_pool_t* fresh() {
    apr_pool_clear(pool_);
    return pool_;
  }

 private:
  apr_pool_t* pool_ = nullptr;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// What a browser would take for the host and port, read as strictly as can be.
std::string authority_in(const std::string& url) {
  const std::string all = lower(url);
  std::size_t from = 0;
  std::string port;
  if (all.starts_with("http://")) {
    from = 7;
    port = "80";
  } else if (all.starts_with("https://")) {
    from = 8;
    port = "443";
  } else {
    return "?";
  }
  std::string host = all.substr(from, all.find_first_of("/?#", from) - from);
  if (const auto colon = host.rfind(':'); colon != std::string::npos && host.back() != ']') {
    const std::string digits = host.substr(colon + 1);
    if (!digits.empty()) port = digits;
    host.resize(colon);
  }
  if (host.size() > 1 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  return host + " " + port;
}

void foreign_senders_are_told(const std::string& sender, const std::string& host) {
  static Pool pool;
  const Authority own = own_sender(pool.fresh(), sender.c_str(), host.c_str());
  promise(own_sender(pool.fresh(), nullptr, host.c_str()).host.empty() &&
              own_sender(pool.fresh(), sender.c_str(), nullptr).host.empty(),
          "without a header there is nothing to compare");
  if (own.host.empty()) return;
  const std::string said = authority_in(sender);
  promise(said == own.host + " " + std::to_string(own.port) || said.find(" 0") != std::string::npos,
          "it is what a browser takes it for: " + said + ", not " + own.host);
  promise(lower(host).find(own.host) != std::string::npos, "and stands in the Host header");
  promise(own.host.find_first_of("/?#@\\") == std::string::npos, "a host is a host: " + own.host);
  promise(own.port != 0, "the port is known");
}

void paths_hold(const std::string& uri, const std::string& location) {
  for (const auto& locations : {std::vector<std::string>{}, std::vector<std::string>{location}}) {
    const PagePath path = page_path(uri, locations);
    promise(uri.ends_with(path.rest), "what is asked for is the path's end");
    for (const char c : path.base)
      promise(c > ' ' && c < 0x7f && std::string_view("\\\"<>?#").find(c) == std::string_view::npos,
              "the base can stand in a URL");
    promise(!path.base.starts_with("//"), "and names no other host");
    const auto command = page_command(path.rest);
    if (!command) continue;
    promise(path.rest == "/" + command->site + "/" + command->verb, "SITE/VERB and no more");
    promise(command->site.find('/') == std::string::npos, "a site is one step of the path");
    promise(!is_page(path.rest), "what acts is never read by GET");
  }
}

}  // namespace

void page_request(std::string_view input) {
  std::string part[6];
  for (std::string& text : part) {
    text = std::string(next_line(input));
    text.resize(std::min(text.find('\0'), text.size()));
  }
  if (part[0].starts_with('/')) paths_hold(part[0], part[1]);
  foreign_senders_are_told(part[2], part[3]);
  promise(same_secret(part[4], part[5]) == (!part[4].empty() && part[4] == part[5]),
          "a secret is the very same one, and never an empty one");
  promise(!same_secret("", "") && !same_secret(part[4], part[4] + "x"), "no more, no less");
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(page_request)
