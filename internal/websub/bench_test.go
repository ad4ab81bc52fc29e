package websub_test

import (
	"fmt"
	"net/http"
	"testing"

	"watcher/internal/testutil"
)

// BenchmarkPush measures a hub's push of one new item, which alerts: client and server,
// signature, judgement and commit. Beside it is a bare request to an unknown callback.
func BenchmarkPush(b *testing.B) {
	w := newWorld(b)
	sub := w.subscribed()
	other := map[string][]string{"hub.callback": {w.callbacks.URL + "/websub/none"}, "hub.secret": sub["hub.secret"]}
	for _, bench := range []struct {
		name   string
		to     map[string][]string
		status int
	}{{"bare", other, http.StatusGone}, {"taken", sub, http.StatusNoContent}} {
		b.Run(bench.name, func(b *testing.B) {
			begin := testutil.CPU()
			n := 0
			for b.Loop() {
				n++
				body := rss("", fmt.Sprintf("%s-%d-%d NATO news %[3]d", bench.name, b.N, n))
				if status := push(b, bench.to, body); status != bench.status {
					b.Fatalf("answered %d", status)
				}
			}
			b.ReportMetric(float64(testutil.CPU()-begin)/float64(n), "cpu-ns/op")
		})
	}
}
