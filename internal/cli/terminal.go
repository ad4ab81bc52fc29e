// Package cli is what commands print with: the terminal with its width and colours,
// tables, the progress bar, JSON, the log, and the words for counts and times. It
// knows nothing of feeds. Text of strangers passes [Clean] or [Line] before it is
// printed.
package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"watcher/internal/text"
)

// Terminal is the program's output, and the only place that decides its form: colour
// and progress appear only on a terminal, and no text of a feed can steer it.
type Terminal struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Color          bool           // stdout accepts ANSI escapes and the user wants them
	ErrColor       bool           // the same for stderr
	progress       *progress      // nil unless stderr can redraw a line
	screen         io.Writer      // stderr itself, for the progress
	Width          int            // columns of stdout; 0 if it is no terminal
	ErrWidth       int            // columns of stderr; 0 if it is no terminal
	Zone           *time.Location // for printed times
}

func NewTerminal(stdin io.Reader, stdout, stderr io.Writer) *Terminal {
	// no-color.org: any value but the empty one turns colour off.
	plain := os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb"
	t := &Terminal{Stdin: stdin, Stdout: stdout, Stderr: stderr, Width: Columns(stdout), ErrWidth: Columns(stderr), Zone: time.UTC}
	t.Color = t.Width > 0 && !plain
	t.ErrColor = t.ErrWidth > 0 && !plain
	if t.ErrColor {
		t.progress, t.screen = new(progress), stderr
		t.Stderr = t.progress.behind(stderr)
		if t.Width > 0 {
			t.Stdout = t.progress.behind(stdout)
		}
	}
	return t
}

// Columns returns the width of w, or 0 if it is no terminal.
func Columns(w io.Writer) int {
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

// Say prints lines of ours, broken between words to fit the screen.
func (t *Terminal) Say(format string, args ...any) {
	fmt.Fprintln(t.Stdout, FoldText(fmt.Sprintf(format, args...), t.Width))
}

// SayErr is Say for stderr.
func (t *Terminal) SayErr(format string, args ...any) {
	fmt.Fprintln(t.Stderr, FoldText(fmt.Sprintf(format, args...), t.ErrWidth))
}

// At formats a time as watcher always prints it: in the config's zone, with the zone.
func (t *Terminal) At(when time.Time) string {
	if when.IsZero() {
		return "?"
	}
	return when.In(t.Zone).Format("2006-01-02 15:04:05 MST")
}

// Minute is At to the minute.
func (t *Terminal) Minute(when time.Time) string {
	return when.In(t.Zone).Format("2006-01-02 15:04 MST")
}

// Clock formats a time of a near day.
func (t *Terminal) Clock(when time.Time) string { return when.In(t.Zone).Format("15:04 MST") }

// Style is an ANSI "select graphic rendition" sequence.
type Style string

const (
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Cyan   Style = "36"
	Hit    Style = "1;33" // a matched word
)

// Paint puts s in a style for stdout, if that shows colour. s must be clean: Paint adds
// escapes and removes none.
func (t *Terminal) Paint(st Style, s string) string { return paint(t.Color, st, s) }

// PaintErr is Paint for stderr.
func (t *Terminal) PaintErr(st Style, s string) string { return paint(t.ErrColor, st, s) }

func paint(on bool, st Style, s string) string {
	if !on || s == "" || st == "" {
		return s
	}
	return "\x1b[" + string(st) + "m" + s + "\x1b[0m"
}

// Clean makes text of a stranger safe to print: nothing in it can move the cursor,
// set the window's title or reorder a line. Line feeds and tabs stay.
func Clean(s string) string { return text.Lines(s) }

// Line is Clean for a single line.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Marked paints the spans of a stranger's text, and the rest in base.
func (t *Terminal) Marked(text string, spans [][2]int, base Style) string {
	var b strings.Builder
	at := 0
	plain := func(s string) {
		if s = flat(s); base != "" {
			s = t.Paint(base, s)
		}
		b.WriteString(s)
	}
	for _, s := range spans {
		if s[0] < at {
			continue // terms may overlap; this one is painted already
		}
		plain(text[at:s[0]])
		b.WriteString(t.Paint(Hit, flat(text[s[0]:s[1]])))
		at = s[1]
	}
	plain(text[at:])
	return b.String()
}

// flat is Clean for a part of a line: line breaks become blanks.
func flat(s string) string {
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(Clean(s))
}
