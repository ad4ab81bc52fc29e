#!/usr/bin/env bash
# Guess: a library that writes feeds gives an item the same id at each build.
# github.com/gorilla/feeds makes the id of an Atom entry from the day on which it
# was last updated, so that a correction makes another id; an item without a date
# has a new random id at each build; and the same item has no guid in RSS and an
# empty id in JSON Feed, which requires one. Who trusts the id tells a story again
# at each correction, or at each poll; who wants an id has none in two of three forms.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
cat >go.mod <<'MOD'
module finding

go 1.24

require github.com/gorilla/feeds v1.2.0
MOD
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/gorilla/feeds"
)

// build makes a feed of two items, one with a date and one without.
func build(updated time.Time) (dated, undated, rss, jsonID string) {
	day := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	f := &feeds.Feed{Title: "Wire", Link: &feeds.Link{Href: "https://wire.example/"}, Created: day}
	f.Add(&feeds.Item{Title: "Dated", Link: &feeds.Link{Href: "https://wire.example/a"}, Created: day, Updated: updated})
	f.Add(&feeds.Item{Title: "Undated", Link: &feeds.Link{Href: "https://wire.example/b"}})
	atom, err := f.ToAtom()
	check(err)
	var a struct {
		Entries []struct {
			ID string `xml:"id"`
		} `xml:"entry"`
	}
	check(xml.Unmarshal([]byte(atom), &a))
	rss, err = f.ToRss()
	check(err)
	text, err := f.ToJSON()
	check(err)
	var j struct{ Items []struct{ ID string } }
	check(json.Unmarshal([]byte(text), &j))
	return a.Entries[0].ID, a.Entries[1].ID, rss, j.Items[0].ID
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	dated, undated, rss, jsonID := build(time.Time{})
	corrected, again, _, _ := build(time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC))
	fmt.Println("published: ", dated)
	fmt.Println("corrected: ", corrected)
	fmt.Println("no date:   ", undated)
	fmt.Println("once more: ", again)
	fmt.Println("RSS has a guid:", strings.Contains(rss, "<guid"))
	fmt.Printf("id in JSON Feed: %q\n", jsonID)
	if dated == corrected || undated == again || strings.Contains(rss, "<guid") || jsonID != "" {
		panic("this has changed")
	}
}
GO
go mod tidy 2>/dev/null
go list -m github.com/gorilla/feeds
go run .
