// SPDX-License-Identifier: Apache-2.0
#include "shared/pages/proof.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "shared/pages/redirect.h"

namespace cutover {
namespace {

constexpr std::array<std::string_view, 3> kPasswords = {"type=\"password\"", "type='password'",
                                                        "type=password"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool has_password_field(const std::string& page) {
  const auto same = [](char a, char b) { return lower(a) == b; };
  return std::ranges::any_of(kPasswords, [&](std::string_view field) {
    return std::search(page.begin(), page.end(), field.begin(), field.end(), same) != page.end();
  });
}

bool is_redirect(const PageAnswer& answer) {
  return answer.status >= 300 && answer.status < 400 && !answer.location.empty();
}

}  // namespace

Shown shown(const PageAnswer& answer, const std::string& path, const Front& front,
            const std::string& new_host) {
  Shown seen{answer.status, "", has_password_field(answer.body)};
  if (is_redirect(answer)) seen.leads_to = place_of(answer.location, path, front, new_host).path;
  return seen;
}

std::string unlike(const Shown& of_old, const Shown& of_new) {
  const std::string old_status = "status " + std::to_string(of_old.status);
  if (of_new.status >= 400)
    return "status " + std::to_string(of_new.status) + ", where the old host had " + old_status;
  if (!of_new.leads_to.empty() && of_new.leads_to != of_old.leads_to)
    return "leads to " + of_new.leads_to + ", where the old host " +
           (of_old.leads_to.empty() ? "had " + old_status : "leads to " + of_old.leads_to);
  if (of_new.asks_password && !of_old.asks_password)
    return "asks for a password, where the old host does not";
  return "";
}

}  // namespace cutover
