// SPDX-License-Identifier: Apache-2.0
// The shapes that stand beside each colour, so that nobody needs the colour. Their words are beside
// them in the text: a screen reader passes over the shapes.
#pragma once

#include "mod_cutover/httpd/page/html/html.h"

namespace cutover {

inline void write_old_shape(Html& h) {
  h.raw(
      "<svg class=\"shape\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
      "<rect x=\"2\" y=\"2\" width=\"12\" height=\"12\" rx=\"1.5\"/></svg>");
}

inline void write_new_shape(Html& h) {
  h.raw(
      "<svg class=\"shape\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
      "<circle cx=\"8\" cy=\"8\" r=\"6.5\"/></svg>");
}

inline void write_held_shape(Html& h) {
  h.raw(
      "<svg class=\"shape\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
      "<path d=\"M3 2h3.5v12H3zM9.5 2H13v12H9.5z\"/></svg>");
}

inline void write_yes(Html& h) {
  h.raw(
      "<svg class=\"mark\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
      "<path d=\"M2.5 8.5l4 4 7-9\"/></svg>");
}

inline void write_no(Html& h) {
  h.raw(
      "<svg class=\"mark\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
      "<path d=\"M3.5 3.5l9 9M12.5 3.5l-9 9\"/></svg>");
}

inline void write_warning(Html& h) {
  h.raw(
      "<svg class=\"mark\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
      "<path d=\"M8 2v7.5M8 12.5v1.5\"/></svg>");
}

}  // namespace cutover
