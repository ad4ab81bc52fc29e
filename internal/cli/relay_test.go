package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// gate is a writer whose reader stalls while it is shut.
type gate struct {
	open chan struct{}
	got  bytes.Buffer
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	return g.got.Write(p)
}

// A reader that stalls holds the program up once, for a second. What is written meanwhile
// follows when it reads again, and what was too much is counted.
func TestRelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{open: make(chan struct{})}
		r := newRelay(g)
		t.Cleanup(func() { close(r.lines) })
		start := time.Now()
		for i := range relayLines + 101 {
			fmt.Fprintf(r, "line %d\n", i)
		}
		if took := time.Since(start); took != relayWait {
			t.Errorf("a stalled reader held the log up for %v, want %v", took, relayWait)
		}
		close(g.open)
		synctest.Wait()
		fmt.Fprintln(r, "after")
		lines := strings.Split(strings.TrimSpace(g.got.String()), "\n")
		// One line was under way already when the others had to wait.
		if len(lines) != relayLines+3 || lines[0] != "line 0" || lines[relayLines] != fmt.Sprintf("line %d", relayLines) || lines[len(lines)-1] != "after" {
			t.Fatalf("%d lines, from %q to %q", len(lines), lines[0], lines[len(lines)-1])
		}
		if note := lines[relayLines+1]; !strings.Contains(note, "dropped") || !strings.HasSuffix(note, "count=100") {
			t.Errorf("the drop is told as %q", note)
		}
	})
}
