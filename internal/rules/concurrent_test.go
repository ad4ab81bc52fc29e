package rules_test

import (
	"runtime"
	"sync"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// A Set is used by many pollers concurrently.
func TestMatchIsConcurrent(t *testing.T) {
	s, err := rules.Compile([]rules.Rule{{Match: "@list AND NATO"}, {Keywords: []string{"battle group"}}, {Match: `/\bbr\w+/`}}, rules.Options{Lists: testLists})
	if err != nil {
		t.Fatal(err)
	}
	items := []*feeds.Item{{Title: "NATO in Estonia"}, {Title: "battle groups and a brigade"}, {Title: "nothing"}, {Title: "Estonia, NATO, bridge"}}
	want := []int{1, 2, 0, 2}
	var wg sync.WaitGroup
	for range 4 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range 500 {
				if got := len(s.Match(items[i%4])); got != want[i%4] {
					t.Errorf("item %d: %d rules, want %d", i%4, got, want[i%4])
					return
				}
			}
		})
	}
	wg.Wait()
}
