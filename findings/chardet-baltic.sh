#!/usr/bin/env bash
# Guess: a detector of character sets that is made after ICU's, as gogs/chardet is, knows
# those of all languages of the European Union. It has no windows-1257:
# Lithuanian and Latvian text in it is called ISO-8859-1, Portuguese or Spanish, and
# decodes without an error into words that nobody wrote (Šiaulių is Ðiauliø). A rule
# with the right letters finds none of them, and no count of failures shows it.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
cat >go.mod <<'MOD'
module finding

go 1.24

require (
	github.com/gogs/chardet v0.0.0-20211120154057-b7413eaefb8f
	golang.org/x/text v0.31.0
)
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding/charmap"
)

func main() {
	changed := false
	for _, text := range []string{
		"Vyriausybė patvirtino naują gynybos įstatymą. Šiaulių meras žada, kad žiemą čia bus šilčiau.",
		"Valdība apstiprina jauno aizsardzības likumu. Rīgā šodien gaidāms sniegs, ziņo laikraksts.",
	} {
		bytes, err := charmap.Windows1257.NewEncoder().String(text)
		if err != nil {
			panic(err)
		}
		all, err := chardet.NewTextDetector().DetectAll([]byte(bytes))
		if err != nil {
			panic(err)
		}
		best := all[0]
		for _, r := range all {
			changed = changed || r.Charset == "windows-1257"
		}
		read, err := charmap.ISO8859_1.NewDecoder().String(bytes)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s, language %q, confidence %d, %d guesses: %s\n", best.Charset, best.Language, best.Confidence, len(all), read)
		changed = changed || best.Charset != "ISO-8859-1"
	}
	if changed {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go list -m github.com/gogs/chardet
go run .
