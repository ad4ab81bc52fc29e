#!/usr/bin/env bash
# Guess: a title given as text comes out as the same text in each form of a feed.
# npm's feed writes it into CDATA unescaped: in Atom with type="html", where <Baltic>
# is markup that a reader drops; in RSS, where a reader has to guess; in JSON as it
# is. A word in angle brackets is thus lost in one form of the same feed and there in
# another. Its JSON items have no id where the link was to be it, as in RSS and Atom;
# JSON Feed requires one.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >npm.log 2>&1
npm install --no-audit --no-fund feed@5.1.0 >>npm.log 2>&1 || { cat npm.log; exit 1; }
cat >finding.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { Feed } from 'feed'
const feed = new Feed({ title: 'Wire', id: 'https://wire.example/', link: 'https://wire.example/', copyright: '' })
feed.addItem({ title: 'Talks on <Baltic> cables', link: 'https://wire.example/a', date: new Date('2026-03-02T09:00:00Z') })
const entry = feed.atom1().split('<entry>')[1]
const atom = /<title[^\n]*/.exec(entry)[0]
const rss = /<title[^\n]*/.exec(feed.rss2().split('<item>')[1])[0]
const json = JSON.parse(feed.json1()).items[0]
console.log('feed', JSON.parse(readFileSync('node_modules/feed/package.json')).version)
console.log('Atom:', atom)
console.log('Atom id:', /<id>[^<]*/.exec(entry)[0].slice(4))
console.log('RSS: ', rss)
console.log('JSON:', JSON.stringify(json))
if (!atom.includes('type="html"><![CDATA[Talks on <Baltic> cables') || !rss.includes('<![CDATA[Talks on <Baltic> cables') ||
    json.title !== 'Talks on <Baltic> cables' || 'id' in json) {
  console.log('this has changed')
  process.exit(1)
}
JS
node finding.mjs
