// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/values.h"

#include <apr_pools.h>
#include <apr_uri.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <set>

#include "shared/memory/layout.h"

namespace cutover {
namespace {

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

std::optional<std::int64_t> unit_ms(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit.empty() || unit == "s") return 1000;
  if (unit == "min") return 60 * 1000;
  return std::nullopt;
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// RFC 9110's token.
bool token_character(char c) {
  return name_character(c) ||
         (c != '\0' && std::string_view("!#$%&'*+.^`|~").find(c) != std::string_view::npos);
}

constexpr std::size_t kLeastSecret = 16;
constexpr std::size_t kLeastDifferent = 6;
constexpr const char* kHowToMakeOne = "what `openssl rand -hex 16` prints";

std::size_t different_characters(std::string_view text) {
  return std::set<char>(text.begin(), text.end()).size();
}

std::string problem_of(const apr_uri_t& uri, const std::string& scheme) {
  if (scheme != "http" && scheme != "https" && scheme != "balancer")
    return "its scheme must be http, https or balancer";
  if (uri.hostname == nullptr || *uri.hostname == '\0') return "it names no host";
  if (uri.user != nullptr || uri.password != nullptr) return "it must not contain a user";
  if (uri.query != nullptr || uri.fragment != nullptr)
    return "it must end with the path: no query, no fragment";
  if (uri.port_str != nullptr && *uri.port_str != '\0' && uri.port == 0)
    return "its port must be 1 to 65535";
  return {};
}

// A pool for the moment of one parse.
class ScratchPool {
 public:
  ScratchPool() { apr_pool_create(&pool_, nullptr); }
  ~ScratchPool() { apr_pool_destroy(pool_); }
  ScratchPool(const ScratchPool&) = delete;
  ScratchPool& operator=(const ScratchPool&) = delete;
  apr_pool_t* get() const { return pool_; }

 private:
  apr_pool_t* pool_ = nullptr;
};

}  // namespace

Parsed<Millis> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const auto unit = unit_ms(std::string_view(rest, static_cast<std::size_t>(end - rest)));
  if (error != std::errc{} || !unit || number < 0)
    return {{},
            in_quotes(text) + " is no duration; write a number and ms, s or min, such as 500ms"};
  if (number > kDayMs / *unit) return {{}, in_quotes(text) + " is too long; a day is the most"};
  return {Millis{number * *unit}, {}};
}

Parsed<std::int64_t> parse_count(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || number < 0)
    return {{}, in_quotes(text) + " is no number; write digits alone, such as 10000"};
  return {number, {}};
}

Parsed<std::string> parse_site_name(std::string_view text) {
  if (text.empty()) return {{}, "a site needs a name, as in <CutoverSite shop>"};
  if (!std::all_of(text.begin(), text.end(), name_character))
    return {{}, in_quotes(text) + " is no site name: letters, digits, '-' and '_' only"};
  if (text.size() > kMaxSiteName)
    return {{}, in_quotes(text) + " is too long: " + std::to_string(kMaxSiteName) + " characters"};
  return {std::string(text), {}};
}

Parsed<std::string> parse_stream(std::string_view text) {
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != ';' && c != '*'; };
  const std::size_t slash = text.find('/');
  if (text == "/")
    return {{}, "/ is the whole site, and no drain would wait for anybody; name what never ends"};
  if (slash == text.npos || (slash != 0 && text.find('/', slash + 1) != text.npos) ||
      slash + 1 == text.size() || !std::all_of(text.begin(), text.end(), is_plain))
    return {{},
            in_quotes(text) + " is neither a path nor a type; write /events, or text/event-stream"};
  std::string stream(text);
  if (slash != 0)
    std::transform(stream.begin(), stream.end(), stream.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return {stream, {}};
}

Parsed<PreviewCookie> parse_preview(std::string_view text) {
  const auto in_value = [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("\",;\\").find(c) == std::string_view::npos;
  };
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == text.npos)
    return {{}, "takes a cookie: shop-preview=VALUE, where VALUE is " + std::string(kHowToMakeOne)};
  const std::string_view name = text.substr(0, equals);
  const std::string_view value = text.substr(equals + 1);
  if (!std::all_of(name.begin(), name.end(), token_character))
    return {{},
            in_quotes(name) + " is no name of a cookie: letters, digits and !#$%&'*+-.^_`|~ only"};
  if (!std::all_of(value.begin(), value.end(), in_value))
    return {{},
            "the value has a character that no cookie's value has: a blank, a quote, a comma, a "
            "semicolon, a backslash, or none of ASCII"};
  if (value.size() < kLeastSecret || different_characters(value) < kLeastDifferent)
    return {{},
            "the value is what keeps strangers out, and must not be guessed: " +
                std::to_string(kLeastSecret) + " characters at least, " +
                std::to_string(kLeastDifferent) + " different ones among them; such as " +
                kHowToMakeOne};
  return {{std::string(name), std::string(value)}, {}};
}

Parsed<std::string> parse_new_host(const std::string& text) {
  const ScratchPool pool;
  apr_uri_t uri{};
  const bool parsed = apr_uri_parse(pool.get(), text.c_str(), &uri) == APR_SUCCESS;
  const std::string scheme = uri.scheme == nullptr ? "" : uri.scheme;
  const std::string problem = parsed ? problem_of(uri, scheme) : "it cannot be read";
  if (!problem.empty())
    return {{},
            in_quotes(text) + " is no URL of a new host: " + problem +
                "; write it as http://10.0.0.2 or https://new.example.com:8443"};
  std::string url = text;
  while (url.back() == '/') url.pop_back();
  return {url, {}};
}

}  // namespace cutover
