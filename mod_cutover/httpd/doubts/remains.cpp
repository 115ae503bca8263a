// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/doubts/remains.h"

#include <array>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "mod_cutover/httpd/config/vhost_text.h"
#include "mod_cutover/httpd/doubts/names.h"

namespace cutover {
namespace {

using std::string_view;

bool is(string_view text, string_view other) {
  return text.size() == other.size() && strncasecmp(text.data(), other.data(), text.size()) == 0;
}

struct Scene {
  const Site& site;
  const Said& said;
  bool tls;  // the vhost ends it

  bool in_clear() const { return site.target.rfind("http:", 0) == 0; }
  bool tells(const char* word) const { return said.with("RequestHeader", word); }
};

using Words = std::vector<std::string>;

bool has(const Words& words, string_view wanted) {
  for (const std::string& word : words)
    if (is(word, wanted)) return true;
  return false;
}

bool is_on(const Scene&, const Words& words) { return has(words, "on"); }

bool is_not_disabled(const Scene& scene, const Words&) {
  const char* disabled = scene.said.of("CacheDisable");
  return disabled == nullptr || (!is(disabled, "/") && !is(disabled, "\"/\""));
}

// Filters of which a second pass over the same page makes another one.
bool rewrites(const Scene&, const Words& words) {
  constexpr std::array kFilters{"INCLUDES",
                                "SUBSTITUTE",
                                "SED",
                                "proxy-html",
                                "PROXY_HTML",
                                "xml2enc",
                                "MOD_PAGESPEED_OUTPUT_FILTER"};
  for (const std::string& word : words) {
    std::istringstream parts(word);
    for (std::string part; std::getline(parts, part, ';');)
      for (const char* filter : kFilters)
        if (is(part, filter)) return true;
  }
  return false;
}

bool adds_again(const Scene&, const Words& words) { return !words.empty() && is(words[0], "add"); }

bool moves_by_https(const Scene& scene, const Words& words) {
  return has(words, "on") && scene.tls && scene.in_clear() && !scene.tells("Destination");
}

bool asks_for_certificate(const Scene& scene, const Words& words) {
  return scene.tls && !has(words, "none") && !scene.tells("SSL_CLIENT") &&
         !scene.tells("SSL-Client") && !scene.tells("Client-Cert");
}

// Basic and Digest come with the request, and the new host asks for them itself.
bool knows_its_user(const Scene& scene, const Words& words) {
  return !has(words, "Basic") && !has(words, "Digest") && !has(words, "None") &&
         !scene.tells("REMOTE_USER");
}

bool is_digest(const Scene&, const Words& words) { return has(words, "Digest"); }

template <long kDefault>
bool is_raised(const Scene&, const Words& words) {
  const long value = words.empty() ? kDefault : std::atol(words[0].c_str());
  return value > kDefault || value == 0;
}

bool is_a_limit_of_php(const Scene&, const Words& words) {
  return has(words, "upload_max_filesize") || has(words, "post_max_size") ||
         has(words, "max_input_vars") || has(words, "memory_limit");
}

// Of what the new host has nothing can be seen here.
constexpr const char* kSayItThere =
    "say it there, and CutoverKnown with this directive's name here";
constexpr const char* kSetItThere =
    "set it in the new host's php.ini or pool, and say CutoverKnown with this directive's name "
    "here";
constexpr const char* kNotForNew = "put it into <If \"note('cutover-side') != 'new'\">";

// kHere: what it is told for a request that goes to the new host; in a folder it is told for none.
// kAnywhere: the application counts on it, wherever it stands. kLast: the last one counts.
enum class Counts { kHere, kAnywhere, kLast };

struct Row {
  const char* directive;
  Counts counts;
  bool (*applies)(const Scene&, const Words&);
  const char* effect;
  const char* remedy;
};

constexpr Row kRows[] = {
    {"CacheEnable", Counts::kHere, is_not_disabled,
     "what is in the cache is given out for as long as it is fresh, whoever serves",
     "say CacheDisable / in the vhost before the switch, and make the new host cache instead"},
    {"SecRuleEngine", Counts::kLast, is_on,
     "mod_security judges requests and answers here, and its limits of both hold here, although "
     "the new host serves",
     "let the new host do it, and say SecRuleEngine Off in the vhost, or keep its limits as high "
     "as there"},
    {"ModPagespeed", Counts::kLast, is_on, "the new host's pages are rewritten here once more",
     "say ModPagespeed off in the vhost before the switch"},
    {"SetOutputFilter", Counts::kHere, rewrites, "the new host's pages are changed here once more",
     kNotForNew},
    {"AddOutputFilter", Counts::kHere, rewrites, "the new host's pages are changed here once more",
     kNotForNew},
    {"AddOutputFilterByType", Counts::kHere, rewrites,
     "the new host's pages are changed here once more", kNotForNew},
    {"FilterProvider", Counts::kHere, rewrites, "the new host's pages are changed here once more",
     kNotForNew},
    {"Header", Counts::kHere, adds_again, "the new host's answers get this header twice",
     "say Header set, or Header merge"},
    {"Dav", Counts::kAnywhere, moves_by_https,
     "MOVE and COPY name a target by https, and the new host, which is asked by http, answers 502",
     "say RequestHeader edit Destination ^https: http: early"},
    {"SSLVerifyClient", Counts::kAnywhere, asks_for_certificate,
     "the new host hears nothing of a client certificate, nor does its application",
     "say RequestHeader set X-SSL-Client-S-DN \"%{SSL_CLIENT_S_DN}s\", and read that there"},
    {"AuthType", Counts::kHere, knows_its_user, "the new host does not hear who has logged in here",
     "say RequestHeader set X-Remote-User expr=%{REMOTE_USER}, and read that there, from this host "
     "alone"},
    {"AuthType", Counts::kHere, is_digest,
     "if the new host asks for the password as well, nobody gets in: neither host takes the "
     "other's "
     "nonces",
     "put AuthType and Require into <If \"note('cutover-side') != 'new'\">, and let the new host "
     "ask; "
     "or let it ask for none until the visitors come to it directly"},
    {"LimitRequestLine", Counts::kLast, is_raised<8190>, "the new host must take as long ones",
     kSayItThere},
    {"LimitRequestFieldSize", Counts::kLast, is_raised<8190>, "the new host must take as long ones",
     kSayItThere},
    {"LimitRequestFields", Counts::kLast, is_raised<100>, "the new host must take as many",
     kSayItThere},
    {"php_value", Counts::kAnywhere, is_a_limit_of_php,
     "a php-fpm of the new host does not read it", kSetItThere},
    {"php_admin_value", Counts::kAnywhere, is_a_limit_of_php,
     "a php-fpm of the new host does not read it", kSetItThere},
};

Words words_of(const ap_directive_t& d, apr_pool_t* pool) {
  Words words;
  for (const char* rest = d.args == nullptr ? "" : d.args; *rest != '\0';)
    words.emplace_back(ap_getword_conf(pool, &rest));
  return words;
}

struct Place {
  bool folder = false, vhost = false, not_for_new = false;
};

Place place_in(const ap_directive_t& d) {
  Place place;
  for (const ap_directive_t* s = d.parent; s != nullptr; s = s->parent) {
    const string_view section = s->directive;
    place.vhost = place.vhost || is(section, "<VirtualHost");
    for (const char* folder : {"<Directory", "<DirectoryMatch", "<Files", "<FilesMatch"})
      place.folder = place.folder || is(section, folder);
    if (is(section, "<If") && string_view(s->args).find("cutover-side") != string_view::npos)
      place.not_for_new = true;
  }
  return place;
}

bool counts(const Row& row, const ap_directive_t& d, const Said& said) {
  const Place place = place_in(d);
  // A folder outside of vhosts is of this host: /usr/share/phpmyadmin.
  if (place.not_for_new || (place.folder && !place.vhost)) return false;
  if (row.counts == Counts::kAnywhere) return true;
  return !place.folder && (row.counts != Counts::kLast || said.of(row.directive) == d.args);
}

}  // namespace

std::vector<Problem> remains_of(const Site& site, const server_rec* s) {
  const Said said(s);
  const char* engine = said.of("SSLEngine");
  const Scene scene{site, said, engine != nullptr && strcasecmp(engine, "off") != 0};
  std::vector<Problem> problems;
  said.each([&](const ap_directive_t& d) {
    const Words words = words_of(d, s->process->pconf);
    for (const Row& row : kRows)
      if (is(d.directive, row.directive) && counts(row, d, said) && row.applies(scene, words))
        problems.push_back({{d.filename == nullptr ? "" : d.filename, d.line_num},
                            d.directive + std::string(" ") + d.args + ", for site " +
                                site.settings.name + ": " + row.effect + "; " + row.remedy,
                            false});
  });
  return problems;
}

}  // namespace cutover
