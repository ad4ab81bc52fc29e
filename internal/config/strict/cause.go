package strict

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// broken is a document that the parser cannot read.
type broken struct {
	*SourceText
	words *Lexicon
}

func (s *broken) isKey(word string) bool { return slices.Contains(s.words.Keys, word) }

// elsewhere finds what is wrong far from where the parser stumbled at a place.
func (s *broken) elsewhere(at Position) (Position, string) {
	for i, line := range s.lines {
		if bytes.HasPrefix(line, []byte("<<<<<<< ")) {
			return Position{i + 1, 1}, "two versions of the config stand here, as git leaves them: keep one, and remove the lines with <<<<<<<, ======= and >>>>>>>"
		}
	}
	if q, found := s.unclosedQuote(at); found {
		return q.from, fmt.Sprintf("this quote is never closed: the next one like it stands on line %d", q.to.Line)
	}
	return at, ""
}

// cause finds the actual slip behind a parse error outside brackets and braces. It reads
// the failing line and the lines above as a person would. The text is empty if it
// recognises no slip. It repeats keys but never values, which may be passwords.
func (s *broken) cause(at Position) (Position, string) {
	for _, look := range []func(Position) (Position, string){s.blank, s.comment, s.dash, s.quoted, s.depth, s.colon} {
		if at, text := look(at); text != "" {
			return at, text
		}
	}
	return at, ""
}

// above returns the number of the nearest preceding line that is neither empty nor a
// comment; 0 if there is none.
func (s *broken) above(number int) int {
	for number--; number > 0; number-- {
		if text := bytes.TrimSpace(s.Line(number)); len(text) > 0 && text[0] != '#' {
			return number
		}
	}
	return 0
}

// hereAndAbove returns the numbers of a line and, if it exists, of the nearest preceding
// one.
func (s *broken) hereAndAbove(number int) []int {
	if above := s.above(number); above > 0 {
		return []int{number, above}
	}
	return []int{number}
}

// blank finds a space character that YAML does not accept as indentation.
func (s *broken) blank(at Position) (Position, string) {
	for _, number := range s.hereAndAbove(at.Line) {
		c := s.cursor(Position{number, 1})
		c.skip(blanks(c.rest))
		if bytes.HasPrefix(c.rest, []byte("\u00a0")) || bytes.HasPrefix(c.rest, []byte("\u3000")) {
			return c.Position, "a no-break space; YAML is indented with plain spaces only"
		}
	}
	return at, ""
}

// comment finds a comment in the syntax of another language, such as // or /*.
func (s *broken) comment(at Position) (Position, string) {
	for _, number := range s.hereAndAbove(at.Line) {
		line := s.Line(number)
		text := line[blanks(line):]
		for _, mark := range []string{"//", "/*", "; ", "--  ", "-- "} {
			if bytes.HasPrefix(text, []byte(mark)) {
				return Position{number, blanks(line) + 1}, "a comment begins with #"
			}
		}
	}
	return at, ""
}

// dashedKey is the dash of an entry without a space.
var dashedKey = regexp.MustCompile(`^\s*-([A-Za-z_]+):(?:\s|$)`)

// dash finds an entry whose dash has no space.
func (s *broken) dash(at Position) (Position, string) {
	for _, number := range s.hereAndAbove(at.Line) {
		if dashedKey.Match(s.Line(number)) {
			return Position{number, blanks(s.Line(number)) + 1}, "a space is missing after the -"
		}
	}
	return at, ""
}

// bareWord matches a line that consists of one word.
var bareWord = regexp.MustCompile(`^\s*([A-Za-z_]+)\s*(?:#.*)?$`)

