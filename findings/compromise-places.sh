#!/usr/bin/env bash
# Guess: a tagger of places in English knows the countries. compromise takes the Chad
# and the Jordan that recall an ambassador for persons, finds no place in Laos, the
# Philippines, Eswatini, Türkiye or the Republic of the Congo, and makes one place of
# "Estonia, Latvia". Who tags items with it and lets rules ask for the tags has a desk
# for 184 of 194 countries, and nothing says which ten are missing.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >npm.log 2>&1
npm install --no-audit --no-fund compromise@14.17.0 world-countries@5.1.0 >>npm.log 2>&1 || { cat npm.log; exit 1; }
cat >finding.mjs <<'JS'
import nlp from 'compromise'
import countries from 'world-countries'
console.log('compromise', nlp.version)
const members = countries.filter(c => c.unMember).map(c => c.name.common)
const headline = name => nlp(name + ' recalls its ambassador')
const missed = members.filter(name => !headline(name).places().found)
const persons = missed.filter(name => headline(name).people().found)
console.log(missed.length, 'of', members.length, 'are no place:', missed.join(', '))
console.log('persons among them:', persons.join(', '))
const list = nlp('Estonia, Latvia and Lithuania close the border').places().out('array')
console.log('in a list:', list)
if (missed.length !== 10 || !persons.includes('Chad') || !persons.includes('Jordan') || !list.includes('Estonia, Latvia')) {
  console.log('this has changed')
  process.exit(1)
}
JS
node finding.mjs
