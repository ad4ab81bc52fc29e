package strict

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// SourceText is the raw text of a document, for positions inside its scalars.
type SourceText struct {
	Name  string   // of the file, for mistakes
	lines [][]byte // without line ends
}

// NewSourceText splits data into lines; mistakes refer to it as name.
func NewSourceText(name string, data []byte) *SourceText {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // which has no column
	s := &SourceText{Name: name, lines: make([][]byte, 0, bytes.Count(data, []byte{'\n'})+1)}
	for {
		at, size := lineEnd(data)
		s.lines = append(s.lines, data[:at])
		if size == 0 {
			return s
		}
		data = data[at+size:]
	}
}

// lineEnd finds the first line end and its size, 0 if there is none. The parser counts
// lines by the line breaks of YAML 1.1 (5.4), which include NEL, LS and PS.
func lineEnd(data []byte) (at, size int) {
	for i, c := range data {
		switch {
		case c == '\r' && i+1 < len(data) && data[i+1] == '\n':
			return i, 2
		case c == '\n' || c == '\r':
			return i, 1
		case c == 0xc2 && bytes.HasPrefix(data[i:], []byte("\u0085")):
			return i, 2
		case c == 0xe2 && (bytes.HasPrefix(data[i:], []byte("\u2028")) || bytes.HasPrefix(data[i:], []byte("\u2029"))):
			return i, 3
		}
	}
	return len(data), 0
}

// LineStart is the byte of data at which a line begins, counted from 1 as NewSourceText does.
func LineStart(data []byte, line int) int {
	rest := bytes.TrimPrefix(data, []byte("\ufeff"))
	for ; line > 1; line-- {
		at, size := lineEnd(rest)
		rest = rest[at+size:]
	}
	return len(data) - len(rest)
}

// LineEnd returns the line break of the first line of data; a line feed if there is only
// one line.
func LineEnd(data []byte) string {
	if at, size := lineEnd(data); size > 0 {
		return string(data[at : at+size])
	}
	return "\n"
}

// Len is the number of lines.
func (s *SourceText) Len() int { return len(s.lines) }

// Line returns a line, counted from 1, without its end.
func (s *SourceText) Line(number int) []byte { return s.lines[number-1] }

// Position is a place in the file: line and column from 1, the column in
// characters.
type Position struct{ Line, Col int }

// Start is where a node begins.
func Start(n *yaml.Node) Position { return Position{max(n.Line, 1), max(n.Column, 1)} }

// Inside returns where the byte offset of a scalar's value stands in the file.
// YAML folds lines and knows escapes, so value and text are walked side by
// side; where they cannot be aligned the scalar's start is the answer.
func (s *SourceText) Inside(n *yaml.Node, offset int) Position {
	if n.Kind != yaml.ScalarNode || offset < 0 || offset > len(n.Value) {
		return Start(n)
	}
	c := s.cursor(Start(n))
	if !c.enter(n) {
		return Start(n)
	}
	value := strings.TrimRight(n.Value, " \t\n")
	offset = min(offset, len(value))
	at := 0
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		at = len(value) - len(strings.TrimLeft(value, " \t\n")) // enter has skipped as much
	}
	for at < offset {
		if folded := c.fold(value[at:]); folded > 0 {
			at += folded
			continue
		}
		r, size := utf8.DecodeRuneInString(value[at:])
		if !c.take(r, n.Style) {
			return Start(n)
		}
		at += size
	}
	// An offset at the end of a folded line refers to the next word.
	c.fold(value[offset:])
	return c.Position
}

// cursor walks over the text of a scalar.
type cursor struct {
	src *SourceText
	Position
	rest   []byte // of the line
	double bool   // inside double quotes
}

// longLine is the length from which lines are not scanned: a generated file on a single
// line would take too long.
const longLine = 64 << 10

func (s *SourceText) cursor(p Position) *cursor {
	c := &cursor{src: s, Position: Position{p.Line, 1}}
	if p.Line <= len(s.lines) && len(s.lines[p.Line-1]) < longLine {
		c.rest = s.lines[p.Line-1]
	}
	for c.Col < p.Col && len(c.rest) > 0 {
		_, size := utf8.DecodeRune(c.rest)
		c.skip(size)
	}
	return c
}