// colon finds a key without its colon, or without the space behind it.
func (s *broken) colon(at Position) (Position, string) {
	for _, number := range s.hereAndAbove(at.Line) {
		line := s.Line(number)
		if m := keyAndText.FindSubmatch(line); m != nil && s.isKey(string(m[1])) && !bytes.HasPrefix(line, append(m[1], ": "...)) {
			if sep := string(m[2]); sep != ":" || !keyed.Match(line) {
				return s.wordAt(number, string(m[1])), afterKey(string(m[1]), sep)
			}
		}
		if m := bareWord.FindSubmatch(line); m != nil && number != at.Line && s.isKey(string(m[1])) {
			return s.wordAt(number, string(m[1])), fmt.Sprintf("a : is missing after %s", m[1])
		}
	}
	return at, ""
}

// keyed matches a line with a key, with or without the dash of an entry. Its groups are
// what precedes the key, the key, and the rest of the line.
var keyed = regexp.MustCompile(`^(\s*(?:- +)*)("[^"]*"|'[^']*'|[^\s'"#:\[\]{},-][^\s#:]*):(?:\s+(\S.*))?\s*$`)

// keyOf splits a line with a key into the column of the key (from 1), its name and the
// rest.
func (s *broken) keyOf(number int) (col int, key, value string, ok bool) {
	m := keyed.FindSubmatch(s.Line(number))
	if m == nil {
		return 0, "", "", false
	}
	value = string(m[3])
	if strings.HasPrefix(value, "#") {
		value = ""
	}
	return len(m[1]) + 1, string(m[2]), value, true
}

func (s *broken) wordAt(number int, word string) Position {
	line := s.Line(number)
	return Position{number, len(bytes.Runes(line[:max(bytes.Index(line, []byte(word)), 0)])) + 1}
}

const afterQuote = "the value goes on after its closing quote; put the whole value, with its quotes, in single quotes, and write a single quote inside them twice"

// quoted finds text behind the closing quote or bracket of a value.
func (s *broken) quoted(at Position) (Position, string) {
	line := s.Line(at.Line)
	col := at.Col - 1
	runes := bytes.Runes(line)
	if col > len(runes) || col < 1 {
		return at, ""
	}
	before := strings.TrimRight(string(runes[:col]), " \t")
	_, _, value, ok := s.keyOf(at.Line)
	if !ok || before == "" || value == "" {
		return at, ""
	}
	rest := string(runes[col:])
	switch last := before[len(before)-1]; {
	case strings.HasPrefix(rest, "]") || strings.HasPrefix(rest, "}"):
		return at, fmt.Sprintf("a %c too many", rest[0])
	case last == ']' && value[0] == '[', last == '}' && value[0] == '{':
		return at, fmt.Sprintf("the value goes on after its %c; if that belongs to its text, put the whole value in single quotes", last)
	case (last == '"' || last == '\'') && value[0] == last:
		if strings.HasPrefix(rest, ",") {
			return at, "several values stand in brackets: [ ]"
		}
		return at, afterQuote
	}
	return at, ""
}

// inValue finds a colon in a value, and text that is to be a value and stands on
// lines of their own.
func (s *broken) inValue(at Position) (Position, string) {
	col, key, value, ok := s.keyOf(at.Line)
	switch inner, _, _ := strings.Cut(value, ":"); {
	case ok && at.Col > col+len(key) && value != "" && slices.Contains(s.words.Sections, key) && !strings.ContainsAny(inner, ` '"[{`):
		return at, fmt.Sprintf("%s: begins on a line of its own below %s:, indented", inner, key)
	case ok && at.Col > col+len(key) && value != "":
		return at, fmt.Sprintf(`the value of %s has ": " in it; put the whole value in single quotes`, key)
	case ok:
		return at, ""
	}
	number := s.above(at.Line)
	if number == 0 {
		return at, ""
	}
	at.Col = blanks(s.Line(at.Line)) + 1
	switch _, key, value, ok = s.keyOf(number); {
	case !ok:
		return at, ""
	case value == "" && slices.Contains(s.words.Lists, key):
		return at, fmt.Sprintf("if this is an entry of %s on line %d, begin it with a dash (- )", key, number)
	case value == "":
		return at, fmt.Sprintf("if this is the value of %s on line %d, write it there, or indent it further than %s", key, number, key)
	case headerEnd.Match(s.Line(number)):
		return at, fmt.Sprintf("the text of %s on line %d must be indented further than %s", key, number, key)
	}
	return at, fmt.Sprintf("neither a key with its value nor an entry; if it goes on with the value of %s on line %d, indent it further than %s", key, number, key)
}

