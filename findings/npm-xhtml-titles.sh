#!/usr/bin/env bash
# Guess: a reader that knows Atom gives an entry's title as a string with all its words.
# A title of type="xhtml" (RFC 4287, 3.1.1.3), as publishers send it who set off one
# name in a headline, is an object for rss-parser, with the name cut out of the
# sentence, and an empty string for feed-extractor; @rowanmanning/feed-parser has it
# whole. A rule on "Baltic" misses the one word that it looks for. feed-extractor also
# takes the first link of an entry whatever its rel: here the comments, so that two
# stories with one page of comments have one address.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >npm.log 2>&1
npm install --no-audit --no-fund rss-parser@3.13.0 @extractus/feed-extractor@8.0.3 @rowanmanning/feed-parser@2.1.5 >>npm.log 2>&1 ||
  { cat npm.log; exit 1; }
cat >finding.mjs <<'JS'
import { readFileSync } from 'node:fs'
import Parser from 'rss-parser'
import { extractFromXml } from '@extractus/feed-extractor'
import { parseFeed } from '@rowanmanning/feed-parser'
const atom = `<feed xmlns="http://www.w3.org/2005/Atom">
<title>Wire</title><id>https://wire.example/</id><updated>2026-03-02T09:00:00Z</updated><author><name>Wire</name></author>
<entry>
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Talks on <b>Baltic</b> cables</div></title>
<id>https://wire.example/a</id><updated>2026-03-02T09:00:00Z</updated>
<link rel="replies" href="https://wire.example/a/comments"/><link rel="alternate" href="https://wire.example/a"/>
</entry></feed>`
const says = (name, item) => {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`))
  console.log(`${name} ${version}:`, JSON.stringify({ title: item.title, link: item.link ?? item.url }))
  return item
}
const one = says('rss-parser', (await new Parser().parseString(atom)).items[0])
const two = says('@extractus/feed-extractor', extractFromXml(atom).entries[0])
const three = says('@rowanmanning/feed-parser', parseFeed(atom).items[0])
if (typeof one.title !== 'object' || one.title.div[0]._ !== 'Talks on  cables' || two.title !== '' ||
    two.link !== 'https://wire.example/a/comments' || three.title !== 'Talks on Baltic cables') {
  console.log('this has changed')
  process.exit(1)
}
JS
node finding.mjs
