package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"golang.org/x/term"
)

// terminal is what the program writes to, and the one place that decides how:
// colour and progress only where a person looks, and nothing in what a feed
// says may steer the terminal.
type terminal struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	color          bool           // stdout takes ANSI escapes and the user wants them
	errColor       bool           // the same of stderr
	progress       *progress      // nil unless stderr can redraw a line
	screen         io.Writer      // stderr itself, for the progress
	width          int            // columns of stdout; 0 if it is no terminal
	errWidth       int            // columns of stderr; 0 if it is no terminal
	zone           *time.Location // in which times are told
}

func newTerminal(stdin io.Reader, stdout, stderr io.Writer) *terminal {
	// no-color.org: any value but the empty one turns colour off.
	plain := os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
	t := &terminal{stdin: stdin, stdout: stdout, stderr: stderr, width: columns(stdout), errWidth: columns(stderr), zone: time.UTC}
	t.color = t.width > 0 && !plain
	t.errColor = t.errWidth > 0 && !plain
	if t.errColor {
		t.progress, t.screen = new(progress), stderr
		t.stderr = t.progress.behind(stderr)
		if t.width > 0 {
			t.stdout = t.progress.behind(stdout)
		}
	}
	return t
}

// columns returns the width of w, or 0 if it is no terminal.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		return 80 // a terminal that does not know its size, such as a serial line
	}
	return width
}

// say prints lines of ours, broken between words to fit the screen.
func (t *terminal) say(format string, args ...any) {
	fmt.Fprintln(t.stdout, foldText(fmt.Sprintf(format, args...), t.width))
}

// tell is say for stderr.
func (t *terminal) tell(format string, args ...any) {
	fmt.Fprintln(t.stderr, foldText(fmt.Sprintf(format, args...), t.errWidth))
}

// at is a time as all that watcher prints has it: in the config's zone, and saying
// so.
func (t *terminal) at(when time.Time) string {
	if when.IsZero() {
		return "?"
	}
	return when.In(t.zone).Format("2006-01-02 15:04:05 MST")
}

// minute is at, to the minute.
func (t *terminal) minute(when time.Time) string {
	return when.In(t.zone).Format("2006-01-02 15:04 MST")
}

// clock is the time of a day that is near.
func (t *terminal) clock(when time.Time) string { return when.In(t.zone).Format("15:04 MST") }

// style is an ANSI "select graphic rendition" sequence.
type style string

const (
	bold   style = "1"
	dim    style = "2"
	red    style = "31"
	green  style = "32"
	yellow style = "33"
	cyan   style = "36"
	hit    style = "1;33" // a matched word
)

// paint wraps s in a style for stdout, where that shows colour. s must be
// clean: paint adds escapes and removes none.
func (t *terminal) paint(st style, s string) string { return paint(t.color, st, s) }

// paintErr is paint for stderr.
func (t *terminal) paintErr(st style, s string) string { return paint(t.errColor, st, s) }

func paint(on bool, st style, s string) string {
	if !on || s == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// clean makes text of a stranger safe to print: control characters, which
// could move the cursor, set the window's title or hide what follows, and the
// bidirectional overrides, which reorder a line, become visible or blank. Line
// feeds and tabs stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\x1b':
			return '␛'
		case r == '\u2028' || r == '\u2029' || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || r == '\ufffe' || r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// line is clean for a single line.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// marked paints the spans of a stranger's text, and the rest in base.
func (t *terminal) marked(text string, spans [][2]int, base style) string {
	var b strings.Builder
	at := 0
	plain := func(s string) {
		if s = flat(s); base != "" {
			s = t.paint(base, s)
		}
		b.WriteString(s)
	}
	for _, s := range spans {
		if s[0] < at {
			continue // terms may overlap; what is painted stays so
		}
		plain(text[at:s[0]])
		b.WriteString(t.paint(hit, flat(text[s[0]:s[1]])))
		at = s[1]
	}
	plain(text[at:])
	return b.String()
}

// flat is clean for a piece of a line: what breaks a line becomes a blank.
func flat(s string) string {
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(clean(s))
}
