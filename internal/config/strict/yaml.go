package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Parse returns the root of the only document in data, nil if there is nothing but
// comments in it, and what is wrong if it cannot be read. A parser cannot go on after a
// mistake, so there is one.
func Parse(src *SourceText, data []byte, words *Lexicon) (*yaml.Node, *Mistake) {
	fail := func(at Position, format string, args ...any) (*yaml.Node, *Mistake) {
		return nil, &Mistake{File: src.Name, Line: at.Line, Col: at.Col, Text: fmt.Sprintf(format, args...)}
	}
	if at, text := unreadable(src); text != "" {
		return fail(at, "%s", text)
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return fail(Position{1, 1}, "%s", err)
	}
	broken := &broken{src, words}
	var doc, second yaml.Node
	if err := loader.Load(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		at, text := broken.syntax(err)
		return fail(at, "%s", text)
	}
	if err := loader.Load(&second); err == nil {
		return fail(src.separator(Start(&second)), "a second document begins here (---); a config is one")
	} else if !errors.Is(err, io.EOF) {
		at, text := broken.syntax(err)
		return fail(at, "%s", text)
	}
	if len(doc.Content) == 0 || doc.Content[0].ShortTag() == "!!null" {
		return nil, nil
	}
	return doc.Content[0], nil
}

// unreadable finds the first byte that YAML does not allow anywhere, since the
// parser says neither line nor column for it.
func unreadable(src *SourceText) (at Position, text string) {
	for i, line := range src.lines {
		for col := 1; len(line) > 0; col++ {
			r, size := utf8.DecodeRune(line)
			switch {
			case r == utf8.RuneError && size == 1:
				return Position{i + 1, col}, "this is not UTF-8 text; save the file as UTF-8"
			case r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == 0xfffe || r == 0xffff || r == 0xfeff:
				return Position{i + 1, col}, fmt.Sprintf("the character %U is not allowed in YAML", r)
			}
			line = line[size:]
		}
	}
	return Position{}, ""
}

// separator finds the line with --- that ends before or at a node.
func (s *SourceText) separator(at Position) Position {
	for line := min(at.Line, len(s.lines)); line > 1; line-- {
		if bytes.HasPrefix(s.lines[line-1], []byte("---")) {
			return Position{line, 1}
		}
	}
	return at
}

// syntax rewords an error of the YAML parser for people who do not know what a token is,
// and suggests the fix for common slips.
func (s *broken) syntax(err error) (Position, string) {
	var le *yaml.LoadError
	if !errors.As(err, &le) || le.Mark.Line == 0 {
		return Position{1, 1}, "not YAML: " + err.Error()
	}
	at := Position{min(le.Mark.Line, len(s.lines)), max(le.Mark.Column, 1)}
	begin := Position{min(le.ContextMark.Line, len(s.lines)), max(le.ContextMark.Column, 1)}
	text := le.Message
	if le.ContextMsg != "" {
		text = le.ContextMsg + ": " + text
	}
	rest := s.cursor(at).rest
	has := func(part string) bool { return strings.Contains(text, part) }
	if where, text := s.elsewhere(at); text != "" {
		return where, text
	}
	switch {
	case has("cannot start any token") && bytes.HasPrefix(rest, []byte{'\t'}), has("tab character"):
		return at, "a tab; YAML is indented with spaces only"
	case has("cannot start any token") && len(rest) > 0:
		return at, fmt.Sprintf("a value that begins with %c must be put in single quotes", rest[0])
	case has("unknown anchor"):
		// The parser repeats the name, which may be the start of a password.
		return at, "a value that begins with * must be put in single quotes (it would be an alias, and there is no such anchor)"
	case has("scanning an alias"), has("scanning an anchor"), has("mapping keys are not allowed"):
		return at, "a value that begins with *, & or ? must be put in single quotes"
	case has("scanning a block scalar"):
		return at, "the text of a value that begins with | or > starts on the next line; if the sign belongs to the text, put the whole value in single quotes"
	case has("comment without preceding whitespace"):
		return at, "a space is missing before the #; if it belongs to a text, put that text in single quotes"
	case has("unknown escape"):
		return at, `\ does not stand for itself in double quotes; put the value in single quotes`
	case has("quoted scalar") && has("unexpected end"):
		return begin, "this quote is never closed"
	case has("simple key") && begin.Line > 0:
		at = begin
	case has("',' or") && begin.Line > 0:
		return s.flowCause(at, begin)
	}
	if where, text := s.cause(at); text != "" {
		return where, text
	}
	switch where, text := s.inValue(at); {
	case text != "" && (has("mapping values are not allowed") || has("simple key")):
		return where, text
	case has("mapping values are not allowed"):
		return at, `a value that has ": " in it must be put in single quotes; or this line is indented wrongly`
	case has("block sequence entries are not allowed"):
		return at, "a list begins on a line of its own, or stands in brackets: [ ]"
	case has("simple key"):
		return at, "this line is neither a key with a value nor indented as part of the value above"
	case has("did not find expected key"), has("expected '-' indicator"):
		return at, "this line is indented wrongly: what belongs together stands below one another"
	case has("expected node content"):
		if open := s.openBracket(); len(rest) == 0 && open.Line > 0 {
			return s.flowCause(at, open)
		}
		return at, "a value is missing here, or a bracket is one too many"
	}
	return at, "not YAML: " + text
}
