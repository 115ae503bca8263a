#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every link of every Markdown file leads somewhere: to a file or folder of this project, and to a
# heading or an anchor of it. Addresses of other sites are not asked for.
set -euo pipefail
# shellcheck source=tests/check/sources.sh
. "$(dirname "$0")/sources.sh"

mapfile -t files < <(sources '*.md')
[ ${#files[@]} -gt 0 ] || { echo 'links: no Markdown file: nothing was checked'; exit 1; }
for file in README.md CHANGELOG.md docs/moving-a-site.md; do
  [ -s "$file" ] || { echo "links: $file is missing or empty"; exit 1; }
done

perl -CSD -Mstrict -Mwarnings -e '
  use File::Basename;

  # The lines of a file by their numbers, without code, in which nothing is a link or a heading.
  sub text_of {
    my ($file) = @_;
    open(my $in, "<", $file) or die "links: $file: $!\n";
    my (@lines, $fence);
    while (my $line = <$in>) {
      chomp $line;
      if (defined $fence) { undef $fence if $line =~ /^\s*\Q$fence\E\s*$/; push @lines, ""; next }
      if ($line =~ /^\s*(```+|~~~+)/) { $fence = $1; push @lines, ""; next }
      push @lines, $line;
    }
    die "$file: a block of code has no end\n" if defined $fence;
    return @lines;
  }

  # What can stand behind a #: the headings as GitHub names them, and anchors written by hand.
  my %known;
  sub anchors_of {
    my ($file) = @_;
    return $known{$file} if $known{$file};
    my (%anchors, %times);
    for (text_of($file)) {
      $anchors{$2} = 1 while /<\w+ [^>]*\b(id|name)="([^"]+)"/g;
      next unless /^#{1,6} +(.*?)(?: +#+)? *$/;
      my $name = lc $1;
      $name =~ s/<[^>]*>//g;
      $name =~ s/!?\[([^\]]*)\]\([^)]*\)/$1/g;
      $name =~ s/[^\w\- ]//g;
      $name =~ tr/ /-/;
      my $before = $times{$name}++;
      $anchors{$before ? "$name-$before" : $name} = 1;
    }
    return $known{$file} = \%anchors;
  }

  my ($seen, $failed) = (0, 0);
  for my $file (@ARGV) {
    my $number = 0;
    for my $line (text_of($file)) {
      ++$number;
      $line =~ s/`[^`]*`/`/g;
      my @targets = $line =~ /\]\(\s*<?([^)\s>]+)/g;
      push @targets, $line =~ /\b(?:href|src)="([^"]*)"/g, $line =~ /^\s*\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)/;
      for my $target (@targets) {
        next if $target =~ /^[a-z][a-z0-9+.-]*:/i;
        ++$seen;
        my ($path, $anchor) = $target =~ /^([^#]*)(?:#(.*))?$/;
        my $to = $path eq "" ? $file : dirname($file) . "/$path";
        $to =~ s{^\./}{};
        1 while $to =~ s{(^|/)(?!\.\./)[^/]+/\.\./}{$1};
        my $wrong = $path =~ m{^/} ? "is no path of this project"
          : $to =~ m{^\.\./} ? "leaves the project"
          : !-e $to ? "there is no $to"
          : !defined $anchor ? ""
          : $to !~ /\.md$/ ? "only a Markdown file has anchors"
          : anchors_of($to)->{$anchor} ? "" : "$to has no heading or anchor $anchor";
        next if $wrong eq "";
        print "$file:$number: $target: $wrong\n";
        $failed = 1;
      }
    }
  }
  if (!$seen) { print "links: no link was found: nothing was checked\n"; $failed = 1 }
  exit $failed;
' "${files[@]}"
