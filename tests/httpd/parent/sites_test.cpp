// SPDX-License-Identifier: Apache-2.0
// Several vhosts in one site flip together; several sites on one httpd know nothing of each other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/ports.h"
#include "tests/httpd/parent/started.h"

namespace cutover::test {
namespace {

using harness::eventually;

std::string vhost(std::uint16_t port, const std::string& lines) {
  const std::string at = "127.0.0.1:" + std::to_string(port);
  return "Listen " + at + "\n<VirtualHost " + at + ">\nServerName v" + std::to_string(port) + "\n" +
         lines + "\n</VirtualHost>\n";
}

std::string ask(std::uint16_t port) { return HttpClient("127.0.0.1", port).get("/who.txt").body; }

TEST(Sites, AllVhostsOfOneFlipAtOnce) {
  const std::uint16_t second = harness::free_port();
  RigOptions options;
  options.server = vhost(second, "Cutover shop");
  Rig rig(options);
  rig.start();
  EXPECT_EQ(rig.ask() + ask(second), "oldold");
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask() + ask(second), "newnew");
  EXPECT_EQ(rig.counts().served[1], 2U);
}

// By the coordinator's word, as an administrator asks for it.
TEST(Sites, AreMovedOneByOneByTheirNames) {
  const std::uint16_t blog = harness::free_port();
  const std::uint16_t second = harness::free_port();
  RigOptions options;
  options.server = "<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:NEW\n</CutoverSite>\n" +
                   vhost(blog, "Cutover blog") + vhost(second, "Cutover shop");
  Started site(options, [&](Rig& rig) {
    std::string text = rig.old_host().conf_text();
    text.replace(text.find("NEW"), 3, std::to_string(rig.new_port()));
    rig.old_host().write_conf(text);
  });
  const auto asked = [&] { return site.rig.ask() + ask(second) + ask(blog); };
  const auto done = [&](const std::string& verb, const std::string& name) {
    return eventually([&] { return site.command(verb, name) == 0; });
  };
  EXPECT_EQ(asked(), "oldoldold");
  EXPECT_TRUE(done("switch", "shop"));
  EXPECT_EQ(asked(), "newnewold");
  EXPECT_TRUE(done("switch", "blog"));
  EXPECT_EQ(asked(), "newnewnew");
  EXPECT_TRUE(done("rollback", "shop"));
  EXPECT_EQ(asked(), "oldoldnew");
  site.rig.old_host().restart();
  EXPECT_EQ(asked(), "oldoldnew");
}

TEST(Sites, OneDoesNotTouchTheOther) {
  const std::uint16_t blog = harness::free_port();
  const std::uint16_t blog_new = harness::free_port();
  RigOptions options;
  options.new_server = "Listen 127.0.0.1:" + std::to_string(blog_new);
  options.server =
      "<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:" + std::to_string(blog_new) +
      "\n</CutoverSite>\n" + vhost(blog, "Cutover blog");
  Rig rig(options);
  rig.start();
  rig.serve(Side::kOld, "blog");
  rig.serve(Side::kNew, "shop");
  EXPECT_EQ(rig.ask() + ask(blog), "newold");
  rig.serve(Side::kOld, "shop");
  rig.serve(Side::kNew, "blog");
  EXPECT_EQ(rig.ask() + ask(blog), "oldnew");
  rig.hold(AtDeadline::kRefuse, -1);
  EXPECT_EQ(rig.ask() + ask(blog), "503new");
  EXPECT_EQ(rig.counts("shop").timed_out, 1U);
  EXPECT_EQ(rig.counts("blog").timed_out, 0U);
  const std::string page = rig.admin().get("/cutover/").body;
  EXPECT_THAT(page, testing::HasSubstr("\">blog</h2>"));
  EXPECT_THAT(page, testing::HasSubstr("\">shop</h2>"));
}

// A vhost without a line of ours shares the main server's record inside httpd.
TEST(Sites, AVhostInheritsFromTheMainServerUnlessItSaysOff) {
  const std::uint16_t silent = harness::free_port();
  const std::uint16_t off = harness::free_port();
  RigOptions options;
  options.server = "Cutover shop\n" + vhost(silent, "") + vhost(off, "Cutover Off");
  Rig rig(options);
  rig.start();
  rig.serve(Side::kNew);
  EXPECT_EQ(ask(silent), "new");
  EXPECT_EQ(ask(off), "old");
}

TEST(Sites, ASiteThatIsAddedAtAGracefulWorks) {
  const std::uint16_t blog = harness::free_port();
  RigOptions options;
  Rig rig(options);
  rig.start();
  options.server =
      "<CutoverSite blog>\nCutoverNewHost http://127.0.0.1:" + std::to_string(rig.new_port()) +
      "\n</CutoverSite>\n" + vhost(blog, "Cutover blog");
  rig.reconfigure(options);
  rig.old_host().graceful();
  EXPECT_EQ(ask(blog), "old") << "from the first request on, without a coordinator's word";
  rig.serve(Side::kNew, "blog");
  EXPECT_EQ(rig.ask() + ask(blog), "oldnew");
}

}  // namespace
}  // namespace cutover::test
