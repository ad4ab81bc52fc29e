package targets

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"watcher/internal/notify"
)

// Slack repeats the whole message in its answer. However long that is, the message counts
// as accepted, and the next one of its story goes into its thread.
func TestSlackBotThread(t *testing.T) {
	var bodies []map[string]any
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body map[string]any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("not JSON: %v", err)
		}
		bodies = append(bodies, body)
		fmt.Fprintf(w, `{"ok": true, "channel": "C1", "message": {"text": %q}, "ts": "1700000000.00010%d"}`, strings.Repeat("echo ", 20_000), len(bodies))
	}))
	defer server.Close()
	n := slackBotAt(t, server.URL)
	threader, ok := n.(notify.Threader)
	if !ok {
		t.Fatal("it does not thread")
	}
	m := compose(t, n, notify.Batch{ID: "msg_1", Target: "desk", Time: noon, Alerts: []notify.Alert{Sample("desk", noon)}})[0]
	ref, err := threader.NotifyThread(context.Background(), m)
	if err != nil || ref != "1700000000.000101" {
		t.Fatalf("the first message is called %q: %v", ref, err)
	}
	later := Sample("desk", noon)
	later.Follows = &notify.Earlier{ID: "sample"}
	m = compose(t, n, notify.Batch{ID: "msg_2", Target: "desk", Time: noon, Alerts: []notify.Alert{later}})[0]
	m.Ref = ref
	if err := n.Notify(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	if ts := bodies[0]["thread_ts"]; ts != nil {
		t.Errorf("the first message is in the thread %v", ts)
	}
	if ts := bodies[1]["thread_ts"]; ts != ref {
		t.Errorf("the later one is in the thread %v, want %s", ts, ref)
	}
	if text := fmt.Sprint(bodies[1]["text"]); !strings.Contains(text, "Also in Sample Feed: Sample") {
		t.Errorf("it does not say that it stands there too: %s", text)
	}
	for i, b := range bodies {
		if b["channel"] == nil {
			t.Errorf("message %d has no channel", i)
		}
	}
}
