package inflect

import (
	_ "embed" // names.txt
	"strings"
	"sync"

	"watcher/internal/rules/words"
)

// alsoWords are names that are everyday words too. With a capital, a rule means
// the name and finds no form of the word (not marched for March, not gate for
// Gates); in small letters it means the word. The list is short on purpose:
// whoever fills a list of keywords writes Attack, and means attacked.
const alsoWords = `
gates woods brooks wells mills watts franks johns walters josephs meyers sims frances burns hays mays downs graves nathans simmons rhodes hicks briggs childs sands
hawking fielding redding pauling waring wheeling wilding spalding pickering strickling billings jennings cummings hastings rawlings
fed lie sung sang drew saw won
abe barr bush chuck cook don ford frank gore harry jack josh nick pat pence pierce rob stark ted trump truss wade waltz ward
polish finn pole march cork hull nice split
spike shield arrow hawk javelin
rada рада суми łódź vida most soul kurz una ira gana
budrys conte ilves kross lācis mednis ogre ozols ratas saldus tapa trumpas tusk рівне
saar tamm mägi kukk rebane karu kuusk pärn vaher kallas liiv raud lepp jõgi järv allik lill nurk koit kuusik lepik pihlak ots
`

//go:embed names.txt
var knownNames string

// nameKind says what is known of a word as a name.
type nameKind uint8

const (
	noName   nameKind = iota
	onlyName          // in whatever case it is written
	wordToo           // with a capital
)

// names are the words that are known for names, by the hashes of their folded
// forms.
var names = sync.OnceValue(readNames)

func readNames() map[uint64]nameKind {
	m := make(map[uint64]nameKind, 10_000)
	var b words.Buffer
	add := func(text string, kind nameKind) {
		b.Reset()
		b.Scan(text, 0)
		for i := range b.Tokens {
			m[b.Tokens[i].Hash] = kind
		}
	}
	for line := range strings.Lines(knownNames) {
		if line[0] != '#' {
			add(line, onlyName)
		}
	}
	add(alsoWords, wordToo)
	return m
}

// isName says whether a rule's word, folded and with or without a capital, is
// known for a name.
func isName(folded string, capital bool) bool {
	switch names()[words.Hash(folded)] {
	case onlyName:
		return true
	case wordToo:
		return capital
	}
	return false
}

// isWordToo says whether a word, folded, is both a name and an everyday word: there
// alone the case of a rule's word tells which is meant.
func isWordToo(folded string) bool { return names()[words.Hash(folded)] == wordToo }
