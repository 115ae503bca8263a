// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/assets.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

// page/assets.S
#define CUTOVER_ASSET(symbol) extern "C" const char symbol##_begin[], symbol##_end[]
CUTOVER_ASSET(cutover_style_css);
CUTOVER_ASSET(cutover_charts_js);
CUTOVER_ASSET(cutover_checks_js);
CUTOVER_ASSET(cutover_dom_js);
CUTOVER_ASSET(cutover_facts_js);
CUTOVER_ASSET(cutover_format_js);
CUTOVER_ASSET(cutover_page_js);
CUTOVER_ASSET(cutover_strays_js);
CUTOVER_ASSET(cutover_view_js);
CUTOVER_ASSET(cutover_icon_svg);
CUTOVER_ASSET(cutover_uplot_css);
CUTOVER_ASSET(cutover_uplot_js);

namespace cutover {
namespace {

constexpr const char* kCss = "text/css; charset=utf-8";
constexpr const char* kScript = "text/javascript; charset=utf-8";

// FNV-1a: it tells one build's file from another's, and guards nothing.
std::string hash_of(std::string_view body) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : body) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  char text[24];
  std::snprintf(text, sizeof text, "\"%016llx\"", static_cast<unsigned long long>(hash));
  return text;
}

Asset make(std::string_view path, const char* type, const char* begin, const char* end) {
  const std::string_view body(begin, static_cast<std::size_t>(end - begin));
  return {path, type, body, hash_of(body)};
}

#define CUTOVER_BODY(symbol) symbol##_begin, symbol##_end

}  // namespace

const std::vector<Asset>& assets() {
  static const std::vector<Asset> kAssets = {
      make("/style.css", kCss, CUTOVER_BODY(cutover_style_css)),
      make("/charts.js", kScript, CUTOVER_BODY(cutover_charts_js)),
      make("/checks.js", kScript, CUTOVER_BODY(cutover_checks_js)),
      make("/dom.js", kScript, CUTOVER_BODY(cutover_dom_js)),
      make("/facts.js", kScript, CUTOVER_BODY(cutover_facts_js)),
      make("/format.js", kScript, CUTOVER_BODY(cutover_format_js)),
      make("/page.js", kScript, CUTOVER_BODY(cutover_page_js)),
      make("/strays.js", kScript, CUTOVER_BODY(cutover_strays_js)),
      make("/view.js", kScript, CUTOVER_BODY(cutover_view_js)),
      make("/icon.svg", "image/svg+xml", CUTOVER_BODY(cutover_icon_svg)),
      make("/uplot.css", kCss, CUTOVER_BODY(cutover_uplot_css)),
      make("/uplot.js", kScript, CUTOVER_BODY(cutover_uplot_js)),
  };
  return kAssets;
}

const Asset* asset_at(std::string_view path) {
  const auto found = std::find_if(assets().begin(), assets().end(),
                                  [&](const Asset& asset) { return asset.path == path; });
  return found == assets().end() ? nullptr : &*found;
}

}  // namespace cutover
