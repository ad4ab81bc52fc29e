package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/rivo/uniseg"
	"golang.org/x/sys/unix"
)

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// onTerminal runs a command on a terminal of so many columns, as a person does, and returns
// the lines of the screen at the end, and those that the terminal had to break.
func onTerminal(t *testing.T, width int, args ...string) (screen []string, broken []string, code int) {
	t.Helper()
	t.Setenv("TERM", "xterm-256color")
	master, slave := openTerminal(t, width)
	raw := make(chan string)
	go func() {
		b, err := io.ReadAll(master)
		if !errors.Is(err, syscall.EIO) { // this is how the end is reported
			t.Errorf("read the terminal: %v", err)
		}
		raw <- string(b)
	}()
	code = run(t.Context(), args, strings.NewReader(""), slave, slave)
	if err := slave.Close(); err != nil {
		t.Fatal(err)
	}
	screen, broken = shown(<-raw, width)
	return screen, broken, code
}

// openTerminal opens a pseudo-terminal (pty(7)).
func openTerminal(t *testing.T, width int) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("there are no terminals here:", err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(width)})
	}
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// shown returns what a terminal shows of a text: carriage returns go back, colours are
// ignored, and lines are erased. It also returns the lines that the terminal had to break
// because they are wider than the screen.
func shown(raw string, width int) (lines, broken []string) {
	var now []string // a grapheme each
	col := 0
	end := func() {
		l := strings.TrimRight(strings.Join(now, ""), " ")
		if uniseg.StringWidth(l) > width {
			broken = append(broken, l)
		}
		lines, now, col = append(lines, l), nil, 0
	}
	for raw != "" {
		if at := escapes.FindStringIndex(raw); at != nil && at[0] == 0 {
			raw = raw[at[1]:]
			continue
		}
		if rest, ok := strings.CutPrefix(raw, "\x1b[2K"); ok {
			raw, now = rest, nil
			continue
		}
		if rest, ok := strings.CutPrefix(raw, "\x1b[0K"); ok {
			raw, now = rest, now[:min(col, len(now))]
			continue
		}
		var g string
		g, raw, _, _ = uniseg.FirstGraphemeClusterInString(raw, -1)
		switch g {
		case "\r\n", "\n":
			end()
		case "\r":
			col = 0
		default:
			for len(now) <= col {
				now = append(now, " ")
			}
			now[col] = g
			col++
		}
	}
	if len(now) > 0 {
		end()
	}
	return lines, broken
}
