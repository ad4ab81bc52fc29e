package strict

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// quotes scans the quoted values and brackets of a document that is not valid YAML for
// the one that was never closed. The parser takes the next quote as its end, even ten
// lines below, and fails at what follows.
type quotes struct {
	in   byte       // ' or " inside a quoted value, else 0
	open Position   // where that began
	flow []Position // the brackets and braces that are open
	// block is the indentation of the key of a | or > scalar, whose text is skipped; -1
	// outside of one.
	block int
	spans []span // the quoted values, in their order
}

// span is a quoted value: from its opening quote to its closing one.
type span struct{ from, to Position }

// headerEnd matches the end of a line that begins a block scalar.
var headerEnd = regexp.MustCompile(`(?:^|: +|- +)[|>][-+0-9]*\s*(?:#.*)?$`)

// walk scans the lines up to a number; none if one of them is too long.
func (s *SourceText) walk(number int) quotes {
	w := quotes{block: -1}
	for i, line := range s.lines[:min(number, len(s.lines))] {
		if len(line) >= longLine {
			return quotes{}
		}
		w.line(i+1, line)
	}
	return w
}

// openBracket returns the innermost bracket or brace that is never closed.
func (s *SourceText) openBracket() Position {
	if open := s.walk(len(s.lines)).flow; len(open) > 0 {
		return open[len(open)-1]
	}
	return Position{}
}

func (w *quotes) line(number int, line []byte) {
	if w.block >= 0 && w.in == 0 {
		if len(bytes.TrimSpace(line)) == 0 || blanks(line) > w.block {
			return
		}
		w.block = -1
	}
	begins := true // a value may begin here
	here := Position{number, 0}
	skip := false
	for i, c := range line {
		if utf8.RuneStart(c) {
			here.Col++
		}
		if skip {
			skip = false
			continue
		}
		switch {
		case w.in != 0:
			skip = w.inside(line[i:], here)
			begins = false
		case c == ' ' || c == '\t':
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return
		case (c == '"' || c == '\'') && begins:
			w.in, w.open = c, here
		case (c == '[' || c == '{') && (begins || len(w.flow) > 0):
			w.flow = append(w.flow, here)
			begins = true
		case (c == ']' || c == '}') && len(w.flow) > 0:
			w.flow = w.flow[:len(w.flow)-1]
			begins = false
		default:
			begins = c == ',' && len(w.flow) > 0 || (c == ':' || c == '-' && begins) && (i+1 == len(line) || line[i+1] == ' ')
		}
	}
	if w.in == 0 && len(w.flow) == 0 && headerEnd.Match(line) {
		w.block = blanks(line)
	}
}

// inside handles a character of a quoted value, and reports whether the next one is part
// of it (an escape).
func (w *quotes) inside(rest []byte, here Position) (skip bool) {
	switch {
	case w.in == '"' && rest[0] == '\\':
		return true
	case rest[0] == w.in && w.in == '\'' && len(rest) > 1 && rest[1] == '\'':
		return true
	case rest[0] == w.in:
		w.spans = append(w.spans, span{w.open, here})
		w.in = 0
	}
	return false
}

// entryOrKey matches the beginning of a line that is unlikely inside a quoted value.
var entryOrKey = regexp.MustCompile(`^\s*(?:- +\S|(?:- +)?[A-Za-z_]+: |[A-Za-z_]+:$)`)

// unclosedQuote finds a quoted value that spans a line which begins with a key or the
// dash of an entry.
func (s *SourceText) unclosedQuote(at Position) (span, bool) {
	all := s.walk(at.Line).spans
	for i := len(all) - 1; i >= 0; i-- {
		q := all[i]
		for line := q.from.Line + 1; line <= q.to.Line; line++ {
			if entryOrKey.Match(s.lines[line-1]) {
				return q, true
			}
		}
	}
	return span{}, false
}
