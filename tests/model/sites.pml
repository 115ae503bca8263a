/* SPDX-License-Identifier: Apache-2.0 */
/* Two sites of one httpd: why a model of one is enough. Each has its word, its journal, its thread in
 * the coordinator and its GET_LOCK; nothing that one writes is read for the other. What they could
 * share is a database server, and read_only is the server's, not the site's: then the one's run
 * takes away what the other serves from, and its keeper gives back what the one had fenced. */
#include "claims.pml"

#define kOld 0
#define kNew 1
#define other(side) (1 - side)

#ifdef MISTAKE_ONE_DATABASE_SERVER_FOR_TWO_SITES
#define at(site, side) (side)
#else
#define at(site, side) (2 * site + side)
#endif

bool read_only[4];
bit serves[2];
bool at_rest[2] = 1;
byte runs_of[2];

/* A statement takes effect at once: what may happen while it is under way is site/'s. */
proctype Site(bit site) {
  do
  :: runs_of[site] < 2 && at_rest[site] && !read_only[at(site, serves[site])] &&
     read_only[at(site, other(serves[site]))] ->
     runs_of[site]++;
     at_rest[site] = 0;
     read_only[at(site, serves[site])] = 1;
     if
     :: read_only[at(site, serves[site])] ->
        read_only[at(site, other(serves[site]))] = 0;
        serves[site] = other(serves[site])
     :: read_only[at(site, serves[site])] = 0 /* aborted */
     fi;
     at_rest[site] = 1
  /* The keeper. */
  :: at_rest[site] && read_only[at(site, serves[site])] -> read_only[at(site, serves[site])] = 0
  :: at_rest[site] && !read_only[at(site, other(serves[site]))] ->
     read_only[at(site, other(serves[site]))] = 1
  od
}

/* A request of a site at rest, at any moment. */
proctype Request(bit site) {
end:
  do
  :: atomic { at_rest[site] -> CLAIM(sites_apart, !read_only[at(site, serves[site])]) }
  od
}

init {
  atomic {
    read_only[at(0, kNew)] = 1;
    read_only[at(1, kNew)] = 1;
    run Site(0); run Site(1); run Request(0); run Request(1)
  }
}
