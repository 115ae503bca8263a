// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/path.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cutover {
namespace {

constexpr std::array<std::string_view, 17> kNames = {
    "/",          "/status.json", "/history.json", "/events.json", "/metrics",  "/icon.svg",
    "/style.css", "/page.js",     "/charts.js",    "/checks.js",   "/dom.js",   "/facts.js",
    "/format.js", "/strays.js",   "/view.js",      "/uplot.js",    "/uplot.css"};
constexpr std::array<std::string_view, 7> kVerbs = {
    "preflight", "rehearse", "switch", "rollback", "abort", "preview", "end-preview"};

// As in local_paths.h: the same path, or one below it.
bool is_within(std::string_view path, std::string_view folder) {
  if (!path.starts_with(folder)) return false;
  return folder.ends_with('/') || path.size() == folder.size() || path[folder.size()] == '/';
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

// The path as httpd has decoded it, for a link. It begins with one slash alone: two, or a slash and
// a backslash, would make a browser take what follows for a host.
std::string in_a_url(std::string_view path) {
  while (path.starts_with("//")) path.remove_prefix(1);
  std::string url;
  for (const char c : path) {
    if (is_plain(c)) {
      url += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    url += '%';
    url += "0123456789ABCDEF"[byte >> 4];
    url += "0123456789ABCDEF"[byte & 15];
  }
  return url;
}

PagePath cut(const std::string& uri, std::size_t at) {
  return {in_a_url(std::string_view(uri).substr(0, at)), uri.substr(at)};
}

}  // namespace

PagePath page_path(const std::string& uri, const std::vector<std::string>& locations) {
  const std::string* deepest = nullptr;
  for (const std::string& location : locations) {
    if (location.empty() || !is_within(uri, location)) continue;
    if (deepest == nullptr || location.size() > deepest->size()) deepest = &location;
  }
  if (deepest != nullptr) return cut(uri, deepest->size() - (deepest->ends_with('/') ? 1 : 0));
  for (const std::string_view name : kNames)
    if (std::string_view(uri).ends_with(name)) return cut(uri, uri.size() - name.size());
  const auto verb = uri.rfind('/');
  const auto site =
      verb == 0 || verb == std::string::npos ? std::string::npos : uri.rfind('/', verb - 1);
  if (site != std::string::npos && page_command(uri.substr(site))) return cut(uri, site);
  return cut(uri, uri.size());
}

bool is_page(const std::string& rest) {
  return rest.empty() || std::find(kNames.begin(), kNames.end(), rest) != kNames.end();
}

std::optional<PageCommand> page_command(const std::string& rest) {
  const auto slash = rest.find('/', 1);
  if (!rest.starts_with('/') || slash == std::string::npos) return std::nullopt;
  PageCommand command{rest.substr(1, slash - 1), rest.substr(slash + 1)};
  const bool known = std::find(kVerbs.begin(), kVerbs.end(), command.verb) != kVerbs.end();
  if (command.site.empty() || !known) return std::nullopt;
  return command;
}

}  // namespace cutover