// opened is a key or dash on an earlier line that a later line could belong to.
type opened struct {
	line, col int
	key       string // empty for a dash
	full      bool   // a key that has its value on its line
}

// openAbove lists the keys and dashes that are still open at a line, nearest first. Each
// is further left than the one before it in the list.
func (s *broken) openAbove(number int) []opened {
	var all []opened
	left := longLine
	for number = s.above(number); number > 0 && left > 1; number = s.above(number) {
		line := s.Line(number)
		dash := blanks(line) + 1
		if col, key, value, ok := s.keyOf(number); ok && col < left {
			all = append(all, opened{number, col, key, value != "" && !headerEnd.Match(line)})
			left = col
		}
		if dash < left && bytes.HasPrefix(line[dash-1:], []byte("- ")) {
			all = append(all, opened{line: number, col: dash})
			left = dash
		}
	}
	return all
}

// depth finds a line whose column matches no open key or dash above it.
func (s *broken) depth(at Position) (Position, string) {
	line := s.Line(at.Line)
	here := Position{at.Line, blanks(line) + 1}
	open := s.openAbove(at.Line)
	if bytes.HasPrefix(line[here.Col-1:], []byte("- ")) {
		return here, s.entryDepth(here, open, line)
	}
	col, key, value, ok := s.keyOf(at.Line)
	if !ok || col != here.Col || len(open) == 0 {
		return at, ""
	}
	if last := open[0]; !last.full && last.key != "" && here.Col > last.col {
		return at, "" // it stands below the key that it belongs to
	} else if last.full && here.Col > last.col {
		return here, fmt.Sprintf("%s is indented further than %s on line %d, which has its value already: begin both in the same column", key, last.key, last.line)
	}
	for _, o := range open {
		switch {
		case value == "" && here.Col > 1 && slices.Contains(s.words.Sections, key) && !slices.Contains(s.words.Inner, key):
			return here, fmt.Sprintf("%s: is a section of its own: begin it in column 1", key)
		case o.key == "" && o.col == here.Col:
			return here, fmt.Sprintf("%s stands where the entries begin with - (line %d): write - before it if it begins an entry, or indent it like the keys of the entry above", key, o.line)
		}
	}
	nearest := nearestTo(here.Col, open)
	if nearest.key == "" || nearest.col == here.Col {
		return at, ""
	}
	return here, fmt.Sprintf("%s begins in column %d, and %s on line %d in column %d: what belongs together begins in the same column", key, here.Col, nearest.key, nearest.line, nearest.col)
}

// entryDepth names the entry above that the entry on line should be aligned with.
func (s *broken) entryDepth(here Position, open []opened, line []byte) string {
	entries := slices.DeleteFunc(open, func(o opened) bool { return o.key != "" })
	if len(entries) == 0 {
		return ""
	}
	o := nearestTo(here.Col, entries)
	if o.col == here.Col {
		return ""
	}
	return fmt.Sprintf("this entry begins in column %d, and the one on line %d in column %d: put the same number of spaces before both", here.Col, o.line, o.col) + s.words.Entry(line, o.col)
}

// nearestTo returns the one whose column is nearest.
func nearestTo(col int, open []opened) opened {
	apart := func(o opened) int { return max(o.col-col, col-o.col) }
	return slices.MinFunc(open, func(a, b opened) int { return cmp.Compare(apart(a), apart(b)) })
}

