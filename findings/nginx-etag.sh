#!/usr/bin/env bash
# Guess: an ETag stands for the bytes, so that another text has another. nginx makes it
# from the file's time in whole seconds and its length. Where a feed is built twice in a
# second, or each build gives its files one and the same time, as builds do that are to
# be reproducible, a correction of the same length, Kiev to Kyiv, keeps its ETag. The
# answer is 304 for as long as the length stays, and a reader that asks just as it
# should never sees the correction.
set -euo pipefail
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download nginx=1.22.1-9+deb12u11 >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg-deb -x ./*.deb .
usr/sbin/nginx -v 2>&1
mkdir site
temp=$(for of in client_body proxy fastcgi uwsgi scgi; do echo "${of}_temp_path $dir/$of;"; done)
cat >nginx.conf <<CONF
daemon off; master_process off; pid $dir/pid; error_log stderr; events {}
http { $temp access_log off; server { listen unix:$dir/socket; root $dir/site; } }
CONF
# feed TITLE builds the feed as a reproducible build does.
feed() {
  echo "<rss version=\"2.0\"><channel><title>Wire</title><item><title>$1</title></item></channel></rss>" >site/feed.xml
  touch -d 2026-03-02T09:00:00Z site/feed.xml
}
get() { curl -s --unix-socket socket "$@" http://wire.example/feed.xml; }

feed 'Talks in Kiev'
usr/sbin/nginx -p "$dir" -c "$dir/nginx.conf" -e stderr 2>nginx.log &
server=$!
for _ in {1..100}; do [ ! -S socket ] || break; sleep 0.1; done
etag=$(get -o body -D - | tr -d '\r' | sed -n 's/^ETag: //p')
echo "ETag $etag of: $(cat body)"
feed 'Talks in Kyiv'
same=$(get -o body -w '%{http_code}' -H "If-None-Match: $etag")
echo "corrected to $(grep -o 'Talks in [A-Z][a-z]*' site/feed.xml): $same"
feed 'Talks in Kharkiv'
longer=$(get -o body -w '%{http_code}' -H "If-None-Match: $etag")
echo "corrected to $(grep -o 'Talks in [A-Z][a-z]*' site/feed.xml): $longer"
if [[ $same != 304 || $longer != 200 ]]; then echo 'this has changed'; exit 1; fi
