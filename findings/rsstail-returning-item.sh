#!/usr/bin/env bash
# Guess: what a reader has told once it does not tell again while it runs. rsstail
# compares a poll with the one before it and with nothing older: an item that is missing
# from one answer, as where a publisher's servers are not of one mind, or an editor
# takes a story out and puts it back, is told a second time though it has the same guid,
# link and title. Who compares two polls, as diff does, for a model of what is
# new doubles a story at each such gap.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download rsstail=1.8-1+b1 libmrss0=0.19.2-7 libnxml0=0.18.4-1 >apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg-deb -x "$deb" .; done
LD_LIBRARY_PATH=$(echo "$dir"/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
usr/bin/rsstail -V 2>&1 | head -n 1 || true
cat >finding.mjs <<'JS'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

const item = n => `<item><title>Story ${n}</title><link>https://wire.example/${n}</link><guid>https://wire.example/${n}</guid><pubDate>Mon, 02 Mar 2026 0${n}:00:00 GMT</pubDate></item>`
const answers = [[1], [2, 1], [2], [2, 1]]
let polls = 0
let told = ''
const server = createServer((req, res) => {
  if (req.method !== 'GET') return res.end() // it asks with HEAD first
  const items = answers[Math.min(polls++, answers.length - 1)]
  res.end(`<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><link>https://wire.example/</link>
<description>Wire</description>${items.map(item).join('')}</channel></rss>`)
  if (polls === answers.length + 2) rsstail.kill()
})
await new Promise(done => server.listen(0, '127.0.0.1', done))
const rsstail = spawn('stdbuf', ['-oL', 'usr/bin/rsstail', '-i', '1', '-u', `http://127.0.0.1:${server.address().port}/`])
rsstail.stdout.on('data', d => { told += d })
await new Promise(done => rsstail.on('close', done))
server.close()
const titles = told.match(/Story \d/g) ?? []
console.log('answers:', JSON.stringify(answers))
console.log('told:   ', titles.join(', '))
if (titles.join() !== 'Story 1,Story 2,Story 1') { console.log('this has changed'); process.exit(1) }
JS
timeout 60 node finding.mjs
