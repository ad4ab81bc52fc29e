#!/usr/bin/env bash
# Guess: this year's golang.org/x/text calls the countries what they are called this
# year. Its names are those of CLDR 32, of 2017, and nothing says so but a constant:
# Macedonia, Swaziland, Turkey. Who fills the names of a desk's rules from it
# finds no story on Eswatini, and none on Türkiye where the agencies write it so; who
# writes a digest's headings with it calls a country by a name that it gave up.
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
	"golang.org/x/text/language/display"
)

func main() {
	fmt.Println("CLDR", display.CLDRVersion)
	changed := false
	for _, c := range [][2]string{{"MK", "Macedonia"}, {"SZ", "Swaziland"}, {"TR", "Turkey"}} {
		name := display.English.Regions().Name(language.MustParseRegion(c[0]))
		fmt.Println(c[0], name)
		changed = changed || name != c[1]
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
