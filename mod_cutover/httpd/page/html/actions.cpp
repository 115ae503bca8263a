// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/page/html/actions.h"

#include "mod_cutover/httpd/page/html/words.h"

namespace cutover {
namespace {

// What a person does to say that it is meant.
enum class Consent { kNone, kTick, kName };

struct Action {
  std::string_view verb;
  std::string_view label;
  Consent consent;
  std::string_view what{};  // where a verb has two buttons
};

constexpr Action kPreflight{"preflight", "Preflight", Consent::kNone};
constexpr Action kRehearse{"rehearse", "Rehearse", Consent::kTick};
constexpr Action kSwitch{"switch", "Switch to the new host", Consent::kName};
constexpr Action kRollback{"rollback", "Roll back to the old host", Consent::kName};
constexpr Action kPreview{"preview", "Look at the new host", Consent::kNone};
constexpr Action kEndPreview{"end-preview", "Leave the preview", Consent::kNone};
constexpr Action kAbort{"abort", "Abort", Consent::kNone};
constexpr Action kDisarm{"abort", "Disarm", Consent::kNone, "armed-"};

class ActionsWriter {
 public:
  ActionsWriter(Html& html, Bound& bound, const ActionsParts& parts)
      : h_(html), b_(bound), parts_(parts), site_(parts.settings.name) {}

  void write() {
    h_.raw("<section class=\"actions\" aria-labelledby=\"do-").text(site_);
    h_.raw("\">\n<h3 id=\"do-").text(site_).raw("\">What you can do</h3>\n");
    if (!parts_.settings.page_control) return only_shows();
    h_.raw("<p class=\"answer\" role=\"status\" tabindex=\"-1\" data-answer></p>\n");
    h_.raw("<div data-checks></div>\n<p");
    b_.when("acts-not").raw(">Nothing, until a coordinator answers.</p>\n");
    preflight();
    rehearse();
    change_side();
    preview();
    h_.raw("</section>\n");
  }

  void abort() {
    open("act-running", kAbort);
    h_.raw("Stops the run: those who wait go on where they were, and everything is as before.");
    close(kAbort);
  }

  void disarm() {
    open("act-armed", kDisarm);
    h_.raw("It does not go by itself then. Nothing else is touched.");
    close(kDisarm);
  }

 private:
  void only_shows() {
    h_.raw(
          "<p class=\"soft\">This page only shows the site, since <code>CutoverPageControl</code> ")
        .raw("is Off for it. As root on this host: <code>cutoverctl preflight ")
        .text(site_)
        .raw("</code>, <code");
    b_.when("say-switch").raw(">cutoverctl switch ").text(site_).raw("</code><code");
    b_.when("say-rollback").raw(">cutoverctl rollback ").text(site_);
    h_.raw("</code>.</p>\n</section>\n");
  }

  // The opening of a form and of the sentence that says what it does.
  template <std::size_t size>
  void open(const char (&when)[size], const Action& action) {
    h_.raw("<form method=\"post\" class=\"action ").text(action.verb).raw("\" action=\"");
    h_.text(parts_.base).raw("/").text(site_).raw("/").text(action.verb).raw("\" data-verb=\"");
    h_.text(action.verb).raw("\"");
    b_.when(when).raw("><input type=\"hidden\" name=\"nonce\" value=\"").text(parts_.form_secret);
    h_.raw("\">\n<p id=\"").text(id(action)).raw("\">");
  }

  void close(const Action& action) {
    h_.raw("</p>\n<div class=\"act\">");
    if (action.consent == Consent::kTick)
      h_.raw(
          "<label class=\"tick\"><input type=\"checkbox\" name=\"sure\" required> I am "
          "sure</label> ");
    if (action.consent == Consent::kName)
      h_.raw("<label>Type <b>")
          .text(site_)
          .raw("</b> to confirm <input name=\"confirm\" required pattern=\"")
          .text(site_)  // letters, digits, - and _: a pattern that means itself
          .raw("\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\"></label> ");
    h_.raw("<button aria-describedby=\"").text(id(action)).raw("\">").text(action.label);
    h_.raw("</button></div>\n</form>\n");
  }

  std::string id(const Action& action) const {
    return "does-" + std::string(action.verb) + "-" + std::string(action.what) + site_;
  }

  void preflight() {
    open("act-rest", kPreflight);
    h_.raw("Looks at everything that a move needs. Changes nothing and holds nobody.");
    close(kPreflight);
  }

  void rehearse() {
    open("act-rest", kRehearse);
    h_.raw(
          "Holds, drains and waits for the other database as a move does, then lets everybody go "
          "on ")
        .raw("where they were. Says how long the pause would be. Visitors wait that long.");
    close(kRehearse);
  }

  void change_side() {
    open("act-old", kSwitch);
    h_.raw("Holds new requests, lets those in flight finish, ");
    if (parts_.settings.has_databases())
      h_.raw("makes the old database read-only, waits until the new one has all of it, ");
    h_.raw("and sends everybody to the new host. Nobody waits longer than ").text(hold_limit());
    h_.raw("; what goes wrong on the way is undone.");
    close(kSwitch);
    open("act-new", kRollback);
    h_.raw("The same the other way round: everybody goes back to the old host");
    if (parts_.settings.has_databases()) h_.raw(", with every write that the new one has taken");
    h_.raw(". Nobody waits longer than ").text(hold_limit()).raw(".");
    close(kRollback);
  }

  // Sent by the browser itself: its answer changes the browser, and the page shows that.
  void preview() {
    if (parts_.preview == Preview::kNotOffered) return;
    const bool taken = parts_.preview == Preview::kTaken;
    const Action& action = taken ? kEndPreview : kPreview;
    h_.raw("<form method=\"post\" class=\"action preview\" action=\"").text(parts_.base).raw("/");
    h_.text(site_)
        .raw("/")
        .text(action.verb)
        .raw("\"><input type=\"hidden\" name=\"nonce\" value=\"");
    h_.text(parts_.form_secret).raw("\">\n<p id=\"").text(id(action)).raw("\">");
    if (taken)
      h_.raw("This browser has the cookie of the preview: until the new host serves, it is shown ")
          .raw("<a href=\"/\">the site</a> by the new host, and can only read there. Visitors are ")
          .raw("not concerned.");
    else
      h_.raw("Gives this browser a cookie by which it alone is shown the site by the new host, ")
          .raw("until that serves. It can only read there. Changes nothing for visitors.");
    close(action);
  }

  std::string hold_limit() const {
    return duration(static_cast<double>(parts_.settings.hold_timeout.count()));
  }

  Html& h_;
  Bound& b_;
  const ActionsParts& parts_;
  const std::string& site_;
};

}  // namespace

void write_abort(Html& html, Bound& bound, const ActionsParts& parts) {
  if (parts.settings.page_control) ActionsWriter(html, bound, parts).abort();
}

void write_disarm(Html& html, Bound& bound, const ActionsParts& parts) {
  if (parts.settings.page_control) ActionsWriter(html, bound, parts).disarm();
}

void write_actions(Html& html, Bound& bound, const ActionsParts& parts) {
  ActionsWriter(html, bound, parts).write();
}

}  // namespace cutover
