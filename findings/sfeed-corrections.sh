#!/usr/bin/env bash
# Guess: a reader that sorts what it has by guid keeps one line for each item, the newest.
# sfeed_update keeps one line for each guid, title and link taken together, and of equal
# lines the one it had: a headline that is corrected is a second story with the same guid
# beside the first, and a text or a time that is corrected under the same headline is
# never seen. Whichever of the two a desk waits for, the retraction in the text or no second
# alert for a spelling, it gets the other. Who takes `sort -u` over a feed's lines for the
# simplest way to know what is new inherits both.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download sfeed=1.7-1 >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg-deb -x sfeed*.deb .
export PATH=$PWD/usr/bin:$PATH
cat >sfeedrc <<RC
sfeedpath=$PWD/feeds
fetch() { cat "$PWD/wire.xml"; }
feeds() { feed wire http://wire.example/rss; }
RC
# wire SECOND-TITLE TEXT: the feed with two items; the first one's text is given too.
wire() {
	cat >wire.xml <<-XML
		<rss version="2.0"><channel><title>Wire</title>
		<item><guid isPermaLink="false">w1</guid><title>Minsk closes the border</title><description>$2</description></item>
		<item><guid isPermaLink="false">w2</guid><title>$1</title><description>More soon.</description></item>
		</channel></rss>
	XML
	sfeed_update sfeedrc >update.log 2>&1 || { cat update.log; exit 1; }
}
wire 'Talks in Kiev' 'It is closed.'
wire 'Talks in Kyiv' 'Retracted: it is open.'
echo 'sfeed 1.7-1'
cut -f 2,4,6 feeds/wire
stories=$(grep -c w2 feeds/wire)
texts=$(grep w1 feeds/wire | cut -f 4)
echo "stories with the guid w2: $stories; text of w1: $texts"
[[ $stories == 2 && $texts == 'It is closed.' ]] || { echo 'this has changed'; exit 1; }
