package main

import (
	"strings"
	"testing"
	"time"
)

const events = `{"Action":"start","Package":"watcher/a"}
{"Action":"run","Package":"watcher/a","Test":"TestGood"}
{"Action":"output","Package":"watcher/a","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"watcher/a","Test":"TestGood","Output":"    a_test.go:3: chatter\n"}
{"Action":"output","Package":"watcher/a","Test":"TestGood","Output":"--- PASS: TestGood (0.00s)\n"}
{"Action":"pass","Package":"watcher/a","Test":"TestGood"}
{"Action":"output","Package":"watcher/a","Test":"TestBoot","Output":"=== RUN   TestBoot\n"}
{"Action":"output","Package":"watcher/a","Test":"TestBoot","Output":"    a_test.go:9: needs root: to start a container\n"}
{"Action":"output","Package":"watcher/a","Test":"TestBoot","Output":"--- SKIP: TestBoot (0.00s)\n"}
{"Action":"skip","Package":"watcher/a","Test":"TestBoot"}
{"Action":"output","Package":"watcher/a","Output":"PASS\n"}
{"Action":"output","Package":"watcher/a","Output":"ok  \twatcher/a\t0.01s\n"}
{"Action":"pass","Package":"watcher/a"}
`

const broken = `{"Action":"output","Package":"watcher/b","Test":"TestBad","Output":"    b_test.go:4: got 1, want 2\n"}
{"Action":"fail","Package":"watcher/b","Test":"TestBad"}
{"Action":"output","Package":"watcher/b","Output":"FAIL\twatcher/b\t0.01s\n"}
{"Action":"fail","Package":"watcher/b"}
`

// run reports the events in, as it does into a file.
func run(in string) (out string, failed bool, err error) {
	var b strings.Builder
	s := &summary{w: &b, began: time.Now(), output: map[test]*strings.Builder{}}
	failed, err = s.report(strings.NewReader(in))
	return b.String(), failed, err
}

func TestReport(t *testing.T) {
	out, failed, err := run(events)
	if failed || err != nil {
		t.Fatalf("failed = %v, err = %v for a run that passed", failed, err)
	}
	want := "ok  \twatcher/a\t0.01s\n\nLeft out:\n  a TestBoot: needs root: to start a container\n\n1 test of 1 package passed in 0s; 1 left out, for the reasons above.\n"
	if out != want {
		t.Errorf("printed\n%q, want\n%q", out, want)
	}
	const without = `{"Action":"output","Package":"watcher/c","Output":"?   \twatcher/c\t[no test files]\n"}
{"Action":"skip","Package":"watcher/c"}
`
	if more, _, _ := run(events + without); more != want {
		t.Errorf("a package without tests is printed:\n%s", more)
	}
}

func TestReportShowsFailures(t *testing.T) {
	for name, in := range map[string]string{
		"a failed test":            broken,
		"a failure beside passes":  events + broken,
		"words of go's own":        events + "go: no such tool\n",
		"no newline after the end": strings.TrimSpace(broken),
	} {
		out, failed, err := run(in)
		if !failed || err != nil {
			t.Errorf("%s: failed = %v, err = %v", name, failed, err)
		}
		if strings.Contains(in, "TestBad") && (!strings.Contains(out, "got 1, want 2") || strings.Count(out, "\n  b TestBad\n") != 1 || strings.Contains(out, "\n  b\n")) {
			t.Errorf("%s: the failure is not shown:\n%s", name, out)
		}
		if !strings.Contains(out, "\nFAILED after 0s; ") || strings.Contains(out, " passed in ") {
			t.Errorf("%s: the last line does not say so:\n%s", name, out)
		}
	}
}

// On a terminal one line shows what is running, and is erased before anything is printed.
func TestReportShowsProgress(t *testing.T) {
	var b strings.Builder
	s := &summary{w: &b, terminal: true, began: time.Now(), output: map[test]*strings.Builder{}}
	if _, err := s.report(strings.NewReader(events)); err != nil {
		t.Fatal(err)
	}
	if want := "\r\x1b[K0s  0 packages, 0 tests  a TestGood\r\x1b[Kok  \twatcher/a"; !strings.Contains(b.String(), want) {
		t.Errorf("printed %q, want in it %q", b.String(), want)
	}
}

// Two runs of go test may test one package at the same time, each a part of it.
func TestReportReadsRunsBesideEachOther(t *testing.T) {
	var b strings.Builder
	s := &summary{w: &b, began: time.Now(), output: map[test]*strings.Builder{}}
	failed, err := s.report(strings.NewReader(events), strings.NewReader(strings.ReplaceAll(events, "TestGood", "TestOther")+broken))
	if !failed || err != nil {
		t.Errorf("failed = %v, err = %v", failed, err)
	}
	for what, times := range map[string]int{"ok  \twatcher/a\t0.01s\n": 2, "\n  b TestBad\n": 1, "got 1, want 2": 1, "FAILED after 0s; 2 tests passed": 1} {
		if strings.Count(b.String(), what) != times {
			t.Errorf("not %d times %q in:\n%s", times, what, b.String())
		}
	}
}

// If a package is ended while its tests run, by its timeout or a signal, the output of one
// of them says so, and that test has no end event.
func TestReportShowsWhatWasRunning(t *testing.T) {
	const in = `{"Action":"run","Package":"watcher/d","Test":"TestDone"}
{"Action":"pass","Package":"watcher/d","Test":"TestDone"}
{"Action":"run","Package":"watcher/d","Test":"TestWaits"}
{"Action":"output","Package":"watcher/d","Test":"TestWaits","Output":"=== RUN   TestWaits\n"}
{"Action":"output","Package":"watcher/d","Test":"TestWaits","Output":"=== PAUSE TestWaits\n"}
{"Action":"run","Package":"watcher/d","Test":"TestStands"}
{"Action":"output","Package":"watcher/d","Test":"TestStands","Output":"=== RUN   TestStands\n"}
{"Action":"output","Package":"watcher/d","Test":"TestStands","Output":"panic: test timed out after 20m0s\n"}
{"Action":"output","Package":"watcher/d","Output":"FAIL\twatcher/d\t1200s\n"}
{"Action":"fail","Package":"watcher/d"}
`
	out, failed, err := run(in)
	if !failed || err != nil {
		t.Fatalf("failed = %v, err = %v", failed, err)
	}
	for _, want := range []string{"panic: test timed out", "FAIL\twatcher/d", "\n  d TestStands\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("without %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "TestWaits") {
		t.Errorf("with a test that never began:\n%s", out)
	}
}
