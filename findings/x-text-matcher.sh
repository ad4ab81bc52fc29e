#!/usr/bin/env bash
# Guess: golang.org/x/text/language matches a language with a near one, and says how
# near by its confidence. It follows a table of which language readers may be offered
# instead of their own: with Finnish to choose from, Estonian is Finnish, with Russian,
# Belarusian and Kazakh are Russian, and with Chinese, Uyghur is Chinese, each with
# High confidence. Norwegian is not Swedish, nor Serbian Croatian, nor Slovak Czech,
# with none. Who picks the stemmer or the rules of an item by its xml:lang with this
# matcher cuts Estonian headlines with Finnish endings and finds nothing in them.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
cat >go.mod <<'MOD'
module finding

go 1.26.0

require golang.org/x/text v0.44.0
MOD
cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"golang.org/x/text/language"
)

func main() {
	changed := false
	for _, c := range []struct {
		item, have, match string
		sure              language.Confidence
	}{
		{"et", "fi", "fi", language.High},
		{"be", "ru", "ru", language.High},
		{"kk", "ru", "ru", language.High},
		{"ug", "zh", "zh", language.High},
		{"nb", "sv", "en", language.No},
		{"sr-Latn", "hr", "en", language.No},
		{"sk", "cs", "en", language.No},
	} {
		have := []language.Tag{language.English, language.MustParse(c.have)}
		_, i, sure := language.NewMatcher(have).Match(language.MustParse(c.item))
		fmt.Printf("%-7s of en and %s: %s, confidence %v\n", c.item, c.have, have[i], sure)
		changed = changed || have[i].String() != c.match || sure != c.sure
	}
	if changed {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go list -m golang.org/x/text
go run .
