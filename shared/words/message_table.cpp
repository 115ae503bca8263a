// SPDX-License-Identifier: Apache-2.0
// What each message of the error log means, and what to do.
#include "shared/words/messages.h"

namespace cutover {
namespace {

constexpr Level kInfo = Level::kInfo, kNotice = Level::kNotice, kWarning = Level::kWarning,
                kError = Level::kError, kCritical = Level::kCritical;

// Where a remedy is the same for many.
constexpr std::string_view kNothing = "Nothing to do.";
constexpr std::string_view kProof =
    "The line says which page of CutoverProof, and what was wrong with it. Nobody has seen it, and "
    "nothing is lost. Mend it on the new host, then switch again.";
constexpr std::string_view kFenced =
    "The line says which program of CutoverHook, and how it ended; `cutoverctl events` has what it "
    "printed. Nothing is lost. Mend it, then switch again.";
constexpr std::string_view kKept =
    "Visitors are at the new host, and the page that the line names is not as it should be there: "
    "mend it at once, or go back once `cutoverctl preflight` says that a rollback can.";
constexpr std::string_view kJournal =
    "The state directory's disk is full, read-only or broken: make room, or mend it. The gate "
    "opens once the journal can be written.";
constexpr std::string_view kSomebodyWrote =
    "Decide which writes count: see \"In doubt\" in docs/when-it-goes-wrong.md, then `cutoverctl "
    "resolve`.";
constexpr std::string_view kHandsOff =
    "What a person did is left to him: no restart explains it. Undo it when the work is done; the "
    "gate stays closed until then.";
constexpr std::string_view kWhoServes =
    "See \"In doubt\" in docs/when-it-goes-wrong.md: look at both databases, then `cutoverctl "
    "resolve SITE SIDE`.";
constexpr std::string_view kBuildAnew =
    "Take over what was lost from the other's binary log, build the other anew from the one that "
    "serves, then `cutoverctl resolve SITE SIDE`: see \"A database that is built anew\" in "
    "docs/when-it-goes-wrong.md.";
constexpr std::string_view kFencedLater =
    "It is fenced, before anything else, when it answers again. Bring it back, or leave it off for "
    "good.";
constexpr std::string_view kRecovers =
    "Nothing to do: what had been begun is being ended. The next lines say how.";
constexpr std::string_view kStranger =
    "Find out who made that database writable in the middle of a run; a configuration manager "
    "that sets read_only does such things.";

// clang-format off
constexpr Explanation kTable[] = {
  // httpd: its configuration, its start, its page
  {1, kError, "httpd's configuration contradicts itself or what a switch needs.",
   "The line names file, line and what would be right. `apachectl configtest` tells the same without a restart."},
  {2, kWarning, "The configuration works, and something in it will hurt in a switch.",
   "The line names file, line and the value that would fit."},
  {3, kCritical, "mod_cutover could not start. httpd ends at its start; in a graceful it goes on serving, and nothing can be switched.",
   "The line says which directory, file or program was not to be had. Mend it, then `apachectl graceful`."},
  {4, kNotice, "httpd has read the site's configuration; the line says who serves.", kNothing},
  {5, kWarning, "A file with credentials is missing, or others than root can read it. It is not used.",
   "`chmod 0600` and `chown root` it, then `apachectl graceful`."},
  {6, kWarning, "httpd cannot hold as many requests as CutoverHoldLimit allows.",
   "Set the directive that the line names to the value that it names, or lower CutoverHoldLimit. Whoever does not fit is answered 503."},
  {7, kNotice, "httpd cannot hold as many requests as CutoverHoldLimit's default.",
   "For a busy site, the same as with CUT0006; others can pass over it."},
  {8, kError, "The coordinator died. httpd starts another one, which ends or undoes what was under way.",
   "Look at the lines before it. If it comes again and again, take the message to the project's bug tracker."},
  {9, kNotice, "Another coordinator has been started.", kNothing},
  {10, kError, "No coordinator could be started. The sites are served as before; nothing can be switched.",
   "The line says why: often the program is not installed, or the state directory is not to be had."},
  {11, kWarning, "A POST to the page was not obeyed: not allowed, not from the page itself, or with a nonce that has run out.",
   "Load the page anew. If nobody of yours was there, look who came: the line has the address."},
  {12, kWarning, "Held requests keep their threads in this child, since they cannot be parked.",
   "The line says what was lacking, mostly descriptors: raise `ulimit -n` of httpd."},
  {13, kError, "The connection pool to the new host could not be set up.", "Correct CutoverNewHost as the line says."},
  {14, kCritical, "mod_cutover met something that it does not know. The request, or the start, failed.",
   "Take the line to the project's bug tracker."},
  {15, kWarning, "Requests that a drain leaves behind keep their connections in this child.",
   "The line says what was lacking, mostly threads: raise `ulimit -u` of httpd."},
  {16, kError, "The coordinator, or one of its threads, has given no sign of life for ten seconds. httpd kills it, and another one ends or undoes what was under way.",
   "Did somebody stop it (SIGSTOP, a debugger), or does the machine lack memory? Else take the line to the project's bug tracker."},
  {17, kNotice, "The module was upgraded by a graceful. Who serves is what the journals say; no switch begins while children from before it still serve.",
   "Nothing to do. The preflight's row other-version says when they have ended."},
  {18, kNotice, "A configuration test says which httpd this is, how it holds requests, and how many it can hold at once.",
   "Nothing to do where they are as many as may come in a second. docs/platforms.md says which httpd needs no thread for it."},

  // the rows of a run: what was done
  {101, kNotice, {}, kNothing}, {102, kNotice, {}, kNothing}, {103, kNotice, {}, kNothing},
  {104, kNotice,
   {}, "Nothing to do: the drain waits for them, as without quieting. Where it comes each time, a site has requests that take long at every moment; CutoverQuietTimeout may be longer, or 0."},
  {105, kNotice, {}, kNothing}, {106, kWarning, {}, kJournal}, {111, kNotice, {}, kNothing},
  {112, kWarning, {},
   "The last run's line names the requests that were waited for. Try in a quieter minute, let them end, or raise CutoverDrainTimeout (and CutoverHoldTimeout with it). For event streams and long polls there is CutoverStreams, for what else does not end CutoverStragglers close."},
  {113, kNotice, {}, kNothing}, {114, kWarning, {}, kJournal},
  {115, kNotice, {}, kNothing}, {116, kNotice, {}, kNothing},
  {117, kWarning, {},
   "A switch would have been turned back here as well. Find what keeps the arriving database busy: long transactions, a slow disk."},
  {118, kNotice, {}, kNothing},
  {119, kWarning, {},
   "CutoverStragglers close wants it so. The run's last line says how many they were, and names the oldest; their visitors see a connection that ends, and come again to the side that serves then."},
  {120, kWarning, {}, "The line says who holds a lock on the arriving database (a backup, LOCK TABLES, an idle transaction), or that the new host takes no connection. Let it end, or KILL the connection; then try again."},
  {121, kNotice, {}, kNothing}, {122, kNotice, {}, kNothing},
  {123, kWarning, {},
   "Try again. Where the reason names some that never end, CutoverFence is Off, and nothing of ours would keep what their handlers still write; let them end when their client has gone."},
  {124, kNotice, {}, kNothing},
  {125, kWarning, {},
   "A long UPDATE, LOCK TABLES or a backup holds the fence up: let it end or kill it, then try again. With CutoverFence Off: the hook fence failed, `cutoverctl events` has its output; or nobody made that database read-only within CutoverFenceTimeout: see that somebody does, or say On."},
  {126, kWarning, {}, kJournal},
  {127, kNotice, {}, kNothing}, {128, kNotice, {}, kNothing}, {129, kNotice, {}, kNothing},
  {130, kNotice, {}, kNothing},
  {131, kNotice, {}, kNothing},
  {132, kWarning, {}, "SHOW REPLICA STATUS on the arriving database says what stopped it. Mend, try again."},
  {133, kWarning, {}, kJournal}, {134, kNotice, {}, kNothing},
  {135, kWarning, {}, "The line says who holds a lock on the arriving database (a backup, LOCK TABLES, an idle transaction), or that the new host takes no connection. Let it end, or KILL the connection; then try again."},
  {136, kNotice, {}, kNothing}, {137, kWarning, {}, kFenced}, {138, kWarning, {}, kFenced},
  {141, kWarning, {}, kJournal},
  {142, kWarning, {}, "The run's last line says what moved. Somebody wrote past the fence, or a database was lost: mend, try again."},
  {143, kNotice, {}, kNothing},
  {144, kWarning, {}, "The arriving database does not answer: bring it back. Or the hook promote failed, or did nothing (`cutoverctl events` has its output): it is run again; mend what it needs, or make that database writable by hand. The run then goes on by itself. If the database is gone for good: `cutoverctl resolve`."},
  {145, kNotice, {}, kNothing}, {146, kNotice, {}, kNothing},
  {147, kWarning, {}, "CutoverPromote Off leaves it to others: make that database writable (SET GLOBAL read_only=0), or bring it back. The run then goes on by itself; until then nobody is served. If it is gone for good: `cutoverctl resolve`."},
  {148, kWarning, {}, "CutoverPromote Off: nobody made that database writable within CutoverCatchUpTimeout. See that somebody does, and that nobody does so late; or say On."},
  {149, kNotice, {}, kNothing}, {151, kWarning, {}, kJournal}, {152, kNotice, {}, kNothing},
  {153, kWarning, {},
   "Try again. Nothing would keep what the handlers of those connections still write: let them end when their client has gone. A script notices that when it sends something."},
  {154, kNotice, {}, kNothing},
  {155, kError, {}, "Visitors are at the new host all the same: look at the page that the line names, and mend it there, or go back: `cutoverctl preflight` says whether a rollback can."},
  {156, kWarning, {}, kProof},
  {157, kWarning, {}, "Try again. Let connections that never end be closed by their clients first; see 153."},
  {158, kWarning, {}, kProof}, {159, kNotice, {}, kNothing}, {161, kNotice, {}, kNothing},
  {162, kWarning, {}, "The leaving database does not answer: bring it back. Or the hook unfence failed, or did nothing (`cutoverctl events` has its output): it is run again; mend what it needs, or make that database writable by hand. Requests then go on by themselves. If the database is gone for good: `cutoverctl resolve`."},
  {163, kWarning, {}, "CutoverFence Off leaves it to others: make that database writable (SET GLOBAL read_only=0). It serves, and who writes gets error 1290 until then."},
  {171, kNotice, {}, kNothing}, {172, kNotice, {}, kNothing}, {173, kNotice, {}, kNothing},
  {174, kWarning, {}, "The database that served before does not answer. Bring it back; requests then go on by themselves. If it is gone for good: `cutoverctl resolve`."},
  {175, kNotice, {}, kNothing}, {176, kError, {}, kKept}, {177, kError, {}, kKept},
  {178, kError, {}, kKept}, {179, kError, {}, kKept}, {180, kError, {}, kKept},
  {181, kError, {}, kKept},
  {182, kWarning, {}, "The new host's database does not answer. Bring it back; requests then go on by themselves. If it is gone for good: `cutoverctl resolve`."},
  {183, kNotice, {}, kNothing}, {184, kNotice, {}, kNothing},
  {185, kWarning, {}, "CutoverPromote Off leaves it to others: make the database that served before writable (SET GLOBAL read_only=0). If it is gone for good: `cutoverctl resolve`."},
  {186, kError, {}, kKept},

  // the rows of recovery: what a coordinator found at its start, or the keeper between two runs
  {201, kNotice, {}, kNothing}, {202, kWarning, {}, kSomebodyWrote},
  {203, kWarning, {}, "It is fenced again at once. Give it read_only=1 in its my.cnf, so that no restart makes it writable."},
  {204, kWarning, {}, "It is made writable again. Take read_only out of its my.cnf."},
  {206, kNotice, {}, "Bring the database back; the gate stays closed until then."},
  {207, kWarning, {}, "Bring the database back; the gate stays closed until then."},
  {208, kWarning, {}, kHandsOff}, {209, kError, {}, kWhoServes}, {210, kError, {}, kWhoServes},
  {213, kWarning, {}, kRecovers}, {214, kWarning, {}, kRecovers}, {215, kWarning, {}, kRecovers},
  {217, kWarning, {}, kStranger}, {218, kWarning, {}, kStranger}, {219, kWarning, {}, kStranger},
  {222, kWarning, {}, kSomebodyWrote}, {223, kWarning, {}, kSomebodyWrote},
  {224, kWarning, {}, kSomebodyWrote}, {225, kWarning, {}, kRecovers},
  {226, kWarning, {}, kRecovers}, {227, kWarning, {}, kRecovers}, {231, kWarning, {}, kRecovers},
  {232, kWarning, {}, kRecovers}, {233, kWarning, {}, kRecovers},
  {234, kWarning, {}, kSomebodyWrote}, {235, kWarning, {}, kSomebodyWrote},
  {236, kWarning, {}, kFencedLater}, {241, kWarning, {}, kRecovers},
  {242, kWarning, {}, kSomebodyWrote},
  {243, kWarning, {}, "It is fenced again at once. Give it read_only=1 in its my.cnf, so that no restart makes it writable."},
  {244, kWarning, {}, kFencedLater}, {245, kWarning, {}, kRecovers}, {246, kWarning, {}, kProof},
  {251, kWarning, "In the middle of a run: a database does not answer. Requests are held.", "Bring the database back; what was begun is ended by itself then. If it is gone for good: `cutoverctl resolve SITE SIDE --other-is-down`."},
  {252, kWarning, "No row of the recovery table fits what the databases say.", kSomebodyWrote},
  {261, kError, {}, kWhoServes}, {262, kWarning, {}, kHandsOff}, {263, kError, {}, kWhoServes},
  {264, kWarning, {}, kHandsOff}, {265, kError, {}, kWhoServes},
  {266, kWarning, {}, "Both are put back into their roles. Write the roles into both my.cnf: read_only=1 where nobody is served."},
  {267, kWarning, {}, "Build it as a replica of the one that serves. Should it still be said then: `cutoverctl resolve SITE SIDE`, see \"A database that is built anew\" in docs/when-it-goes-wrong.md."},
  {268, kError, {}, kBuildAnew},

  // the coordinator
  {301, kError, "The coordinator could not start. httpd tries again every second; the sites are served as before.",
   "The line says what was lacking, mostly a file's owner or mode."},
  {302, kNotice, "The coordinator is at work.", kNothing},
  {303, kInfo, "The coordinator leaves: httpd stops, or a graceful brings a successor.", kNothing},
  {304, kError, "The site cannot be switched with this configuration; it is served as before.",
   "Mend what the line says, mostly an option file; then `apachectl graceful`."},
  {305, kNotice, "The side that serves, as found at the coordinator's start or after a recovery.", kNothing},
  {306, kError, "What happened cannot be decided by a program. The side that cannot lose writes serves, or none.",
   "See \"In doubt\" in docs/when-it-goes-wrong.md: it has the questions to answer and the commands to run."},
  {307, kWarning, "Requests are held until it is known who may serve.", kRecovers},
  {308, kNotice, "The site is new here, or its journal was lost; the databases do not contradict the side named.", kNothing},
  {309, kNotice, "The serving database is writable again, proved.", kNothing},
  {310, kWarning, "The state directory is older than what a database server remembers, or was lost: the server tells who served last.",
   "Nothing to do where the side named is right. Find out who restored an old copy of the state directory."},
  {311, kNotice, "A switch, rollback or rehearsal went through.", kNothing},
  {312, kError, "A run was turned back; everything is as before.",
   "The line says why. Mend it and try again; `cutoverctl status` shows the run's phases."},
  {313, kError, "A run was refused before any request was held.",
   "The line names the checks that block, with their remedies; `cutoverctl preflight` shows all of them."},
  {314, kError, "A run was left in the middle: the next coordinator ends or undoes it.",
   "`cutoverctl status`; see \"In doubt\" in docs/when-it-goes-wrong.md should it stay so."},
  {315, kError, "CutoverServe was changed, and cannot be acted on since the journal cannot be written.", kJournal},
  {316, kError, "CutoverServe was changed, and its switch or rollback was refused or turned back. The site is where it was.",
   "Mend the reason; then `cutoverctl switch`, or change the value and back with a graceful each."},
  {317, kWarning, "A program of CutoverHook failed, or took too long.",
   "`cutoverctl events` has its output. A before-hook's failure refuses the run; after a run nothing else depends on it. In the pause: fence and fenced turn the run back, unfence and promote are run again until what they are for is read back."},
  {318, kNotice, "CutoverServe was changed, and its switch or rollback waits: the graceful started the application anew.",
   "Nothing to do: it begins when the side that serves answers again and nobody waits there for long, after 30 s in any case. `cutoverctl switch` begins at once."},
  {321, kNotice, "The link back into the database that was left runs: a rollback is possible.", kNothing},
  {322, kWarning, "There is no link back yet: a rollback would be refused, or lose what was written since.",
   "The line says what is missing: an account, a firewall's rule, replication-host= in the option file. It is tried again by itself."},
  {323, kNotice, "Both databases were seen in their roles; from now on they are kept there.", kNothing},
  {324, kError, "A database is writable that must not be, or read-only, and cannot be put right.",
   "Put it right by hand: SET GLOBAL read_only (MySQL: super_read_only). The line says why it could not be done from here."},
  {325, kWarning, "A rollback gave writes up, as somebody had asked by typing the site's name.",
   "The line names the GTIDs and the binary log that holds them; keep that log until they have been looked through."},
  {326, kWarning, "A person has decided which side serves.", kNothing},
  {327, kNotice, "A database server was started anew, as the counter of its connections proves; a role that it forgot is put back.", kNothing},
  {328, kWarning, "A database that did not answer when the other side began to serve answers again; it is fenced before anything else.", kNothing},
  {329, kError, "Another coordinator, or another site, owns a database server of this site; from here nothing is touched.",
   "The line says who. Stop the one that is not to move the site, then `cutoverctl resolve` or `apachectl graceful` here."},
  {330, kWarning, "The serving database could not be told that it serves: should the state directory be lost, it does not tell.",
   "The line says why; mostly a grant on mod_cutover.* is missing, see \"The coordinator's account\" in docs/moving-a-site.md. It is tried again by itself."},
  {331, kWarning, "Who still comes by the old host is counted, and not kept over a restart.", kJournal},
  {332, kError, "The audit trail lacks a line, which this log has.", kJournal},
  {333, kError, "Somebody asked the coordinator something and got no answer.",
   "Ask again. If it stays so, take the line to the project's bug tracker."},
  {334, kNotice, "Nothing is applied any more into the side that serves: its link receives, and stands ready for the way back.",
   "Nothing to do; build it so from the start, see \"The ring\" in docs/moving-a-site.md."},
  {335, kWarning, "Nothing is applied any more from a serving database that lost writes of its own: what it writes next may have their numbers.", kBuildAnew},
  {336, kNotice, "The site has moved, and something is left for a person to do on the database that serves now.", "The line says what, mostly by the statements themselves; the preflight said it before, in the row events-afterwards."},
  {337, kWarning, "A run begins, and what it sends, or what the servers send each other, goes over a network without TLS.", "The line says what. The preflight's rows encryption and traffic-in-clear have the settings that end it; the passwords that were sent should be changed afterwards."},
  {338, kNotice, "The coordinator waits for the state directory's lock: one acts at a time.",
   "After a graceful it is the one before, which ends its run: nothing to do. Else another httpd has the same CutoverStateDir: give it one of its own."},
  {339, kError, "The new host serves though it was not proved: a page of CutoverProof was not as it should be, and nothing led back.",
   kKept},
  {341, kNotice, "A switch or rollback is armed: it goes by itself when it is time and nothing is in its way.",
   "Nothing to do. `cutoverctl status` says what it waits for, `cutoverctl abort` disarms it."},
  {342, kNotice, "What is armed stays so: this coordinator has taken it over from the one before.", kNothing},
  {343, kWarning, "What is armed was turned back before anybody was held. It is tried again each minute, until its time is over.",
   "The line names the checks that block, with their remedies; `cutoverctl preflight` shows all of them."},
  {344, kWarning, "What was armed does not go by itself any more. Nothing was done.",
   "The line says why: somebody disarmed it, its time is over, or the coordinator, the machine or the settings changed under it. Arm it again if it is still wanted."},
  {355, kNotice, "A person has said that the move is over: the new host serves for good, and nothing leads back.",
   "Nothing to do here. `cutoverctl complete` says again what may be turned off, and what not yet."},
  {356, kWarning, "The move is over, and what it left on a database server could not be taken away yet.",
   "The line says what is in the way. It is tried again by itself; for a server that is gone for good: `cutoverctl complete SITE --other-is-down`."},
  {357, kNotice, "What the move left on the database servers is taken away; neither is asked any more.", kNothing},
  {400, kNotice, "The two databases are compared row by row, while the site runs.",
   "Nothing to do. `cutoverctl status` says how far it has come; `cutoverctl verify --stop` stops it."},
  {401, kNotice, "The comparison of the two databases has come to its end, and nothing differs.",
   "Look whether the line names what was not compared, or rows that never stood still."},
  {402, kWarning, "The two databases differ, though replication runs.",
   "The line names what differs first; `cutoverctl status --json` names more. Mend it on the database that does not serve, or build that one anew from a backup; then `cutoverctl verify` once more."},
  {403, kWarning, "What a comparison has found could not be written down, or not be read.",
   "The line says why: see to CutoverStateDir and its disk. Until it can be, a new coordinator does not know of that comparison."},
};
// clang-format on

}  // namespace

std::span<const Explanation> explanations() { return kTable; }

}  // namespace cutover
