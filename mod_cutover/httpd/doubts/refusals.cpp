// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/doubts/refusals.h"

#include <apr_fnmatch.h>

#include <string_view>

#include "mod_cutover/httpd/config/vhost_text.h"
#include "mod_cutover/httpd/doubts/names.h"

namespace cutover {
namespace {

bool is(const char* text, const char* other) { return strcasecmp(text, other) == 0; }

Where place_of(const ap_directive_t& d) {
  return {d.filename == nullptr ? "" : d.filename, d.line_num};
}

struct Reader {
  apr_pool_t* pool;
  const char* rest;
  std::string word() { return ap_getword_conf(pool, &rest); }
  bool done() const { return *rest == '\0'; }
};

// The words behind a directive; a section's last one without its '>'.
Reader words_of(const ap_directive_t& d, apr_pool_t* pool) {
  std::string text = d.args == nullptr ? "" : d.args;
  if (*d.directive == '<' && text.ends_with('>')) text.pop_back();
  return {pool, apr_pstrdup(pool, text.c_str())};
}

// As mod_proxy does: a pattern, a wildcard, or how the URL begins.
bool covers(const ap_directive_t& section, const std::string& url, apr_pool_t* pool) {
  Reader words = words_of(section, pool);
  std::string path = words.word();
  bool pattern = is(section.directive, "<ProxyMatch");
  if (path == "~") {
    pattern = true;
    path = words.word();
  }
  if (strncasecmp(path.c_str(), "proxy:", 6) == 0) path.erase(0, 6);
  if (pattern) {
    const ap_regex_t* compiled = ap_pregcomp(pool, path.c_str(), AP_REG_EXTENDED);
    return compiled != nullptr && ap_regexec(compiled, url.c_str(), 0, nullptr, 0) == 0;
  }
  if (apr_fnmatch_test(path.c_str()) != 0)
    return apr_fnmatch(path.c_str(), url.c_str(), 0) == APR_SUCCESS;
  return url.rfind(path, 0) == 0;
}

// What a section says of who may come: one of several lines is enough to be let in.
struct Access {
  bool granted = false, denied = false, some = false;

  bool said() const { return granted || denied || some; }
  bool nobody() const { return denied && !granted && !some; }
};

// Of nested sections nothing is known but that they are there.
Access access_in(const ap_directive_t& section, apr_pool_t* pool) {
  Access access;
  for (const ap_directive_t* d = section.first_child; d != nullptr; d = d->next) {
    const std::string_view name = d->directive;
    const bool require = is(d->directive, "Require");
    const bool allow = is(d->directive, "Allow");
    if (name.starts_with("<Require") || name.starts_with("<Limit")) access.some = true;
    if (!require && !allow && !is(d->directive, "Deny")) continue;
    Reader words = words_of(*d, pool);
    const std::string first = words.word();  // what is required, or "from"
    const std::string second = words.word();
    const bool all = is((require ? first : second).c_str(), "all");
    const bool grants = require ? is(second.c_str(), "granted") : allow;
    (!all ? access.some : grants ? access.granted : access.denied) = true;
  }
  return access;
}

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  return url.substr(begin, url.find_first_of(":/", begin) - begin);
}

class Look {
 public:
  Look(const Site& site, const server_rec* s)
      : site_(site),
        server_(s),
        pool_(s->process->pconf),
        said_(s),
        url_(site.target + "/"),
        host_(host_of(site.target)) {}

  std::vector<Problem> problems() {
    said_.each([this](const ap_directive_t& d) { take(d); });
    // A section of the path is merged after those of mod_proxy.
    if (last_ != nullptr && !everywhere_) say_access(*last_);
    if (remote_ != nullptr && !direct_) say_remote(*remote_);
    if (site_.target.rfind("https:", 0) == 0 && !said_.on("SSLProxyEngine", false))
      add(cutover::place_of(server_),
          "site " + site_.settings.name + ": CutoverNewHost " + site_.target +
              ": without SSLProxyEngine On in this vhost, its requests to it fail");
    return problems_;
  }

 private:
  void add(const Where& where, const std::string& text) {
    problems_.push_back({where, text, false});
  }

  void take(const ap_directive_t& d) {
    if (is(d.directive, "<Proxy") || is(d.directive, "<ProxyMatch")) {
      if (access_in(d, pool_).said() && covers(d, url_, pool_)) last_ = &d;
    } else if (is(d.directive, "<Location")) {
      everywhere_ = everywhere_ || (words_of(d, pool_).word() == "/" && access_in(d, pool_).said());
    } else if (is(d.directive, "ProxyBlock")) {
      take_block(d);
    } else if (is(d.directive, "ProxyRemote")) {
      const std::string which = words_of(d, pool_).word();
      if (which == "*" || url_.rfind(which + ":", 0) == 0 ||
          (which.find("://") != which.npos && url_.rfind(which, 0) == 0))
        remote_ = &d;
    } else if (is(d.directive, "NoProxy")) {
      direct_ = direct_ || names_host(d);
    }
  }

  void take_block(const ap_directive_t& d) {
    for (Reader words = words_of(d, pool_); !words.done();) {
      const std::string word = words.word();
      if (word == "*" || ap_strcasestr(host_.c_str(), word.c_str()) != nullptr)
        return add(place_of(d), "ProxyBlock " + word + " refuses every request to " + site_.target +
                                    ": 403 for all once the new host serves; take " + word +
                                    " out");
    }
  }

  // A host, the end of its name, the begin of its address, or a network.
  bool names_host(const ap_directive_t& d) const {
    for (Reader words = words_of(d, pool_); !words.done();) {
      const std::string word = words.word();
      if (is(word.c_str(), host_.c_str()) || host_.ends_with(word) || host_.rfind(word, 0) == 0)
        return true;
      if (word.find('/') != word.npos) return true;
    }
    return false;
  }

  void say_access(const ap_directive_t& section) {
    const Access access = access_in(section, pool_);
    if (access.granted) return;
    const std::string name = std::string(section.directive) + " " + section.args;
    add(place_of(section), name +
                               (access.nobody() ? " lets nobody through mod_proxy to " +
                                                      site_.target + ": 403 for every visitor"
                                                : " lets only some through mod_proxy to " +
                                                      site_.target + ": 403 for other visitors") +
                               " once the new host serves; write <Proxy \"" + site_.target +
                               "\"> Require all granted </Proxy>, in three lines, behind it");
  }

  void say_remote(const ap_directive_t& d) {
    add(place_of(d), "ProxyRemote sends the requests to " + site_.target +
                         " by way of another proxy; say NoProxy " + host_ +
                         " if that is not meant");
  }

  const Site& site_;
  const server_rec* server_;
  apr_pool_t* pool_;
  const Said said_;
  std::string url_, host_;
  const ap_directive_t *last_ = nullptr, *remote_ = nullptr;
  bool everywhere_ = false, direct_ = false;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> refusals_of(const Site& site, const server_rec* s) {
  return Look(site, s).problems();
}

}  // namespace cutover
