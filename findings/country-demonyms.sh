#!/usr/bin/env bash
# Guess: a table of countries with a field for the demonym has the adjective that a
# headline uses ("Icelandic police"). npm's world-countries, which many tables are
# made from, has the adjective for some countries (Swedish, Polish), what a person is
# called for others (Icelander, Luxembourger), and for some a word that no adjective
# is made of (Mosotho, Motswana). Rules that are filled from it find no article on
# "Icelandic" or "Luxembourg's" and nobody sees which of its rows are of which kind.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >npm.log 2>&1
npm install --no-audit --no-fund world-countries@5.1.0 >>npm.log 2>&1 || { cat npm.log; exit 1; }
cat >finding.js <<'JS'
const countries = require('world-countries')
console.log('world-countries', require('world-countries/package.json').version)
const want = { Sweden: 'Swedish', Poland: 'Polish', Iceland: 'Icelander', Luxembourg: 'Luxembourger', 'New Zealand': 'New Zealander', Lesotho: 'Mosotho', Botswana: 'Motswana' }
let changed = false
for (const [name, word] of Object.entries(want)) {
  const is = countries.find(c => c.name.common === name).demonyms.eng.m
  console.log(name + ':', is)
  changed ||= is !== word
}
if (changed) { console.log('this has changed'); process.exit(1) }
JS
node finding.js
