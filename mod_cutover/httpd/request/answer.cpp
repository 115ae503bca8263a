// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/answer.h"

#include <util_filter.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "mod_cutover/httpd/config/server_config.h"
#include "mod_cutover/httpd/edge/wall.h"
#include "mod_cutover/httpd/worker/decision.h"

namespace cutover {
namespace {

// A filter that opens a file of this host by an answer's own word. It is for what is made here.
constexpr const char* kOnlyForOurOwn = "XSENDFILE";

// Headers of which an answer may have many. Of these the same line is not said twice; of others the
// new host's stands.
constexpr const char* kLists[] = {"Cache-Control", "Link",    "Set-Cookie",      "Vary",
                                  "Via",           "Warning", "WWW-Authenticate"};

// Of this generation's httpd, before it forks.
ap_filter_rec_t* header_filter = nullptr;

// Of this child, before it has threads; none where nobody has such a filter.
const ap_filter_rec_t* only_for_our_own = nullptr;

bool is_in(const char* const* begin, const char* const* end, const char* name) {
  return std::any_of(begin, end, [&](const char* one) { return strcasecmp(one, name) == 0; });
}

struct Line {
  const char *name, *value;
};

bool has_line(const apr_table_t* headers, Line line) {
  return apr_table_do(
             [](void* wanted, const char*, const char* value) {
               return std::strcmp(static_cast<const Line*>(wanted)->value, value) == 0 ? 0 : 1;
             },
             &line, headers, line.name, nullptr) == 0;
}

struct Sorting {
  const apr_table_t* answer;
  apr_table_t* kept;
};

int keep_what_is_new(void* to, const char* name, const char* value) {
  auto& sorting = *static_cast<Sorting*>(to);
  const bool list = is_in(std::begin(kLists), std::end(kLists), name);
  const bool there = list ? has_line(sorting.answer, {name, value})
                          : apr_table_get(sorting.answer, name) != nullptr;
  if (!there) apr_table_addn(sorting.kept, name, value);
  return 1;
}

// mod_headers is done: "always" has a table of its own, and both are sent.
apr_status_t say_once(ap_filter_t* filter, apr_bucket_brigade* brigade) {
  request_rec* r = filter->r;
  if (!apr_is_empty_table(r->err_headers_out)) {
    Sorting sorting{r->headers_out, apr_table_make(r->pool, 8)};
    apr_table_do(keep_what_is_new, &sorting, r->err_headers_out, nullptr);
    r->err_headers_out = sorting.kept;
  }
  ap_filter_t* next = filter->next;
  ap_remove_output_filter(filter);
  return ap_pass_brigade(next, brigade);
}

void remove_what_is_for_our_own(request_rec* r) {
  if (only_for_our_own == nullptr) return;
  for (ap_filter_t* f = r->output_filters; f != nullptr;) {
    ap_filter_t* next = f->next;
    if (f->r == r && f->frec == only_for_our_own) ap_remove_output_filter(f);
    f = next;
  }
}

// Merged anew only where a section of the vhost has a say in it.
ap_conf_vector_t* proxying(request_rec* r, const Site& site) {
  const ServerConfig& config = config_of(r->server);
  if (r->per_dir_config == r->server->lookup_defaults && config.site == &site &&
      config.proxying != nullptr)
    return config.proxying;
  return ap_merge_per_dir_configs(r->pool, site.proxying, r->per_dir_config);
}

}  // namespace

void register_answers() {
  // Below mod_headers, above what writes the headers.
  header_filter = ap_register_output_filter(
      "CUTOVER_SAY_ONCE", walled<say_once, APR_EGENERAL>, nullptr,
      static_cast<ap_filter_type>(static_cast<int>(AP_FTYPE_PROTOCOL) - 1));
}

void find_what_answers_need(apr_pool_t* pool, server_rec* main_server) {
  only_for_our_own = ap_get_output_filter_handle(kOnlyForOurOwn);
  for (server_rec* s = main_server; s != nullptr; s = s->next) {
    ServerConfig& config = config_of(s);
    if (config.site != nullptr && config.site->proxying != nullptr)
      config.proxying = ap_merge_per_dir_configs(pool, config.site->proxying, s->lookup_defaults);
  }
}

void prepare_for_new_host(request_rec* r) {
  const Site& site = *decision_of(r)->site;
  if (site.proxying != nullptr) r->per_dir_config = proxying(r, site);
  remove_what_is_for_our_own(r);
  if (r->main == nullptr) ap_add_output_filter_handle(header_filter, nullptr, r, r->connection);
}

}  // namespace cutover
