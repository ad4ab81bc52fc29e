package main

import (
	"strings"
	"testing"
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

func TestReport(t *testing.T) {
	var out strings.Builder
	failed, err := report(strings.NewReader(events), &out)
	if failed || err != nil {
		t.Fatalf("failed = %v, err = %v for a run that passed", failed, err)
	}
	want := "ok  \twatcher/a\t0.01s\n\nLeft out:\n  a TestBoot: needs root: to start a container\n"
	if out.String() != want {
		t.Errorf("printed\n%q, want\n%q", out.String(), want)
	}
}

func TestReportShowsFailures(t *testing.T) {
	for name, in := range map[string]string{
		"a failed test":            broken,
		"a failure beside passes":  events + broken,
		"words of go's own":        events + "go: no such tool\n",
		"no newline after the end": strings.TrimSpace(broken),
	} {
		var out strings.Builder
		failed, err := report(strings.NewReader(in), &out)
		if !failed || err != nil {
			t.Errorf("%s: failed = %v, err = %v", name, failed, err)
		}
		if strings.Contains(in, "TestBad") && !strings.Contains(out.String(), "got 1, want 2") {
			t.Errorf("%s: the failure is not shown:\n%s", name, out.String())
		}
	}
}
