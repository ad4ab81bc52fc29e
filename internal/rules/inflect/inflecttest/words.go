// Package inflecttest reads the test words of languages: a comment at the end of
// the file of each language in package inflect,
//
//	/*
//	Test words of Estonian:
//
//	Eesti | Eestis Eestist | eestlane eestlased
//	*/
//
// each line with a term, its forms, and words that look like forms and are none.
package inflecttest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Line is one line of test words.
type Line struct {
	Term  string
	Forms []string // what the term finds
	Apart []string // what it does not find
}

// code is the line of a language's file with its code.
var code = regexp.MustCompile(`(?m)^\tcode: +"([a-z]+)",`)

// Words reads the files of package inflect in dir: the lines of each language, by
// its code.
func Words(tb testing.TB, dir string) map[string][]Line {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string][]Line{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		lang := code.FindSubmatch(text)
		_, comment, ok := strings.Cut(string(text), "\n/*\nTest words of ")
		if !ok || lang == nil {
			continue
		}
		_, comment, _ = strings.Cut(comment, "\n")
		comment, _, closed := strings.Cut(comment, "*/")
		if !closed {
			tb.Fatalf("%s: the comment with the test words does not end", name)
		}
		for line := range strings.Lines(comment) {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			part := strings.Split(line, "|")
			if len(part) != 3 {
				tb.Fatalf("%s: %q has not three parts", name, line)
			}
			out[string(lang[1])] = append(out[string(lang[1])], Line{strings.TrimSpace(part[0]), strings.Fields(part[1]), strings.Fields(part[2])})
		}
	}
	if len(out) == 0 {
		tb.Fatalf("no test words in %s", dir)
	}
	return out
}
