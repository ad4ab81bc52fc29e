#!/usr/bin/env bash
# Guess: merging feeds keeps each of their items. Perl's XML::FeedPP makes an item from
# its link. One without a link, which RSS 2.0 allows and a wire without a site sends, is
# there with its guid, title and date when the feed is read, and is not in the feed that
# it is merged into; nothing is said. Behind a planet that is made this way the
# story does not exist, whatever its readers do.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download libxml-feedpp-perl=0.95-1 libxml-treepp-perl=0.43-3 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
cat >finding.pl <<'PL'
use strict;
use warnings;
use XML::FeedPP;
print "XML::FeedPP $XML::FeedPP::VERSION\n";
my $rss = <<'RSS';
<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link><description>Wire</description>
<item><title>Cable is cut</title><guid isPermaLink="false">wire-1</guid><pubDate>Mon, 02 Mar 2026 09:00:00 GMT</pubDate></item>
<item><title>Ferry runs</title><link>https://wire.example/2</link><guid isPermaLink="false">wire-2</guid></item>
</channel></rss>
RSS
my $titles = sub { join ', ', map { $_->title . ' (' . $_->guid . ')' } $_[0]->get_item };
my $read = $titles->(XML::FeedPP->new($rss, -type => 'string'));
my $planet = XML::FeedPP::RSS->new;
$planet->merge($rss, -type => 'string');
my $merged = $titles->($planet);
print "read:   $read\nmerged: $merged\n";
if ($read !~ /Cable/ || $merged ne 'Ferry runs (wire-2)') { print "this has changed\n"; exit 1 }
PL
perl -Iusr/share/perl5 finding.pl
