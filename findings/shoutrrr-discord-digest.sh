#!/usr/bin/env bash
# Guess: a sender that knows Discord's limits (10 embeds a message, 6000 characters)
# cuts a long message in parts, and each line arrives once, or Send returns an error.
# shoutrrr makes an embed of each line and a message of each ten, but the messages
# share one piece of memory, so that later lines overwrite earlier ones: of a digest
# of 40 stories 30 are never sent, the others up to four times, and Send says nothing.
# A trial with one alert never shows it; the morning after a big story does. Nothing
# leaves the machine here: a transport stands for Discord.
set -euo pipefail
dir=$(mktemp -d)
trap 'chmod -R u+w "$dir"; rm -rf "$dir"' EXIT
cd "$dir"
export GOPATH=$dir/go GOFLAGS=-modcacherw
cat >go.mod <<'MOD'
module finding

go 1.24

require github.com/containrrr/shoutrrr v0.8.0
MOD
cat >main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/containrrr/shoutrrr"
)

// record stands for Discord: it counts how often each story comes.
type record map[string]int

func (r record) RoundTrip(req *http.Request) (*http.Response, error) {
	var m struct{ Embeds []struct{ Description string } }
	if err := json.NewDecoder(req.Body).Decode(&m); err != nil {
		return nil, err
	}
	for _, e := range m.Embeds {
		r[e.Description]++
	}
	return &http.Response{StatusCode: http.StatusNoContent, Body: io.NopCloser(strings.NewReader("")), Request: req}, nil
}

// send sends a digest and says how many of its stories never came, and how often one came at most.
func send(stories int) (lost, most int) {
	sent := record{}
	http.DefaultTransport, http.DefaultClient.Transport = sent, sent
	var lines []string
	for i := range stories {
		lines = append(lines, fmt.Sprintf("Story %d: Ministers meet in Tallinn on undersea cables", i+1))
	}
	err := shoutrrr.Send("discord://token@123456789", strings.Join(lines, "\n"))
	for _, l := range lines {
		most = max(most, sent[l])
		if sent[l] == 0 {
			lost++
		}
	}
	fmt.Printf("%d stories: %d never sent, one sent %d times, error %v\n", stories, lost, most, err)
	return lost, most
}

func main() {
	few, one := send(10)
	lost, most := send(40)
	if few != 0 || one != 1 || lost == 0 || most < 2 {
		fmt.Println("this has changed")
		os.Exit(1)
	}
}
GO
go mod tidy 2>/dev/null
go list -m github.com/containrrr/shoutrrr
go run .
