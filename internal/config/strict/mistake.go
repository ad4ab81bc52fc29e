package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mistake is one mistake, or one warning, and where it stands in the file.
type Mistake struct {
	File    string
	Line    int    // from 1; 0 if the file itself is at fault
	Col     int    // from 1, in characters
	KeyPath string // "feeds[0].schedule"; empty for the file as a whole
	Text    string
	// Snippet is the faulty line of a query and a caret below it, on two lines; empty for
	// everything else. Other lines of the file are never quoted: they may contain
	// secrets, and errors go to logs.
	Snippet string
}

// Error is "file:line:col: key path: text", the form that editors jump to, with
// the snippet indented below it.
func (e Mistake) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", e.Line, e.Col)
	}
	b.WriteString(": ")
	if e.KeyPath != "" {
		b.WriteString(e.KeyPath + ": ")
	}
	b.WriteString(e.Text)
	// A name can contain escapes (YAML's "\e") that a terminal would execute.
	line := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, b.String())
	b.Reset()
	b.WriteString(line)
	for line := range strings.Lines(e.Snippet) {
		b.WriteString("\n    " + strings.TrimRight(line, "\n"))
	}
	return b.String()
}

// Mistakes are all mistakes of a config, in the order in which they stand in its files.
type Mistakes []Mistake

// Error has one mistake a line, but for the snippets.
func (es Mistakes) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Sorted orders mistakes by files, the list of their names, and drops duplicates, which
// an anchor used twice causes. Mistakes in a file that is not listed come first.
func Sorted(es []Mistake, files []string) []Mistake {
	order := make(map[string]int, len(files))
	for i, name := range files {
		order[name] = i + 1
	}
	slices.SortStableFunc(es, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	type mark struct {
		file      string
		line, col int
		text      string
	}
	seen := make(map[mark]bool, len(es))
	return slices.DeleteFunc(es, func(e Mistake) bool {
		m := mark{e.File, e.Line, e.Col, e.Text}
		again := seen[m]
		seen[m] = true
		return again
	})
}