// flowCause is cause for an error inside the brackets or braces that begin at flow. Its
// text is never empty.
func (s *broken) flowCause(at, flow Position) (Position, string) {
	opening := s.cursor(flow).rest
	if len(opening) == 0 { // on a line too long to look at
		return at, "a comma, or the end of a list or of keys, is missing before this"
	}
	closing := map[byte]byte{'[': ']', '{': '}'}[opening[0]]
	if q, odd := s.oddQuote(at); odd {
		return q, "this quote, or one behind it on the line, is never closed"
	}
	neverClosed := fmt.Sprintf("the %c is never closed: a %c is missing at the end", opening[0], closing)
	if at.Line > flow.Line {
		line := s.Line(at.Line)
		if len(bytes.TrimSpace(line)) == 0 || blanks(line) <= blanks(s.Line(flow.Line)) && line[blanks(line)] != closing {
			return flow, neverClosed
		}
	}
	rest := s.cursor(at).rest
	before := s.before(at)
	switch {
	case len(rest) == 0:
		return flow, neverClosed
	case rest[0] == ']' || rest[0] == '}':
		return at, fmt.Sprintf("a %c here, though it was a %c that began on line %d", rest[0], opening[0], flow.Line)
	case rest[0] == '[' || rest[0] == '{':
		return at, fmt.Sprintf("%c begins a list or keys here; if it belongs to a text, put that text in single quotes", rest[0])
	case before == ']' || before == '}':
		return at, fmt.Sprintf("something follows the %c; if that belongs to a text, put the whole text in single quotes", before)
	}
	if word := s.keyAt(at); word != "" {
		return s.wordBefore(at, word), fmt.Sprintf("a comma is missing before %s:", word)
	}
	if before == '"' || before == '\'' {
		return at, afterQuote
	}
	return at, fmt.Sprintf("a comma or %c is missing before this, in the %c that begins on line %d", closing, opening[0], flow.Line)
}

// before returns the last non-space character before a position on the same line; 0 if
// there is none.
func (s *broken) before(at Position) byte {
	runes := bytes.Runes(s.Line(at.Line))
	text := strings.TrimRight(string(runes[:min(at.Col-1, len(runes))]), " \t")
	if text == "" {
		return 0
	}
	return text[len(text)-1]
}

// oddQuote finds a quoted value that text follows, on a line with an odd number of
// quotes: one of them is unpaired.
func (s *broken) oddQuote(at Position) (Position, bool) {
	all := s.walk(at.Line).spans
	if len(all) == 0 {
		return at, false
	}
	q := all[len(all)-1]
	c := s.cursor(q.from)
	if q.from.Line != at.Line || q.to.Line != at.Line || len(c.rest) == 0 {
		return at, false
	}
	return q.from, bytes.Count(s.Line(at.Line), c.rest[:1])%2 == 1
}

var (
	wordStart = regexp.MustCompile(`^([A-Za-z_]+):(?:\s|$)`)
	wordEnd   = regexp.MustCompile(`\s([A-Za-z_]+)$`)
)

// keyAt returns the key at a position, or the key whose colon is there.
func (s *broken) keyAt(at Position) string {
	rest := s.cursor(at).rest
	if m := wordStart.FindSubmatch(rest); m != nil && s.isKey(string(m[1])) {
		return string(m[1])
	}
	runes := bytes.Runes(s.Line(at.Line))
	if m := wordEnd.FindStringSubmatch(string(runes[:min(at.Col-1, len(runes))])); m != nil && len(rest) > 0 && rest[0] == ':' && s.isKey(m[1]) {
		return m[1]
	}
	return ""
}

// wordBefore returns the start of the word at a position, or of the word that ends before
// it.
func (s *broken) wordBefore(at Position, word string) Position {
	if bytes.HasPrefix(s.cursor(at).rest, []byte(word)) {
		return at
	}
	return Position{at.Line, at.Col - len(word)}
}
