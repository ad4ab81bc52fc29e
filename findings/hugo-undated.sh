#!/usr/bin/env bash
# Guess: a page without a date has no pubDate in the feed, the newest item is the first,
# and a limit cuts off the oldest. Hugo's own feed dates such a page Mon, 01 Jan 0001,
# sorts by a page's weight before its date, and cuts after that: a pinned page of 2020
# is first, and with a limit of 1 the story of today is not in the feed. Who takes the
# year 1 for a date drops a story as too old; who stops at the first item that is known
# or old never reads the ones behind it; what the limit cut off no reader gets.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download hugo=0.111.3-1 libsass1=3.6.5+20220909-1 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH HOME=$dir
usr/bin/hugo version

mkdir -p site/content/news
cd site
echo '{"baseURL": "https://wire.example/", "title": "Wire"}' >hugo.json
# page NAME FRONT_MATTER writes a page.
page() { echo "{\"title\": \"$1\"$2}" >"content/news/$1.md"; }
page today ', "date": "2026-03-03T09:00:00Z"'
page yesterday ', "date": "2026-03-02T09:00:00Z"'
page pinned ', "date": "2020-03-02T09:00:00Z", "weight": 1'
page undated ''
# items prints title and date of each item of the feed.
items() { sed -n 's|^ *<title>\(.*\)</title>|\1:|p; s|<pubDate>\(.*\)</pubDate>|\1|p' public/index.xml | sed 1d | paste - - | tr -s ' \t' ' '; }
../usr/bin/hugo --quiet --config hugo.json
items | tee all
echo '{"baseURL": "https://wire.example/", "title": "Wire", "services": {"rss": {"limit": 1}}}' >hugo.json
../usr/bin/hugo --quiet --config hugo.json
echo 'with a limit of 1:'
items | tee limited

if ! grep -q '^undated: Mon, 01 Jan 0001' all || ! head -n 1 all | grep -q '^pinned:' ||
  ! grep -q '^pinned:' limited || grep -q '^today:' limited; then
  echo 'this has changed'
  exit 1
fi
