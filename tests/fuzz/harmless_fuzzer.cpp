// SPDX-License-Identifier: Apache-2.0
// What goes to terminals, logs and pages.
#include "mod_cutover/httpd/page/html/html.h"
#include "shared/words/harmless.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

void harmless(std::string_view input) {
  const std::string shown = cutover::harmless(input);
  for (const char c : shown)
    promise(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no control character is left");
  for (int second = 0x80; second < 0xa0; ++second)
    promise(!has(shown, std::string("\xc2") + static_cast<char>(second)), "no C1 either");
  for (const char* mark : {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xae",
                           "\xe2\x81\xa6", "\xe2\x81\xa9", "\xd8\x9c"})
    promise(!has(shown, mark), "nothing turns what follows around");
  promise(cutover::harmless(shown) == shown, "what is harmless stays as it is");
  promise(shown.size() >= input.size() / 4, "nothing is left out");

  const std::string page = Html().text(input).take();
  promise(page.find_first_of("<>\"'") == std::string::npos, "no markup gets into the page");
  for (std::size_t at = page.find('&'); at != std::string::npos; at = page.find('&', at + 1)) {
    const std::string entity = page.substr(at, page.find(';', at) - at + 1);
    promise(entity == "&amp;" || entity == "&lt;" || entity == "&gt;" || entity == "&quot;" ||
                entity == "&#39;",
            "every ampersand is an entity's: " + entity);
  }
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(harmless)
