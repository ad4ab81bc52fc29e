#!/usr/bin/env bash
# Guess: a stemmer brings the cases of a name to one stem. Snowball's rules are made
# for common words and cut from a name what looks like an ending of theirs: Russian
# Киев loses "ев" and is ки, while Киеве is киев; Харьков and Кишинев part from their
# cases in the same way, in Finnish Suomi from Suomen and Ukraina from Ukrainan, in
# Romanian Moldova from Moldovei. A rule on Kyiv finds the headlines that have it in
# one case and not those with the next, and who tries it with one is content.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
cat >go.mod <<'MOD'
module finding

go 1.24

require github.com/blevesearch/snowballstem v0.9.0
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
)

type stemmer func(*snowballstem.Env) bool

func (s stemmer) of(word string) string {
	env := snowballstem.NewEnv(word)
	s(env)
	return env.Current()
}

func main() {
	changed := false
	for _, c := range []struct {
		language string
		stem     stemmer
		names    [][2]string
	}{
		{"Russian", russian.Stem, [][2]string{{"киев", "киеве"}, {"харьков", "харькове"}, {"кишинев", "кишинева"}}},
		{"Finnish", finnish.Stem, [][2]string{{"suomi", "suomen"}, {"ukraina", "ukrainan"}, {"ruotsi", "ruotsin"}}},
		{"Romanian", romanian.Stem, [][2]string{{"moldova", "moldovei"}, {"rusia", "rusiei"}}},
	} {
		for _, n := range c.names {
			one, two := c.stem.of(n[0]), c.stem.of(n[1])
			fmt.Printf("%s: %s is %s, %s is %s\n", c.language, n[0], one, n[1], two)
			changed = changed || one == two
		}
	}
	if changed {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go list -m github.com/blevesearch/snowballstem
go run .
