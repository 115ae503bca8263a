// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/parent/retained.h"

#include <sys/random.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include "mod_cutover/httpd/edge/api.h"
#include "mod_cutover/state/shared_memory.h"

namespace cutover {
namespace {

std::string key() { return "mod_cutover " + std::to_string(layouts()); }

}  // namespace

std::uint64_t layouts() { return memory_version() * 256 + kRetainedLayout; }

Retained* retained() { return static_cast<Retained*>(ap_retained_data_get(key().c_str())); }

Retained& make_retained() {
  if (Retained* kept = retained()) return *kept;
  auto* made = static_cast<Retained*>(ap_retained_data_create(key().c_str(), sizeof(Retained)));
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
