// Command report reads the events of go test -json, from stdin or from the files that
// are named, all at the same time, and prints what a person wants of them: the closing line
// of each package, the whole output of each test that failed, on a terminal what runs just
// now, and at the end every test that was skipped with its reason, which go test shows only
// to those who read all of its output, every test that failed, and how many there were.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// event is test2json's TestEvent, with the build's output as go test adds it.
type event struct {
	Action     string
	Package    string
	Test       string
	Output     string
	ImportPath string
}

// test is a test of one run of go test, or the package where the name is empty.
type test struct {
	run       int
	pkg, name string
}

func main() {
	s := &summary{w: os.Stdout, began: time.Now(), output: map[test]*strings.Builder{}}
	if info, err := os.Stdout.Stat(); err == nil {
		s.terminal = info.Mode()&os.ModeCharDevice != 0
	}
	runs, err := open(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(2)
	}
	failed, err := s.report(runs...)
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(2)
	}
	if failed {
		os.Exit(1)
	}
}

// open opens the files, which may be pipes that nobody writes to yet; without any it
// is stdin.
func open(paths []string) (runs []io.Reader, err error) {
	if len(paths) == 0 {
		return []io.Reader{os.Stdin}, nil
	}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		runs = append(runs, f)
	}
	return runs, nil
}

// line is a line of one of several runs of go test, and why there are no more of them.
type line struct {
	run  int
	text []byte
	err  error
}

// read sends the lines of a run, the last one with an error.
func read(run int, r io.Reader, to chan<- line) {
	lines := bufio.NewReader(r)
	for {
		text, err := lines.ReadBytes('\n')
		to <- line{run, text, err}
		if err != nil {
			return
		}
	}
}

// summary holds what has been read so far: the output of tests that have not
// ended, the skips and the failures.
type summary struct {
	w        io.Writer
	terminal bool // of a person who wants to see that something happens
	began    time.Time
	status   string // the line that shows what runs, as it is on the terminal

	output   map[test]*strings.Builder
	packages []string // that have ended, each once
	passed   int
	skipped  []string
	broken   []string // tests, and packages without one that failed
	failed   bool
}

// report reads the runs to their ends.
func (s *summary) report(runs ...io.Reader) (failed bool, err error) {
	lines := make(chan line)
	for i, r := range runs {
		go read(i, r, lines)
	}
	for left := len(runs); left > 0; {
		l := <-lines
		if len(l.text) > 0 {
			s.add(l.run, l.text)
		}
		if errors.Is(l.err, io.EOF) {
			left--
		} else if l.err != nil {
			return s.failed, l.err
		}
	}
	s.show("")
	if len(s.skipped) > 0 {
		fmt.Fprintf(s.w, "\nLeft out:\n%s\n", strings.Join(s.skipped, "\n"))
	}
	took := time.Since(s.began).Round(time.Second)
	if s.failed {
		if len(s.broken) > 0 {
			fmt.Fprintf(s.w, "\nFailed, with the output above:\n%s\n", strings.Join(s.broken, "\n"))
		}
		fmt.Fprintf(s.w, "\nFAILED after %s; %s passed.\n", took, count(s.passed, "test"))
		return true, nil
	}
	fmt.Fprintf(s.w, "\n%s of %s passed in %s", count(s.passed, "test"), count(len(s.packages), "package"), took)
	if n := len(s.skipped); n > 0 {
		fmt.Fprintf(s.w, "; %d left out, for the reasons above", n)
	}
	fmt.Fprintln(s.w, ".")
	return false, nil
}

// statusWidth fits a terminal of 80 columns.
const statusWidth = 79

// show puts a line at the foot of a terminal, in place of the last one; empty takes
// it away.
func (s *summary) show(status string) {
	if !s.terminal || status == s.status {
		return
	}
	s.status = status
	fmt.Fprint(s.w, "\r\x1b[K"+status)
}

// running says what runs.
func (s *summary) running(e event) {
	line := fmt.Sprintf("%s  %s, %s  %s %s", time.Since(s.began).Round(time.Second), count(len(s.packages), "package"), count(s.passed, "test"), short(e.Package), e.Test)
	s.show(line[:min(len(line), statusWidth)])
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func short(pkg string) string { return strings.TrimPrefix(pkg, "watcher/") }

// print writes what stays.
func (s *summary) print(text string) {
	s.show("")
	fmt.Fprint(s.w, text)
}

func (s *summary) add(run int, line []byte) {
	var e event
	if json.Unmarshal(line, &e) != nil { // go's own words, not a test's
		s.failed = true
		s.print(string(line))
		return
	}
	id := test{run, e.Package, e.Test}
	switch e.Action {
	case "run":
		s.running(e)
	case "build-output":
		s.print(e.Output)
	case "output":
		if s.output[id] == nil {
			s.output[id] = &strings.Builder{}
		}
		s.output[id].WriteString(e.Output)
	case "fail", "build-fail":
		if e.Test == "" && e.Package != "" {
			s.unended(id)
		}
		s.fail(id, s.take(id))
	case "pass", "skip":
		s.end(e, s.take(id))
	}
}

// unended prints what tests of a package wrote that were running when it was ended: go
// test has its stacks, and other words of the end, in one of them.
func (s *summary) unended(pkg test) {
	var left []test
	for id := range s.output {
		if id.run == pkg.run && id.pkg == pkg.pkg && id.name != "" {
			left = append(left, id)
		}
	}
	slices.SortFunc(left, func(a, b test) int { return strings.Compare(a.name, b.name) })
	for _, id := range left {
		if out := s.take(id); began(out) {
			s.fail(id, out)
		}
	}
}

// began reports whether a test wrote more than that it waits for its turn.
func began(output string) bool {
	for line := range strings.Lines(output) {
		if !strings.HasPrefix(line, "=== RUN") && !strings.HasPrefix(line, "=== PAUSE") {
			return true
		}
	}
	return false
}

// fail notes a test that failed, or a package in which none did.
func (s *summary) fail(id test, output string) {
	s.failed = true
	s.print(output)
	line := "  " + short(id.pkg)
	if id.name != "" {
		line += " " + id.name
	}
	known := func(other string) bool { return other == line || id.name == "" && strings.HasPrefix(other, line+" ") }
	if id.pkg != "" && !slices.ContainsFunc(s.broken, known) {
		s.broken = append(s.broken, line)
	}
}

// end notes a test, or a package, that passed or was skipped.
func (s *summary) end(e event, output string) {
	switch {
	case e.Test == "" && e.Action == "skip": // it has no tests
	case e.Test == "":
		if !slices.Contains(s.packages, e.Package) {
			s.packages = append(s.packages, e.Package)
		}
		s.print(closing(output))
	case e.Action == "skip":
		s.skipped = append(s.skipped, fmt.Sprintf("  %s %s: %s", short(e.Package), e.Test, reason(output)))
	case !strings.Contains(e.Test, "/"):
		s.passed++
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
