// SPDX-License-Identifier: Apache-2.0
// What the old host does with paths and files of its own is not done to what is routed; and what
// httpd makes of a request on the way, such as a subrequest, is routed as if a client had asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/connection.h"
#include "tests/httpd/line_server.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::write_file;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class Untouched : public testing::Test {
 protected:
  void start(RigOptions options) {
    options.processes = 1;
    options.site = "CutoverNewHost " + new_.url();
    rig_ = std::make_unique<Rig>(options);
    const auto htdocs = rig_->old_host().htdocs();
    std::filesystem::create_directories(htdocs / "folder");
    for (const char* file : {"page.html.en", "page.html.de", "index.html", "secret.txt", "run.cgi",
                             "folder/index.html", "upload.php"})
      write_file(htdocs / file, "old");
    write_file(htdocs / ".htaccess", "Require all denied\nRewriteEngine On\nRewriteRule . /ht\n");
    rig_->start();
    rig_->serve(Side::kNew);
  }
  std::string ask(const std::string& path) { return exchange(rig_->port(), path); }
  static auto came_as(const std::string& target) {
    return AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\nGET " + target + " HTTP/1.1"));
  }

  LineServer new_;
  std::unique_ptr<Rig> rig_;
};

TEST_F(Untouched, ByMappingsAndFilesOfTheOldHost) {
  RigOptions options;
  options.load = {"rewrite", "negotiation", "mime", "actions", "speling", "userdir", "vhost_alias"};
  options.server = options.new_server = "TypesConfig /dev/null";
  options.vhost =
      "RewriteEngine On\nRewriteRule ^/rewritten /elsewhere [R,L]\nRewriteRule ^/gone - [G]\n"
      "RewriteRule ^/passed(.*) http://127.0.0.1:9/$1 [P]\nRedirect /moved http://elsewhere.test/\n"
      "RedirectMatch ^/matched(.*) /other$1\nAlias /aliased /nowhere\nScriptAlias /bin/ /nowhere/\n"
      "UserDir public_html\nCheckSpelling On\nDirectorySlash On\nDirectoryIndex index.html\n"
      "FallbackResource /index.html\nAddHandler cgi-script .cgi\nAction php /bin/php\n"
      "AddHandler php .php\nAddLanguage en .en\nProxyPass /proxied http://127.0.0.1:9/\n"
      "ProxyPass /not !\n<Directory />\nAllowOverride All\nOptions All MultiViews\n"
      "Require all denied\n</Directory>\n<Files secret.txt>\nRequire all denied\n</Files>\n"
      "<Location /located>\nSetHandler cgi-script\n"
      "</Location>\n";
  start(options);
  for (const char* target : {"/",           "/rewritten",  "/gone",           "/passed/on?x",
                             "/moved",      "/moved/x",    "/matched/x",      "/aliased/x",
                             "/bin/x",      "/~root/",     "/folder",         "/folder/",
                             "/page",       "/page.html",  "/pagf.html",      "/page.html.en",
                             "/index.html", "/secret.txt", "/run.cgi/path?x", "/upload.php",
                             "/nothing",    "/proxied/x",  "/proxied/%20x",   "/not/x",
                             "/located",    "/.htaccess"})
    EXPECT_THAT(ask(target), came_as(target)) << target;
}

// `mapping=encoded` keeps httpd from decoding, here and for the old host alike.
TEST_F(Untouched, ByTheSitesOwnProxyPass) {
  RigOptions options;
  options.vhost =
      "AllowEncodedSlashes NoDecode\nProxyPass / http://127.0.0.1:9/ mapping=encoded\n"
      "ProxyPassMatch ^/m http://127.0.0.1:9/\n";
  start(options);
  for (const char* target : {"/", "//x", "/a%20b?c%20d", "/a%2Fb", "/m%41", "/x;y/../z?"})
    EXPECT_THAT(ask(target), came_as(target)) << target;
}

// The old host's own filter reads a page of the new one.
TEST(UntouchedAlone, SubrequestsAreRoutedAndJudgedToo) {
  RigOptions options;
  options.load = {"include"};
  options.vhost =
      "<Location /page>\nSetOutputFilter INCLUDES\nOptions +Includes\n</Location>\n"
      "<Location \"/closed area\">\nRequire all denied\n</Location>\n";
  Rig rig(options);
  write_file(rig.new_host().htdocs() / "page",
             "A <!--#include virtual=\"/cgi/env//a%20b%41?x%20y\" --> B "
             "<!--#include virtual=\"/cgi/env/c d\" --> C "
             "<!--#include virtual=\"/closed%20area/x\" --> D");
  rig.start();
  rig.serve(Side::kNew);
  EXPECT_THAT(rig.client().get("/page").body,
              AllOf(HasSubstr("REQUEST_URI=/cgi/env//a%20b%41?x%20y\n"),
                    HasSubstr("REQUEST_URI=/cgi/env/c%20d\n"),
                    HasSubstr("C [an error occurred while processing this directive] D")));
  EXPECT_EQ(rig.counts().served[1], 1U);
}

}  // namespace
}  // namespace cutover::test
