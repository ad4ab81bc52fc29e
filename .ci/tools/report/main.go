// Command report reads the events of go test -json from stdin and prints what
// a person wants of them: the closing line of each package, the whole output
// of each test that failed, and at the end every test that was skipped with
// its reason, which go test shows only to those who read all of its output.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is test2json's TestEvent, with the build's output as go test adds it.
type event struct {
	Action     string
	Package    string
	Test       string
	Output     string
	ImportPath string
}

type test struct{ pkg, name string }

func main() {
	failed, err := report(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

func report(r io.Reader, w io.Writer) (failed bool, err error) {
	s := summary{w: w, output: map[test]*strings.Builder{}}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			s.add(line)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s.failed, err
		}
	}
	if len(s.skipped) > 0 {
		fmt.Fprintf(w, "\nLeft out:\n%s\n", strings.Join(s.skipped, "\n"))
	}
	return s.failed, nil
}

// summary holds what has been read so far: the output of tests that have not
// ended, and the skips.
type summary struct {
	w       io.Writer
	output  map[test]*strings.Builder
	skipped []string
	failed  bool
}

func (s *summary) add(line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil { // go's own words, not a test's
		s.failed = true
		fmt.Fprint(s.w, string(line))
		return
	}
	id := test{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(s.w, e.Output)
	case "output":
		if s.output[id] == nil {
			s.output[id] = &strings.Builder{}
		}
		s.output[id].WriteString(e.Output)
	case "fail", "build-fail":
		s.failed = true
		fmt.Fprint(s.w, s.take(id))
	case "pass", "skip":
		out := s.take(id)
		switch {
		case e.Test == "":
			fmt.Fprint(s.w, closing(out))
		case e.Action == "skip":
			s.skipped = append(s.skipped, fmt.Sprintf("  %s %s: %s", strings.TrimPrefix(e.Package, "watcher/"), e.Test, reason(out)))
		}
	}
}

// take returns what a test wrote and forgets it.
func (s *summary) take(id test) string {
	out := s.output[id]
	delete(s.output, id)
	if out == nil {
		return ""
	}
	return out.String()
}

// closing returns the last line of a package's own output, such as
// "ok  	watcher/internal/rules	0.412s".
func closing(output string) string {
	lines := strings.SplitAfter(strings.TrimRight(output, "\n"), "\n")
	return strings.TrimRight(lines[len(lines)-1], "\n") + "\n"
}

// reason returns what was given to t.Skip, without the frame that go test puts
// around it.
func reason(output string) string {
	var out []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		if _, text, ok := strings.Cut(line, ".go:"); ok {
			if _, text, ok = strings.Cut(text, ": "); ok {
				line = text
			}
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		return "no reason given"
	}
	return out[len(out)-1]
}
