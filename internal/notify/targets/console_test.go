package targets

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rivo/uniseg"

	"watcher/internal/notify"
)

// shownOn returns what is written to a terminal for a batch.
func shownOn(t tb, term Console, b notify.Batch) string {
	t.Helper()
	var out bytes.Buffer
	term.Out = &out
	env := testEnv()
	env.Terminal = term
	n := open(t, &ConsoleOptions{}, env)
	for _, m := range compose(t, n, b) {
		if err := sendTo(t, n, m); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestConsoleGolden(t *testing.T) {
	for name, b := range goldenBatches() {
		t.Run(name, func(t *testing.T) {
			golden(t, "console."+name+".txt", []byte(shownOn(t, Console{}, b)))
			golden(t, "console."+name+".ansi", []byte(strings.ReplaceAll(shownOn(t, Console{Color: true, Width: 72}, b), "\x1b", "␛")))
		})
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestConsoleWidths shows that lines fit, except for links, and that breaking and colouring
// lose no character.
func TestConsoleWidths(t *testing.T) {
	b := batch(Samples("desk", noon)...)
	b.Alerts[0].Item.Feed = strings.Repeat("防衛", 30)
	b.Alerts[1].Excerpts = []notify.Excerpt{notify.MakeExcerpt("content", strings.Repeat("北大西洋条約機構", 20)+" NATO "+strings.Repeat("x", 90), [][2]int{{3, 9}})}
	strip := func(s string) string { return strings.Join(strings.Fields(sgr.ReplaceAllString(s, "")), "") }
	whole := strip(shownOn(t, Console{}, b))
	for _, width := range []int{1, narrowest, 33, 80, 200} {
		out := shownOn(t, Console{Color: true, Width: width}, b)
		for line := range strings.SplitSeq(sgr.ReplaceAllString(out, ""), "\n") {
			if w := uniseg.StringWidth(line); w > max(width, narrowest) && !strings.Contains(line, "https://") {
				t.Errorf("width %d: line of %d columns: %q", width, w, line)
			}
		}
		if got := strip(out); got != whole {
			t.Errorf("width %d: the text is another:\n%s\nwant\n%s", width, got, whole)
		}
	}
}

func TestConsoleHighlightsOnlyInColour(t *testing.T) {
	if out := shownOn(t, Console{Width: 80}, one()); strings.Contains(out, "\x1b") {
		t.Errorf("escapes without colour: %q", out)
	}
	out := shownOn(t, Console{Color: true}, one())
	for _, want := range []string{"\x1b[1;33mEstonia\x1b[0m", "\x1b[1;33mNATO's\x1b[0m"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
}

func TestConsoleKeepsTheTerminalSafe(t *testing.T) {
	evil := "\x1b]0;title\x07\x1b[2J\u009b31m\u202eabc\x08\x00\r\nnext"
	a := Sample("desk", noon)
	a.Item.Title, a.Item.Feed, a.Excerpts = evil, evil, []notify.Excerpt{{Field: "content", Text: evil, Spans: [][2]int{{0, 9}}}}
	a.Rules = []notify.RuleHit{{Name: evil, Terms: []string{evil}}}
	a.AlsoIn = []notify.Location{{Feed: evil, Link: "http://e.org/" + evil}}
	out := sgr.ReplaceAllString(shownOn(t, Console{Color: true, Width: 60}, batch(a)), "")
	if i := hidden(out); i >= 0 {
		t.Errorf("an unseen character at %q", out[i:])
	}
}

type broken struct{ error }

func (b broken) Write([]byte) (int, error) { return 0, b.error }

func TestConsoleThatCannotWrite(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"its reader has gone: it takes nothing more", &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}, "dead target"},
		{"its terminal has hung up", &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EIO}, "dead target"},
		{"the file that it goes to has no room now", &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}, "temporary"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := testEnv()
			env.Terminal.Out = broken{tt.err}
			n := open(t, &ConsoleOptions{}, env)
			err := sendTo(t, n, compose(t, n, one())[0])
			if outcome(err) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("%s: %v, want %s", outcome(err), err, tt.want)
			}
		})
	}
}

// gate is a writer that blocks until it is opened.
type gate struct {
	open chan struct{}
	got  bytes.Buffer
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	return g.got.Write(p)
}

// TestConsoleThatIsNotRead shows that a reader that stalls fails the attempt, and
// that nothing is written twice once it reads again.
func TestConsoleThatIsNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		env := testEnv()
		env.Terminal = Console{Out: g}
		n := open(t, &ConsoleOptions{}, env)
		first, second := one(), one()
		second.ID, second.Alerts[0].Item.Title, second.Alerts[0].Excerpts = "other", "The second", nil
		a, b := compose(t, n, first)[0], compose(t, n, second)[0]
		try := func(m notify.Message) string {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			return outcome(n.Notify(ctx, m))
		}
		for _, tt := range []struct {
			m    notify.Message
			want string
		}{{a, "unknown"}, {a, "unknown"}, {b, "temporary"}} {
			if got := try(tt.m); got != tt.want {
				t.Errorf("while nobody reads, %s is %s, want %s", tt.m.ID, got, tt.want)
			}
		}
		close(g.open)
		for _, m := range []notify.Message{b, a} {
			if got := try(m); got != "accepted" {
				t.Errorf("%s is %s", m.ID, got)
			}
		}
		if got := g.got.String(); strings.Count(got, "\n\n") != 2 || !strings.Contains(got, "The second") {
			t.Errorf("written was\n%s", got)
		}
	})
}
