// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/retained.h"

#include <sys/random.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "mod_cutover/httpd/edge/api.h"

namespace cutover {
namespace {

constexpr const char* kKey = "mod_cutover";

}  // namespace

Retained* retained() {
  auto* kept = static_cast<Retained*>(ap_retained_data_get(kKey));
  if (kept != nullptr && kept->layout != kRetainedLayout)
    throw std::runtime_error(
        "this module was upgraded in a way that needs a full stop and start of httpd");
  return kept;
}

Retained& make_retained() {
  if (Retained* kept = retained()) return *kept;
  auto* made = static_cast<Retained*>(ap_retained_data_create(kKey, sizeof(Retained)));
  made->control_fd = made->counters_fd = -1;
  made->parent = ::getpid();
  if (::getrandom(made->secret.data(), made->secret.size(), 0) !=
      static_cast<ssize_t>(made->secret.size()))
    throw std::runtime_error("getrandom gives no secret for the page's forms");
  made->layout = kRetainedLayout;
  return *made;
}

void keep_text(char*& kept, const char* text) {
  char* fresh = ::strdup(text);
  if (fresh == nullptr) throw std::bad_alloc();
  std::free(kept);
  kept = fresh;
}

}  // namespace cutover
