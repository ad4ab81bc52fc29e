package strict

import (
	"bytes"
	"regexp"
	"unicode/utf8"
)

// quotes walks over the quoted values and brackets of a document that is no YAML, to
// find the one that was never closed: the parser takes the next quote for its end, be it
// ten lines below, and stumbles over what comes behind that.
type quotes struct {
	in   byte       // ' or " inside a quoted value, else 0
	open Position   // where that began
	flow []Position // the brackets and braces that are open
	// block is how far the key of a | or > is indented, whose text is no value
	// of ours; -1 outside.
	block int
	spans []span // the quoted values, in their order
}

// span is a quoted value: from its opening quote to its closing one.
type span struct{ from, to Position }

// headerEnd ends a line below which the text of a block begins.
var headerEnd = regexp.MustCompile(`(?:^|: +|- +)[|>][-+0-9]*\s*(?:#.*)?$`)

// walk reads the lines up to a number, none if one is too long for that.
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

// openBracket is the innermost bracket or brace that is never closed.
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

// inside looks at a character of a quoted value, and says whether the next one
// belongs to it.
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

// entryOrKey is how a line begins that a quoted value hardly has in it.
var entryOrKey = regexp.MustCompile(`^\s*(?:- +\S|(?:- +)?[A-Za-z_]+: |[A-Za-z_]+:$)`)

// unclosedQuote finds a quote that was taken to end on a later line, past one
// that begins with a key or with the dash of an entry.
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
