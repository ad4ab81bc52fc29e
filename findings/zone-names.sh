#!/usr/bin/env bash
# Guess: a parser of feeds or dates knows the names of Europe's zones, or gives no date.
# RFC 822 names those of North America and GMT, and publishers write EET, CET or MSK as
# well. Python's feedparser takes such a name for GMT, without a word: a story of 10:00 in
# Tallinn is two hours in the future in winter, and three in summer. dateutil gives it no
# zone, unless the machine that reads it is in that one. Perl's Date::Parse knows them. So
# the same item is fresh or from the future by the library that read it: who leaves out
# items with a date ahead of the clock holds back just the newest, and who sorts by date
# has them above all that came after them.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download python3-feedparser=6.0.10-1 python3-sgmllib3k=1.0.0-4 python3-dateutil=2.8.2-2 python3-six=1.16.0-4 \
  libtimedate-perl=2.3300-2 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
export TZ=UTC PYTHONPATH=$dir/usr/lib/python3/dist-packages PERL5LIB=$dir/usr/share/perl5
cat >finding.py <<'PY'
import subprocess
import time
import warnings

import dateutil
import dateutil.parser
import feedparser

warnings.simplefilter("ignore")
print("feedparser", feedparser.__version__, "dateutil", dateutil.__version__)
perl = 'use Date::Parse; use POSIX; print strftime("%H:%M", gmtime(str2time($ARGV[0])))'
zones = {"GMT": "10:00", "EST": "15:00", "+0200": "08:00", "CET": "09:00", "EET": "08:00", "EEST": "07:00", "MSK": "07:00"}
wrong, unzoned = [], []
for zone, is_ in zones.items():
    date = "Mon, 02 Mar 2026 10:00:00 " + zone
    item = feedparser.parse(f"""<rss version="2.0"><channel><title>Wire</title><item><title>Cable is cut</title>
<guid>wire-1</guid><pubDate>{date}</pubDate></item></channel></rss>""").entries[0]
    read = time.strftime("%H:%M", item.published_parsed)
    parsed = dateutil.parser.parse(date)
    known = subprocess.run(["perl", "-e", perl, date], capture_output=True, text=True, check=True).stdout
    print(f"10:00 {zone:5} is {is_} UTC; feedparser: {read}, dateutil: {parsed.isoformat()[11:]}, Date::Parse: {known}")
    if read != is_:
        wrong.append(zone)
    if parsed.tzinfo is None:
        unzoned.append(zone)
    assert known == is_
if wrong != ["CET", "EET", "EEST", "MSK"] or unzoned != ["EST", "CET", "EET", "EEST", "MSK"]:
    raise SystemExit(f"this has changed: {wrong} {unzoned}")
PY
python3 finding.py
