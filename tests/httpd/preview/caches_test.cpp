// SPDX-License-Identifier: Apache-2.0
// CutoverPreview and caches: a real mod_cache in the site's vhost neither answers who previews nor
// keeps his answers, and those say so to all others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/httpd/preview/previewer.h"

namespace cutover::test {
namespace {

using harness::write_file;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// It keeps whatever it can, also what is private and not to be stored.
std::string greedy_cache(const std::string& folder, bool quick) {
  return "CacheRoot " + folder + "\nCacheEnable disk /\nCacheQuickHandler " +
         (quick ? "On" : "Off") +
         "\nCacheDefaultExpire 3600\nCacheMinExpire 3600\nCacheIgnoreNoLastMod On\n"
         "CacheStorePrivate On\nCacheStoreNoStore On\nCacheStoreExpired On\n"
         "CacheIgnoreCacheControl On\nCacheHeader On\nErrorDocument 404 /who.txt\n";
}

class PreviewAndModCache : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    RigOptions o = preview_options();
    o.load = {"cache", "cache_disk", "include"};
    o.vhost = greedy_cache(folder_.path(), GetParam()) +
              "<LocationMatch shtml$>\nSetOutputFilter INCLUDES\nOptions +Includes\n"
              "</LocationMatch>\n";
    ::chmod(folder_.path().c_str(), 0777);
    rig_ = std::make_unique<Rig>(o);
    for (Httpd* host : {&rig_->old_host(), &rig_->new_host()}) {
      const std::string name = host == &rig_->old_host() ? "old" : "new";
      write_file(host->htdocs() / "first.txt", name);
      write_file(host->htdocs() / "page.shtml",
                 name + " includes <!--#include virtual=\"/first.txt\" -->");
    }
    rig_->start();
  }
  // What the first visitor got is in the cache.
  void expect_cached(const std::string& path, const std::string& body) {
    const HttpResponse again = rig_->client().get(path);
    EXPECT_EQ(again.body, body) << path;
    EXPECT_THAT(again.header("x-cache"), HasSubstr("HIT")) << path;
  }
  harness::TempDir folder_{"cache"};
  std::unique_ptr<Rig> rig_;
};

TEST_P(PreviewAndModCache, WhatVisitorsGotIsNotHis) {
  EXPECT_EQ(rig_->ask(), "old");
  expect_cached("/who.txt", "old");
  const HttpResponse his = rig_->client().get("/who.txt", with_cookie());
  EXPECT_EQ(his.body, "new");
  EXPECT_EQ(his.header("x-cache"), "");
  expect_cached("/who.txt", "old");
}

TEST_P(PreviewAndModCache, WhatHeGotIsNobodysNotEvenHis) {
  for (const char* path : {"/who.txt", "/first.txt"}) {
    EXPECT_EQ(preview(*rig_, path), "new");
    EXPECT_EQ(rig_->ask(path), "old") << path;
    expect_cached(path, "old");
  }
  write_file(rig_->new_host().htdocs() / "who.txt", "newer");
  EXPECT_EQ(preview(*rig_), "newer");
}

TEST_P(PreviewAndModCache, NeitherByAnErrorsPageNorByAPartOfAPage) {
  const HttpResponse missing = rig_->client().get("/missing", with_cookie());
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.header("cache-control"), "private, no-store");
  EXPECT_EQ(preview(*rig_, "/page.shtml"), "new includes new");
  EXPECT_EQ(rig_->ask("/page.shtml"), "old includes old");
  EXPECT_EQ(preview(*rig_, "/page.shtml"), "new includes new");
  EXPECT_EQ(rig_->ask(), "old");
}

TEST_P(PreviewAndModCache, AndAPostOfHisForgetsNothing) {
  EXPECT_EQ(rig_->ask(), "old");
  EXPECT_EQ(rig_->client().post("/who.txt", {{"a", "1"}}, with_cookie()).status, 409);
  expect_cached("/who.txt", "old");
}

INSTANTIATE_TEST_SUITE_P(CacheQuickHandler, PreviewAndModCache, testing::Bool());

TEST(PreviewAndOtherCaches, AreToldToKeepNothing) {
  RigOptions o = preview_options();
  const std::string for_caches =
      "Header always set Cache-Control \"public, s-maxage=600\"\nHeader set Surrogate-Control "
      "\"max-age=600\"\nHeader set CDN-Cache-Control \"max-age=600\"\nHeader set Expires \"Thu, 01 "
      "Jan 2099 00:00:00 GMT\"\nHeader set X-Accel-Expires 600\nHeader set Surrogate-Key a\n"
      "Header set Vary Accept-Language\nHeader set X-Other kept\n";
  o.new_server = for_caches;
  o.vhost =
      "Header always set Cache-Control \"public, max-age=60\"\nHeader always set "
      "Cloudflare-CDN-Cache-Control \"max-age=60\"\nHeader set Edge-Control max-age=60\n";
  Rig rig(o);
  rig.start();
  for (const char* path : {"/who.txt", "/missing"}) {
    const HttpResponse his = rig.client().get(path, with_cookie());
    EXPECT_EQ(his.headers.count("cache-control"), 1U) << path;
    EXPECT_EQ(his.header("cache-control"), "private, no-store") << path;
    for (const auto& [name, value] : his.headers)
      EXPECT_THAT(name, AllOf(Not(HasSubstr("surrogate")), Not(HasSubstr("cdn")),
                              Not(HasSubstr("edge")), Not(HasSubstr("expires"))))
          << path;
  }
  const HttpResponse his = rig.client().get("/who.txt", with_cookie());
  EXPECT_EQ(his.header("vary"), "Accept-Language");
  EXPECT_EQ(his.header("x-other"), "kept");
  EXPECT_THAT(rig.client().get("/who.txt").header("cache-control"), HasSubstr("public"));
}

}  // namespace
}  // namespace cutover::test
