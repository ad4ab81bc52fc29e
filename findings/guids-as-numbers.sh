#!/usr/bin/env bash
# Guess: a guid is a string and stays as it was written. fast-xml-parser reads text that
# looks like a number as one unless it is told not to, and feed-extractor does not tell
# it: of the guids 2026.1 and 2026.10, or 12 and 0012, one is left, and the headline
# "007" is "7". In JSON Feed an id may come as a number, which a reader is to make a
# string of: two of 19 digits, as message services count, are one in feedsmith and
# feed-extractor, as JavaScript's numbers end before. The second story is never told.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >npm.log 2>&1
npm install --no-audit --no-fund fast-xml-parser@5.12.1 @extractus/feed-extractor@8.0.3 feedsmith@3.0.1 >>npm.log 2>&1 ||
  { cat npm.log; exit 1; }
cat >finding.mjs <<'JS'
import { readFileSync } from 'node:fs'
import { XMLParser } from 'fast-xml-parser'
import { extractFromXml, extractFromJson } from '@extractus/feed-extractor'
import { parseFeed } from 'feedsmith'
for (const name of ['fast-xml-parser', '@extractus/feed-extractor', 'feedsmith']) {
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version)
}
const guids = ['2026.1', '2026.10', '12', '0012', '1865412345678901249']
const rss = `<rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link><description>Wire</description>
${guids.map(g => `<item><title>007</title><guid isPermaLink="false">${g}</guid></item>`).join('\n')}</channel></rss>`
const json = `{"version": "https://jsonfeed.org/version/1.1", "title": "Wire", "items": [
{"id": 1865412345678901249, "content_text": "Cable is cut"}, {"id": 1865412345678901250, "content_text": "Ferry runs"}]}`
const raw = new XMLParser().parse(rss).rss.channel.item.map(i => String(i.guid))
const entries = extractFromXml(rss).entries
const smith = parseFeed(json).feed.items.map(i => i.id)
const extracted = extractFromJson(JSON.parse(json)).entries.map(e => e.id)
console.log('in the feed:          ', guids.join(' '))
console.log('fast-xml-parser:      ', raw.join(' '))
console.log('feed-extractor:       ', entries.map(e => e.id).join(' ') + ', title', entries[0].title)
console.log('JSON, feedsmith:      ', smith.join(' '))
console.log('JSON, feed-extractor: ', extracted.join(' '))
const distinct = ids => new Set(ids).size
if (distinct(raw) !== 3 || distinct(entries.map(e => e.id)) !== 3 || entries[0].title !== '7' ||
    distinct(smith) !== 1 || distinct(extracted) !== 1) {
  console.log('this has changed')
  process.exit(1)
}
JS
node finding.mjs
