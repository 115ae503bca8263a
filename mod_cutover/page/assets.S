// SPDX-License-Identifier: Apache-2.0
// The page's files as they stand, made part of the module. httpd/page/html/assets.cpp gives them out.
#define ASSET(symbol, file)              \
  .globl symbol##_begin, symbol##_end;   \
  .hidden symbol##_begin, symbol##_end;  \
  symbol##_begin: .incbin file; symbol##_end:

  .section .rodata
  ASSET(cutover_style_css, "mod_cutover/page/style.css")
  ASSET(cutover_icon_svg, "mod_cutover/page/icon.svg")
  ASSET(cutover_charts_js, "mod_cutover/page/charts.js")
  ASSET(cutover_checks_js, "mod_cutover/page/checks.js")
  ASSET(cutover_dom_js, "mod_cutover/page/dom.js")
  ASSET(cutover_facts_js, "mod_cutover/page/facts.js")
  ASSET(cutover_format_js, "mod_cutover/page/format.js")
  ASSET(cutover_page_js, "mod_cutover/page/page.js")
  ASSET(cutover_strays_js, "mod_cutover/page/strays.js")
  ASSET(cutover_view_js, "mod_cutover/page/view.js")
  ASSET(cutover_uplot_css, "mod_cutover/page/vendor/uplot/uPlot.min.css")
  ASSET(cutover_uplot_js, "mod_cutover/page/vendor/uplot/uPlot.iife.min.js")

  .section .note.GNU-stack, "", %progbits
