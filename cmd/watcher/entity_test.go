package main

import (
	"strings"
	"testing"

	"watcher/internal/cli"
)

// A desk that relies on a group is told whose list of members it is, as text and as JSON.
func TestEntityNamesItsSource(t *testing.T) {
	for _, args := range [][]string{{"entity", "eurozone"}, {"entity", "--json", "eurozone"}} {
		var out strings.Builder
		root := newRoot(&cli.Terminal{Stdout: &out, Stderr: &out})
		root.SetArgs(args)
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "Bulgaria adopted the euro on 2026-01-01") {
			t.Errorf("watcher %s does not say what its members are by:\n%s", strings.Join(args, " "), out.String())
		}
	}
}
