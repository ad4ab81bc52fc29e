#!/usr/bin/env bash
# Guess: a guid is one item's within its feed; two publishers that both count 1001,
# 1002, … do not touch each other. newsboat keeps the items of all feeds under the
# guid alone: of two stories with the guid 1001 the one that is read later overwrites
# the other, which is gone before anyone has seen it. And an item without a guid is
# known by its link with the text of its pubDate behind it, so that a publisher who
# corrects the time makes a second story. Who takes this reader's rule for a model
# loses the first and doubles the second.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download newsboat=2.21-1.5 libstfl0=0.22-3+b5 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
export HOME=$dir LD_LIBRARY_PATH=$dir/usr/lib LC_ALL=C.UTF-8
usr/bin/newsboat -v | head -n 1

# feed NAME ITEM writes a feed of one item.
feed() {
  echo "<rss version=\"2.0\"><channel><title>$1</title><link>https://$1.example/</link>
<description>$1</description><item>$2</item></channel></rss>" >"$1.xml"
}
# unread URLS polls the feeds and says how many stories there are to read.
unread() { usr/bin/newsboat -u "$1" -c "$1.db" -C /dev/null -x reload print-unread; }

feed one '<title>Ferry runs again</title><link>https://one.example/a</link><guid isPermaLink="false">1001</guid>'
feed two '<title>Cable is cut</title><link>https://two.example/b</link><guid isPermaLink="false">1001</guid>'
printf 'file://%s\n' "$dir/one.xml" "$dir/two.xml" >both
shared=$(unread both)
echo "two feeds, one story each, both with the guid 1001: $shared"

item='<title>Talks begin</title><link>https://three.example/c</link><pubDate>Mon, 02 Mar 2026 09'
feed three "$item:00:00 GMT</pubDate>"
echo "file://$dir/three.xml" >third
before=$(unread third)
feed three "$item:30:00 GMT</pubDate>"
after=$(unread third)
echo "one story without a guid: $before; the same with its time corrected: $after"

if [[ $shared != 1\ * || $before != 1\ * || $after != 2\ * ]]; then echo 'this has changed'; exit 1; fi
