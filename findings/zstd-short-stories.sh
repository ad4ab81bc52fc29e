#!/usr/bin/env bash
# Guess: who compresses a whole buffer with zstd says in the frame how long it was, as
# libzstd does, so that a story packed in Go is unpacked anywhere in one call. klauspost's
# EncodeAll leaves the length out where there are fewer than some 260 bytes: a story of a
# few sentences is read, a headline is not. npm's zstd-codec returns null for it, Python's
# zstandard raises; both want the streaming call instead. Tests with long texts do not
# show it. A receiver that unpacks what a Go program sent, or reads its kept articles,
# loses just the short ones.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
npm init -y >npm.log 2>&1
npm install --no-audit --no-fund zstd-codec@0.1.5 >>npm.log 2>&1 || { cat npm.log; exit 1; }
apt-get download python3-zstandard=0.20.0-3 >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg-deb -x python3-zstandard*.deb .
cat >go.mod <<'MOD'
module finding

go 1.26.0

require github.com/klauspost/compress v1.20.3
MOD
cat >main.go <<'GO'
package main

import (
	"log"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
)

func main() {
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		log.Fatal(err)
	}
	headline := "Estonia and Latvia agree on joint patrols of sea cables; the talks go on in Riga."
	for name, text := range map[string]string{"headline": headline, "story": strings.Repeat(headline+" ", 5)} {
		if err := os.WriteFile(name+".zst", packer.EncodeAll([]byte(text), nil), 0o600); err != nil {
			log.Fatal(err)
		}
	}
}
GO
go mod tidy >go.log 2>&1 || { cat go.log; exit 1; }
go run .
cat >finding.js <<'JS'
const { readFileSync } = require('fs')
require('zstd-codec').ZstdCodec.run(zstd => {
  console.log('zstd-codec', JSON.parse(readFileSync('node_modules/zstd-codec/package.json')).version)
  const simple = new zstd.Simple(), streaming = new zstd.Streaming()
  const got = ['headline', 'story'].map(name => {
    const packed = new Uint8Array(readFileSync(name + '.zst'))
    const once = simple.decompress(packed)?.length ?? null
    console.log(`${name}: in one call ${once}, streaming ${streaming.decompress(packed).length} bytes`)
    return once
  })
  if (got[0] !== null || got[1] !== 410) {
    console.log('this has changed')
    process.exit(1)
  }
})
JS
node finding.js
cat >finding.py <<'PY'
import sys

import zstandard

print('python3-zstandard', zstandard.__version__)
got = []
for name in ('headline', 'story'):
    packed = open(name + '.zst', 'rb').read()
    try:
        got.append(len(zstandard.ZstdDecompressor().decompress(packed)))
    except zstandard.ZstdError as e:
        got.append(str(e))
    streamed = len(zstandard.ZstdDecompressor().decompressobj().decompress(packed))
    print(f'{name}: in one call {got[-1]}, streaming {streamed} bytes')
if 'content size' not in str(got[0]) or got[1] != 410:
    print('this has changed')
    sys.exit(1)
PY
PYTHONPATH=usr/lib/python3/dist-packages python3 finding.py
