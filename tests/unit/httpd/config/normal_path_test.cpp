// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/config/normal_path.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

std::string plain(std::string_view path) {
  return normal_path(path, Escapes::kAsTheyAre).value_or("none");
}
std::string decoded(std::string_view path) {
  return normal_path(path, Escapes::kDecodeUnreserved).value_or("none");
}

TEST(NormalPath, IsThePathWhereThereIsNothingToFold) {
  for (const char* path : {"/", "/a", "/a/", "/a/b.c", "/.a/..b/c..", "/...", "/%2F", "/a%"})
    EXPECT_EQ(plain(path), path);
}

TEST(NormalPath, FoldsDotsAndSlashes) {
  EXPECT_EQ(plain("//a///b"), "/a/b");
  EXPECT_EQ(plain("/./a/./b/."), "/a/b/");
  EXPECT_EQ(plain("/a/../b"), "/b");
  EXPECT_EQ(plain("/a/b/.."), "/a/");
  EXPECT_EQ(plain("/a//../b"), "/b");
  EXPECT_EQ(plain("/a/b/../.."), "/");
}

TEST(NormalPath, LeadsNeverAboveTheRootAndBeginsThere) {
  for (const char* path : {"/..", "/../a", "/a/../../b", "/./..", "//..", "", "a", "*"})
    EXPECT_EQ(plain(path), "none") << path;
}

TEST(NormalPath, DecodesWhatMeansTheSameAndNothingElse) {
  EXPECT_EQ(decoded("/%61%2D%2e%5F%7e%30%5a"), "/a-._~0Z");
  EXPECT_EQ(decoded("/a%2Fb%20c%25"), "/a%2Fb%20c%25");
  EXPECT_EQ(decoded("/%2541"), "/%2541") << "once, and not what comes of it";
  EXPECT_EQ(decoded("/a/%2e%2E/b/%2e/c"), "/b/c");
  EXPECT_EQ(decoded("/%2e%2e/a"), "none");
  for (const char* path : {"/%", "/%4", "/a%4g", "/%zz/a"})
    EXPECT_EQ(decoded(path), "none") << path;
}

}  // namespace
}  // namespace cutover
