// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/new_host/cookie_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "mod_cutover/state/secret_file.h"

namespace cutover {
namespace {

constexpr std::string_view kHttpOnly = "#HttpOnly_";
constexpr std::size_t kJarFields = 7;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

std::string_view next_up_to(char end, std::string_view& text) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_name(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return is_control(c) || c == ' ' || c == '=' || c == ';' || c == ',';
  });
}

bool is_value(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) || c == ';'; });
}

// Reads the lines one by one; the first that is wrong ends it.
class Reader {
 public:
  Reader(const std::string& file, std::int64_t now) : file_(file), now_(now) {}

  Reading<Cookies> read(std::string_view text) {
    for (line_ = 1; !text.empty() && error_.empty(); ++line_) take(next_up_to('\n', text));
    if (!error_.empty()) return {std::nullopt, error_};
    if (!cookies_.empty()) return {std::move(cookies_), {}};
    return {
        std::nullopt,
        file_ + (expired_ ? ": every cookie in it has expired; log in again and copy the new one"
                          : ": holds no cookie; write name=value into it, as a browser's Cookie "
                            "header has it")};
  }

 private:
  void wrong(const std::string& why) { error_ = file_ + ":" + std::to_string(line_) + ": " + why; }

  void take(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool http_only = line.starts_with(kHttpOnly);
    if (trimmed(line).empty() || (trimmed(line).starts_with('#') && !http_only)) return;
    const bool jar = line.find('\t') != std::string_view::npos;
    if (seen_ && (jar != jar_ || !jar))
      return wrong(jar != jar_ ? "a jar's line and a Cookie header do not go together; keep one"
                               : "a second line; all of the session's cookies stand in one, with "
                                 "semicolons between them");
    seen_ = true;
    jar_ = jar;
    if (jar)
      take_jar_line(http_only ? line.substr(kHttpOnly.size()) : line);
    else
      take_header(trimmed(line));
  }

  void take_header(std::string_view line) {
    if (lower(line.substr(0, 7)) == "cookie:") line.remove_prefix(7);
    while (!line.empty()) {
      std::string_view pair = trimmed(next_up_to(';', line));
      if (pair.empty()) continue;
      const bool has_value = pair.find('=') != std::string_view::npos;
      const std::string_view name = trimmed(next_up_to('=', pair));
      if (!has_value || !is_name(name) || !is_value(pair))
        return wrong("not as a Cookie header has it: name=value; name2=value2");
      cookies_.push_back({std::string(name), std::string(trimmed(pair)), "", false, "/"});
    }
  }

  // Domain, whether subdomains too, path, whether TLS only, expiry, name, value.
  void take_jar_line(std::string_view line) {
    std::array<std::string_view, kJarFields> fields;
    if (std::count(line.begin(), line.end(), '\t') != kJarFields - 1)
      return wrong("a jar's line has seven fields with tabs between them");
    for (std::string_view& field : fields) field = next_up_to('\t', line);
    auto [domain, subdomains, path, secure, expiry, name, value] = fields;
    std::int64_t until = 0;
    const char* end = expiry.data() + expiry.size();
    const auto [rest, error] = std::from_chars(expiry.data(), end, until);
    if (error != std::errc{} || rest != end)
      return wrong("the fifth field is the expiry, in seconds since 1970, or 0");
    const bool dotted = domain.starts_with('.');
    if (dotted) domain.remove_prefix(1);
    if (domain.empty()) return wrong("the first field is the domain");
    if (!path.starts_with('/')) return wrong("the third field is the path");
    if (!is_name(name) || !is_value(value)) return wrong("the last two fields are name and value");
    if (until != 0 && until <= now_) {
      expired_ = true;
      return;
    }
    cookies_.push_back({std::string(name), std::string(value), lower(domain),
                        dotted || lower(subdomains) == "true", std::string(path)});
  }

  const std::string& file_;
  const std::int64_t now_;
  int line_ = 0;
  bool seen_ = false;
  bool jar_ = false;
  bool expired_ = false;
  Cookies cookies_;
  std::string error_;
};

bool goes_to(const Cookie& cookie, const std::string& host, std::string_view path) {
  const bool domain = cookie.domain.empty() || host == cookie.domain ||
                      (cookie.subdomains && host.ends_with("." + cookie.domain));
  if (!domain || !path.starts_with(cookie.path)) return false;
  return path.size() == cookie.path.size() || cookie.path.ends_with('/') ||
         path[cookie.path.size()] == '/';
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const char* digits = text.data() + i + 1;
    const bool coded = text[i] == '%' && i + 2 < text.size() &&
                       std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    out += coded ? static_cast<char>(byte) : text[i];
    if (coded) i += 2;
  }
  return out;
}

}  // namespace

Reading<Cookies> cookies_in(std::string_view text, const std::string& file, std::int64_t now) {
  return Reader(file, now).read(text);
}

Reading<Cookies> load_cookie_file(const std::string& file, std::int64_t now) {
  const Reading<std::string> text = read_secret_file(file, "the session's cookie");
  return text ? cookies_in(*text, file, now) : Reading<Cookies>{std::nullopt, text.error};
}

Cookies cookies_for(const Cookies& all, const std::string& host, const std::string& path) {
  const std::string name = lower(host);
  Cookies sent;
  std::copy_if(all.begin(), all.end(), std::back_inserter(sent), [&](const Cookie& cookie) {
    return goes_to(cookie, name, std::string_view(path).substr(0, path.find('?')));
  });
  return sent;
}

std::string cookie_header(const Cookies& cookies) {
  std::string header;
  for (const Cookie& c : cookies) header += (header.empty() ? "" : "; ") + c.name + "=" + c.value;
  return header;
}

std::vector<std::string> names_of(const Cookies& cookies) {
  std::vector<std::string> names;
  for (const Cookie& c : cookies) names.push_back(c.name);
  return names;
}

std::vector<std::string> secrets_of(const Cookies& cookies) {
  std::vector<std::string> secrets;
  for (const Cookie& c : cookies) {
    secrets.push_back(c.value);
    if (std::string decoded = percent_decoded(c.value); decoded != c.value)
      secrets.push_back(std::move(decoded));
  }
  return secrets;
}

}  // namespace cutover
