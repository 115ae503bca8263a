// SPDX-License-Identifier: Apache-2.0
#include "tests/httpd/request/paths.h"

namespace cutover::test {
namespace {

std::string hex(int byte, const char* digits) {
  return {'%', digits[(byte >> 4) & 0xf], digits[byte & 0xf]};
}

// Each byte, encoded in both ways of writing it, and as it is.
void add_bytes(std::vector<std::string>& targets) {
  for (int byte = 0; byte < 256; ++byte) {
    targets.push_back("/x" + hex(byte, "0123456789ABCDEF") + "y");
    if (byte > 0x20 && byte != 0x7f)
      targets.push_back("/x" + std::string(1, static_cast<char>(byte)) + "y");
  }
  for (const int byte : {0x7e, 0x2f, 0x5c, 0xc3, 0x0a})
    targets.push_back("/x" + hex(byte, "0123456789abcdef") + "y");
}

// Longer than a name on disk may be, less long than a path may be.
std::string long_path() {
  std::string path;
  for (int i = 0; i < 15; ++i) path += "/" + std::string(200, 'a');
  return path;
}

// What is forbidden, in spellings that lead there, or seem to.
void add_spellings(std::vector<std::string>& targets, const std::string& path) {
  for (const char* before : {"",
                             "/",
                             "//",
                             "///",
                             "/.",
                             "/./.",
                             "/a/..",
                             "/a/b/../..",
                             "/../..",
                             "/%2e",
                             "/%2E%2E",
                             "/a/%2e%2e",
                             "/a/.%2e",
                             "/a/..;x",
                             "/a;b/..",
                             "/%2f",
                             "/a%2f..",
                             "/a/%2F..%2F",
                             "/%5c",
                             "/a/..%5c",
                             "/a\\..",
                             "/%252e",
                             "/a/%252e%252e",
                             "/%c0%af",
                             "/%c0%ae%c0%ae",
                             "/%00",
                             "/http://shop.example.com",
                             "/https://elsewhere.test:8080/"})
    targets.push_back(before + path);
  for (const char* after : {"/",        "//",
                            "/.",       "/..",
                            "/../",     "/x",
                            "x",        ".",
                            "%20",      "%00",
                            "%0a",      "%2f",
                            "%2Fx",     "%5Cx",
                            "%3f",      "%23",
                            ";",        ";x=y",
                            "%3Bx",     "?",
                            "??",       "?x",
                            "?x=/../y", "?a%20b%2Fc",
                            "#",        "#x",
                            "#/../x",   "?x#y",
                            "%",        "%4",
                            "%zz",      "/%2e%2e/x",
                            "/%2e/x",   "/x%2f%2e%2e%2fy"})
    targets.push_back(path + after);
}

}  // namespace

std::string path_guards() {
  const std::vector<std::string> forbidden = {"<Location \"/private\">",
                                              "<Location \"/private files\">",
                                              "<Location \"/b\xc3\xbcro\">",
                                              "<LocationMatch \"^/a b/\">",
                                              "<LocationMatch \"\\.(bak|sql)$\">",
                                              "<LocationMatch \"/Special:Export\">",
                                              "<Location \"/user@x\">",
                                              "<LocationMatch \"^/tilde~\">",
                                              "<Location \"/q?z\">",
                                              "<Location \"/k[1]\">",
                                              "<Location \"/deep/er/\">"};
  const std::vector<std::string> marked = {"<LocationMatch \"%\">",
                                           "<LocationMatch \"//\">",
                                           "<LocationMatch \";\">",
                                           "<LocationMatch \"[\\x80-\\xff]\">",
                                           "<LocationMatch \"[\\x01-\\x20]\">",
                                           "<LocationMatch \"(^|/)\\.\\.?(/|$)\">",
                                           "<LocationMatch \"\\\\\\\\\">",
                                           "<LocationMatch \"[?#]\">",
                                           "<Location \"/x/\">"};
  std::string text;
  int number = 0;
  const auto add = [&](const std::string& open, const std::string& what) {
    text += open + "\nHeader always set X-Guard-" + std::to_string(++number) + " yes\n" + what +
            "</" + open.substr(1, open.find(' ') - 1) + ">\n";
  };
  for (const std::string& open : forbidden) add(open, "Require all denied\n");
  for (const std::string& open : marked) add(open, "");
  add("<If \"%{REQUEST_URI} =~ m#^/if only#\">", "Require all denied\n");
  add("<If \"%{REQUEST_URI} =~ m#%#\">", "");
  add("<If \"%{QUERY_STRING} =~ m#secret#\">", "Require all denied\n");
  add("<Location \"/for members\">",
      "AuthType Basic\nAuthName members\nAuthBasicProvider file\nAuthUserFile /dev/null\n"
      "Require valid-user\n");
  return text;
}

std::vector<std::string> tricky_targets() {
  std::vector<std::string> targets = {
      "/", "//", "///", "/.", "/..", "/./", "/../", "/?", "/??", "/?x", "/a//b///c", "/a/./b",
      "/a/../b", "/a/b/..", "/a/b/.", "/a/b/../", "/%41%42%7E%2d", "/%61?%61", "/a+b?c+d",
      "/x/https://elsewhere.test/a//b?u=http://x/", "/x/http:%2F%2Felsewhere.test",
      "/a;p=1/b;q=2?r=3;s", "/a,b;c:d@e&f=g+h$i!j*k'l(m)n", "/[::1]", "/a|b^c`d{e}", "/\"<>",
      "/a=b?c=d=e&f", "/caf%C3%A9", "/caf%E9", "/caf\xc3\xa9", "/%F0%9F%98%80",
      // Overlong, cut off, above the last code point, halves of pairs.
      "/%C0%80", "/%E0%80%AF", "/%F0%80%80%AF", "/%C3", "/%F5%80%80%80", "/%ED%A0%80", "/%FF%FE",
      "/%u002f", "/%2", "/%", "/%%", "/%%41", "/%25", "/%2541", "/%25252f", "/%2500", "/secret%2Fx",
      "/x%2f", "/x%2Fy%2fz", "/%2F", "/%2f%2f", "/%2e%2f", "/x/%2F/y", "/x%5C%2F",
      "/wiki/Special%3AExport", "/user%40x/", "/tilde%7E/x", "/q%3Fz", "/qaz", "/k1", "/k%5B1%5D",
      "/dump.sql", "/dump%2Esql", "/d%20ump.sq%6C", "/d.sql%20", "/d.sql/", "/d.sql?x", "/d.sql;x",
      "/if%20only", "/if%20only/x?y", "/if+only", "/x?secret", "/x?%73ecret", "/x?a=secret#b",
      "/for%20members", "/for%20members/x", "/for%2520members", "//for%20members/",
      "/x/..%2f..%2fetc", "/..%2f", "/%2e%2e/%2e%2e/x", "/x/%2e%2e%2fy", "http://shop.example.com",
      "http://shop.example.com/", "http://shop.example.com?x", "http://shop.example.com//x//y?z",
      "http://shop.example.com/private%20files/x", "http://shop.example.com:80/x%2Ey",
      "http://user@shop.example.com/x", "HTTP://SHOP.example.com/%41",
      "http://shop.example.com/x#y", long_path(), "/x?" + std::string(3000, 'b')};
  add_bytes(targets);
  for (const char* path : {"/private", "/private%20files", "/b%C3%BCro", "/deep/er/x"})
    add_spellings(targets, path);
  return targets;
}

std::string path_and_query(std::string target) {
  target = target.substr(0, target.find('#'));
  if (target.starts_with('/')) return target;
  if (target.empty() || target[0] == '?') return "/" + target;
  const auto path = target.find_first_of("/?", target.find("://") + 3);
  if (path == std::string::npos) return "/";
  return (target[path] == '/' ? "" : "/") + target.substr(path);
}

}  // namespace cutover::test