// skip moves over n bytes of the line.
func (c *cursor) skip(n int) {
	c.Col += utf8.RuneCount(c.rest[:n])
	c.rest = c.rest[n:]
}

// nextLine reports whether there is one.
func (c *cursor) nextLine() bool {
	if c.Line >= len(c.src.lines) {
		return false
	}
	c.rest = c.src.lines[c.Line]
	c.Position = Position{c.Line + 1, 1}
	return true
}

// enter moves from the start of a node to the first character of its value, past an
// anchor, a tag, the quote or the header of a block.
func (c *cursor) enter(n *yaml.Node) bool {
	c.double = n.Style&yaml.DoubleQuotedStyle != 0
	for len(c.rest) > 0 && (c.rest[0] == '&' || c.rest[0] == '!') {
		end := bytes.IndexAny(c.rest, " \t")
		if end < 0 {
			return false
		}
		c.skip(end + blanks(c.rest[end:]))
	}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		if !c.nextLine() {
			return false
		}
		c.skipBlank()
	case c.double || n.Style&yaml.SingleQuotedStyle != 0:
		if len(c.rest) == 0 {
			return false
		}
		c.skip(1)
	}
	return true
}

// blanks counts the spaces and tabs that text starts with.
func blanks(text []byte) int { return len(text) - len(bytes.TrimLeft(text, " \t")) }

// skipBlank moves over white space and line ends.
func (c *cursor) skipBlank() {
	for {
		c.skip(blanks(c.rest))
		if len(c.rest) > 0 || !c.nextLine() {
			return
		}
	}
}

// fold moves over the end of a line and the indentation of the next if value
// goes on with the white space that became of it, and returns how many bytes of
// value that was.
func (c *cursor) fold(value string) int {
	gap := len(value) - len(strings.TrimLeft(value, " \t\n"))
	if gap == 0 || blanks(c.rest) < len(c.rest) {
		return 0
	}
	c.skipBlank()
	for c.double && bytes.HasPrefix(c.rest, []byte(`\ `)) { // a line may begin with a space so
		c.skip(2)
		c.skip(blanks(c.rest))
	}
	return gap
}

// take moves past one character of the value. It returns false if the text has another
// one.
func (c *cursor) take(r rune, style yaml.Style) bool {
	if c.double && bytes.HasPrefix(c.rest, []byte{'\\'}) {
		size := escapeSize(c.rest)
		c.skip(size)
		return size > 0
	}
	got, size := utf8.DecodeRune(c.rest)
	if size == 0 || got != r {
		return false
	}
	if style&yaml.SingleQuotedStyle != 0 && bytes.HasPrefix(c.rest, []byte("''")) {
		size = 2 // a quote inside single quotes is written twice
	}
	c.skip(size)
	return true
}

// escapeSize returns the length of the escape at the start of text, 0 if the line ends
// within it.
func escapeSize(text []byte) int {
	if len(text) < 2 {
		return 0
	}
	size := 2
	switch text[1] {
	case 'x':
		size = 4
	case 'u':
		size = 6
	case 'U':
		size = 10
	}
	return min(size, len(text))
}

// snippetWidth is how many characters of a query a snippet shows.
const snippetWidth = 100

// Snippet returns the line of text with the byte offset, and a caret below the offset.
func Snippet(text string, offset int) string {
	offset = min(max(offset, 0), len(text))
	from := strings.LastIndexByte(text[:offset], '\n') + 1
	line, _, _ := strings.Cut(text[from:], "\n")
	before, shown := []rune(text[from:offset]), []rune(line)
	for i, r := range shown {
		if !unicode.IsPrint(r) {
			shown[i] = ' '
		}
	}
	caret := len(before)
	if cut := caret - snippetWidth*3/4; cut > 0 && len(shown) > snippetWidth {
		shown, caret = append([]rune("…"), shown[cut:]...), caret-cut+1
	}
	if len(shown) > snippetWidth {
		shown = append(shown[:snippetWidth:snippetWidth], '…')
	}
	return string(shown) + "\n" + strings.Repeat(" ", caret) + "^"
}
