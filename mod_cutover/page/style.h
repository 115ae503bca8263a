// SPDX-License-Identifier: Apache-2.0
// The page's style sheet, served as L/style.css. No script, no picture, no font from elsewhere.
#pragma once

#include <string_view>

namespace cutover {

inline constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #f6f7f9; --card: #fff;
  --line: #d9dee5; --old: #8a5a00; --new: #0a6b3d; --bad: #b3261e; --accent: #1a5fb4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --soft: #9aa5b4; --paper: #12161c; --card: #1b212a; --line: #303946;
    --old: #f0b44c; --new: #5fd39a; --bad: #ff8a80; --accent: #7db3f5; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 56rem; padding: 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
a { color: var(--accent); }
p { margin: .4rem 0; }
.soft { color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  padding: 1rem; margin: 1rem 0; }
.top { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline;
  justify-content: space-between; }
.side { font-size: 1.1rem; font-weight: 600; }
.side.old { color: var(--old); }
.side.new { color: var(--new); }
.side.none, .bad { color: var(--bad); }
.good { color: var(--new); }
.notice { border-left: .3rem solid var(--accent); }
.notice.bad { border-left-color: var(--bad); color: inherit; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere; }
th { font-weight: 500; color: var(--soft); }
td.number { text-align: right; white-space: nowrap; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr));
  gap: 0 1.5rem; margin: .8rem 0 0; }
.figures div { display: flex; justify-content: space-between; border-bottom: 1px solid var(--line);
  padding: .2rem 0; }
.figures dt { color: var(--soft); }
.figures dd { margin: 0; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
form { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: center;
  margin: .8rem 1rem 0 0; }
button { font: inherit; padding: .5rem 1rem; min-height: 2.75rem; border-radius: .4rem;
  border: 1px solid var(--accent); background: var(--card); color: var(--accent); cursor: pointer; }
button.act { background: var(--accent); color: var(--card); }
input[type=checkbox] { width: 1.2rem; height: 1.2rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
)css";

}  // namespace cutover
