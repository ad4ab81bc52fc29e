package rules

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"watcher/internal/suggest"
)

// Error is one mistake in a rule or a list, and where it stands.
type Error struct {
	Rule   int    // index of the rule; -1 for a list
	Name   string // of the rule; empty for a list
	Part   string // "match", "keywords[2]", "feeds[0]", "examples.match[0]", "lists.baltics[3]"; empty: the rule as a whole
	Source string // the text of that part
	Offset int    // byte in Source
	Column int    // rune in Source, from 1
	Msg    string // what is wrong
	Fix    string // what to write instead; may be empty
}

// Error is one line: rule, part, column, mistake and fix.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Name != "" {
		fmt.Fprintf(&b, "rule %s: ", e.Name)
	} else if e.Rule >= 0 {
		fmt.Fprintf(&b, "rule %d: ", e.Rule+1)
	}
	if e.Part != "" {
		b.WriteString(e.Part)
		if e.Column > 0 {
			fmt.Fprintf(&b, ", column %d", e.Column)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Text())
	return b.String()
}

// Text is the mistake and its fix without their place.
func (e *Error) Text() string {
	if e.Fix == "" {
		return e.Msg
	}
	return e.Msg + "; " + e.Fix
}

// caretContext is how much of a long source is shown on either side of a caret.
const caretContext = 40

// Caret shows the source with a caret below the mistake, as two lines without a final
// line break; empty if there is no source.
func (e *Error) Caret() string {
	if e.Source == "" || e.Column == 0 {
		return ""
	}
	before, after := e.Source[:e.Offset], e.Source[e.Offset:]
	if n := utf8.RuneCountInString(before); n > caretContext {
		runes := []rune(before)
		before = "…" + string(runes[n-caretContext:])
	}
	if runes := []rune(after); len(runes) > caretContext {
		after = string(runes[:caretContext]) + "…"
	}
	clean := strings.NewReplacer("\n", " ", "\t", " ", "\r", " ")
	return clean.Replace(before+after) + "\n" + strings.Repeat(" ", utf8.RuneCountInString(before)) + "^"
}

// Errors are the mistakes of a set of rules, in the order of lists and rules.
type Errors []*Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives every *Error to errors.As and errors.Is.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// errAt makes an Error at an offset of source; the caller fills in the rest.
func errAt(source string, offset int, fix, format string, args ...any) *Error {
	offset = min(max(offset, 0), len(source))
	return &Error{
		Rule: -1, Source: source, Offset: offset, Column: utf8.RuneCountInString(source[:offset]) + 1,
		Msg: fmt.Sprintf(format, args...), Fix: fix,
	}
}

// closest returns the name that was most likely meant, or "". Names of lists, rules and
// entities are long and typed from memory, so it is more tolerant than others.
func closest(name string, names []string) string { return suggest.Within(name, names, 1+len(name)/3) }
