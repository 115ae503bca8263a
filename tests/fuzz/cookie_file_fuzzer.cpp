// SPDX-License-Identifier: Apache-2.0
// A cookie file: what is taken can stand in a request's header, and what is refused is told without
// a word of it.
#include "mod_cutover/cutoverd/new_host/cookie_file.h"
#include "tests/fuzz/fuzz.h"

namespace cutover::fuzz {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

bool same(const Cookies& one, const Cookies& other) {
  return std::equal(
      one.begin(), one.end(), other.begin(), other.end(),
      [](const Cookie& a, const Cookie& b) { return a.name == b.name && a.value == b.value; });
}

bool fits_a_header(const std::string& text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

void cookie_file(std::string_view input) {
  const auto cookies = cookies_in(input, "file", kNow);
  if (!cookies) {
    promise(cookies.error.starts_with("file:"), "a refusal names the file");
    promise(cookies.error.size() < 120 && fits_a_header(cookies.error), "and is our own words");
    return;
  }
  promise(!cookies->empty(), "what is taken has a cookie");
  promise(fits_a_header(cookie_header(*cookies)), "it fits a header");
  promise(secrets_of(*cookies).size() >= cookies->size(), "every value is known as a secret");
  for (const Cookie& cookie : *cookies) promise(!cookie.name.empty(), "each has a name");
  const Cookies sent = cookies_for(*cookies, "shop.example.com", "/account?x");
  promise(sent.size() <= cookies->size(), "nothing is sent that was not there");
  const bool any = std::all_of(cookies->begin(), cookies->end(),
                               [](const Cookie& cookie) { return cookie.domain.empty(); });
  if (!any) return;
  promise(sent.size() == cookies->size(), "those of a header are sent anywhere");
  // With its name, since a line that begins with # is a comment.
  const auto again = cookies_in("Cookie: " + cookie_header(sent), "file", kNow);
  promise(again && same(*again, sent), "the header, read again, is the same");
}

}  // namespace cutover::fuzz

CUTOVER_FUZZER(cookie_file)
