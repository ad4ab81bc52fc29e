#!/usr/bin/env bash
# Guess: without a guid, a reader knows an item by its link or its title. rss2email,
# unless told to trust links, takes the hash of the description alone: of two stories
# with titles and links of their own that both say "More soon.", as first lines do, the
# second is never mailed; and a story whose text is written out is mailed again. Who
# takes this rule for a model loses and doubles stories while they break, and not after.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download rss2email=1:3.13.1-3 python3-feedparser=6.0.10-1 python3-sgmllib3k=1.0.0-4 python3-html2text=2020.1.16-2 \
  >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
export PYTHONPATH=$dir/usr/lib/python3/dist-packages HOME=$dir
mkdir -p mail/Inbox/{new,cur,tmp}
cat >rss2email.cfg <<CFG
[DEFAULT]
from = wire@wire.example
to = desk@desk.example
email-protocol = maildir
maildir-path = $dir/mail
maildir-mailbox = Inbox
CFG
r2e() { python3 -W ignore usr/bin/r2e -c rss2email.cfg -d seen.json "$@" 2>r2e.log || { cat r2e.log; exit 1; }; }
# feed ITEMS writes the feed.
feed() {
  echo "<rss version=\"2.0\"><channel><title>Wire</title><link>https://wire.example/</link>
<description>Wire</description>$1</channel></rss>" >wire.xml
}
# item NUMBER TITLE DESCRIPTION
item() { echo "<item><title>$2</title><link>https://wire.example/$1</link><description>$3</description></item>"; }
# told prints the subjects of the mails so far.
told() { { grep -rh '^Subject:' mail || true; } | sort | tr '\n' ' '; }

r2e --version
r2e add wire "file://$dir/wire.xml"
feed "$(item 1 'Cable is cut' 'More soon.')"
r2e run
feed "$(item 1 'Cable is cut' 'More soon.')$(item 2 'Ferry runs aground' 'More soon.')"
r2e run
two=$(told)
echo "two stories that say the same: $two"
feed "$(item 1 'Cable is cut' 'More soon. Two ships are near.')"
r2e run
longer=$(told)
echo "the first is written out:      $longer"
if [[ $two != 'Subject: Cable is cut ' || $longer != 'Subject: Cable is cut Subject: Cable is cut ' ]]; then
  echo 'this has changed'
  exit 1
fi
