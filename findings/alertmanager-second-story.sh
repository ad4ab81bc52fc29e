#!/usr/bin/env bash
# Guess: two alerts with different texts are two alerts, and both are delivered.
# Alertmanager knows an alert by its labels alone. Of two stories that a program posts
# for the same rule and feed, with the title as an annotation, the second quietly takes
# the first one's place: the POST is answered with 200, and nothing goes out until
# repeat_interval (4 hours unless set) or until something else changes in the group.
# Only what is a label (here a link) makes a story one of its own. Who sends a
# desk's alerts that way loses each second story on the same subject.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
apt-get download prometheus-alertmanager=0.25.0-1+b4 >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg-deb -x ./*.deb .
usr/bin/prometheus-alertmanager --version 2>&1 | head -n 1
cat >finding.mjs <<'JS'
import { spawn } from 'node:child_process'
import { writeFileSync, openSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

const told = []
const listen = server => new Promise(done => server.listen(0, '127.0.0.1', () => done(server.address().port)))
const desk = createServer(async (req, res) => {
  let body = ''
  for await (const part of req) body += part
  told.push(JSON.parse(body).alerts.map(a => a.annotations.title).join(', '))
  res.end()
})
const free = createServer()
const port = await listen(free)
free.close()
writeFileSync('am.yml', `
route: { receiver: desk, group_by: [rule], group_wait: 100ms, group_interval: 1s, repeat_interval: 4h }
receivers: [{ name: desk, webhook_configs: [{ url: "http://127.0.0.1:${await listen(desk)}/" }] }]
`)
// Debian's build reads its templates below /usr/share: ours are mounted there, for it alone.
const log = openSync('am.log', 'w')
const am = spawn('unshare', ['-rm', 'sh', '-c', 'mount --bind usr/share /usr/share && exec "$@"', 'sh',
  'usr/bin/prometheus-alertmanager', '--config.file=am.yml', '--storage.path=data', '--cluster.listen-address=',
  `--web.listen-address=127.0.0.1:${port}`], { stdio: ['ignore', log, log] })

const until = async (what, is) => {
  for (let i = 0; i < 200; i++, await wait(100)) if (await is()) return
  throw new Error('in 20 s not: ' + what)
}
const post = async (title, labels) => {
  const res = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels: { alertname: 'story', rule: 'cables', feed: 'wire', ...labels }, annotations: { title } }])
  })
  console.log('posted:', title + ', status', res.status)
}
let changed = true
try {
  await until('ready', () => fetch(`http://127.0.0.1:${port}/-/ready`).then(r => r.ok, () => false))
  await post('Cable is cut')
  await until('the first story', () => told.length === 1)
  await post('Ship is seized')
  await wait(6000) // six times the interval after which a group tells what is new in it
  const second = told.some(t => t.includes('Ship is seized'))
  console.log('told:', told)
  await post('Crew is freed', { link: 'https://wire.example/c' })
  await until('the third story', () => told.length > 1)
  console.log('told, the third with its link as a label:', told)
  changed = second
} finally {
  am.kill()
  desk.close()
}
if (changed) { console.log('this has changed'); process.exit(1) }
JS
node finding.mjs || { tail -n 3 am.log; exit 1; }
