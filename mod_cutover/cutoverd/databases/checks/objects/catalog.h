// SPDX-License-Identifier: Apache-2.0
// What both servers say of a topic, asked once a preflight, and how the two compare.
#pragma once

#include <map>
#include <string>
#include <unordered_set>

#include "mod_cutover/cutoverd/databases/checks/objects/compare.h"
#include "mod_cutover/cutoverd/databases/checks/objects/topics.h"
#include "mod_cutover/cutoverd/databases/scene/scene.h"

namespace cutover {

class Catalog {
 public:
  // Why a topic cannot be told on one of them, as a finding that is no pass; or nothing.
  static std::optional<Finding> hidden(Scene& scene, const Topic& topic);

  // Of the topics of one row: what differs, weighed, in words.
  Finding compared(Scene& scene, std::string_view row);

  // What both said of the first topic of a row: asked now where compared() has not yet.
  const Scene::Both& both(Scene& scene, std::string_view row);
  std::size_t tables(Scene& scene) { return both(scene, "schema").leaving.rows.size(); }

 private:
  struct Told {
    Differences differences;
    std::string error;
    std::size_t count = 0;
  };
  Scene::Both ask(Scene& scene, const Topic& topic);
  Told told(Scene& scene, const Topic& topic);

  std::map<std::string_view, Scene::Both> kept_;  // by row
  std::unordered_set<std::string> half_;          // tables that only one of them has
};

}  // namespace cutover
