// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/vhost_text.h"

#include <string_view>

namespace cutover {
namespace {

bool is(const char* text, const char* other) { return strcasecmp(text, other) == 0; }

const ap_directive_t* section_of(const ap_directive_t* tree, const server_rec* s) {
  for (const ap_directive_t* d = tree; d != nullptr; d = d->next) {
    if (is(d->directive, "<VirtualHost") && s->defn_name != nullptr && d->filename != nullptr &&
        std::string_view(d->filename) == s->defn_name &&
        d->line_num == static_cast<int>(s->defn_line_number))
      return d;
    if (const ap_directive_t* found = section_of(d->first_child, s)) return found;
  }
  return nullptr;
}

// The arguments of the last one in the tree with the word in them, not looking into vhosts.
// Sections of a path are looked into: what stands there is meant for the site as well.
const char* last_said(const ap_directive_t* tree, const char* directive, const char* word = "") {
  const char* said = nullptr;
  for (const ap_directive_t* d = tree; d != nullptr; d = d->next) {
    if (is(d->directive, "<VirtualHost")) continue;
    if (is(d->directive, directive) && ap_strcasestr(d->args, word) != nullptr) said = d->args;
    if (const char* below = last_said(d->first_child, directive, word)) said = below;
  }
  return said;
}

void walk(const ap_directive_t* tree, const std::function<void(const ap_directive_t&)>& look) {
  for (const ap_directive_t* d = tree; d != nullptr; d = d->next) {
    if (is(d->directive, "<VirtualHost") || is(d->directive, "<CutoverSite")) continue;
    look(*d);
    walk(d->first_child, look);
  }
}

}  // namespace

Said::Said(const server_rec* s) : section_(section_of(ap_conftree, s)) {}

const char* Said::of(const char* directive) const {
  const char* own = by_itself(directive);
  return own != nullptr ? own : last_said(ap_conftree, directive);
}

bool Said::on(const char* directive, bool by_default) const {
  const char* said = of(directive);
  return said == nullptr ? by_default : is(said, "on");
}

void Said::each(const std::function<void(const ap_directive_t&)>& look) const {
  walk(ap_conftree, look);
  if (section_ != nullptr) walk(section_->first_child, look);
}

const char* Said::by_itself(const char* directive) const {
  return section_ == nullptr ? nullptr : last_said(section_->first_child, directive);
}

bool Said::with(const char* directive, const char* word) const {
  return (section_ != nullptr && last_said(section_->first_child, directive, word) != nullptr) ||
         last_said(ap_conftree, directive, word) != nullptr;
}

}  // namespace cutover
