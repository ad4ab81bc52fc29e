#!/usr/bin/env bash
# Guess: the one item that gofeed makes of all forms of feeds has in its fields what the
# feed has. An item of RSS 1.0 has an identity, rdf:about, and its GUID is empty, so that
# who keys by GUID keeps one item of the whole feed. An Atom entry without published has
# its updated in Published, so that a correction is news again to who asks for the age;
# and a title's type is gone: <Baltic> is the same whether it was text or markup. Of the
# zones that RFC 822 names, UT and Z have no date for it, where GMT has one.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
cat >go.mod <<'MOD'
module finding

go 1.25.0

require github.com/mmcdole/gofeed v1.4.2
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/mmcdole/gofeed"
)

const rss1 = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://wire.example/feed"><title>Wire</title><link>https://wire.example/</link><description>Wire</description>
<items><rdf:Seq><rdf:li rdf:resource="https://wire.example/id/1"/><rdf:li rdf:resource="https://wire.example/id/2"/></rdf:Seq></items></channel>
<item rdf:about="https://wire.example/id/1"><title>Talks begin</title><link>https://wire.example/live</link></item>
<item rdf:about="https://wire.example/id/2"><title>Talks fail</title><link>https://wire.example/live</link></item></rdf:RDF>`

const rss2 = `<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link><description>Wire</description>
<item><title>with GMT</title><pubDate>Mon, 02 Mar 26 09:00:00 GMT</pubDate></item>
<item><title>with Z</title><pubDate>Mon, 02 Mar 26 09:00:00 Z</pubDate></item>
<item><title>with UT</title><pubDate>Mon, 02 Mar 26 09:00:00 UT</pubDate></item></channel></rss>`

const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><id>https://wire.example/</id><updated>2026-03-04T09:00:00Z</updated>
<entry><title type="text">Talks on &lt;Baltic&gt; cables</title><id>urn:one</id><updated>2026-03-04T09:00:00Z</updated></entry>
<entry><title type="html">Talks on &lt;Baltic&gt; cables</title><id>urn:two</id><updated>2026-03-04T09:00:00Z</updated></entry></feed>`

// items are what the library makes of a feed.
func items(feed string) []*gofeed.Item {
	f, err := gofeed.NewParser().ParseString(feed)
	if err != nil {
		panic(err)
	}
	return f.Items
}

func main() {
	changed := false
	for _, i := range items(rss1) {
		fmt.Printf("RSS 1.0, %s: GUID %q\n", i.Title, i.GUID)
		changed = changed || i.GUID != ""
	}
	for n, i := range items(rss2) {
		fmt.Printf("RSS 2.0, %s: %v\n", i.Title, i.PublishedParsed)
		changed = changed || (i.PublishedParsed != nil) != (n == 0)
	}
	for _, i := range items(atom) {
		fmt.Printf("Atom, %s: title %q, Published %s\n", i.GUID, i.Title, i.Published)
		changed = changed || i.Title != "Talks on <Baltic> cables" || i.Published != i.Updated
	}
	if changed {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go list -m github.com/mmcdole/gofeed
go run .
