package targets

import (
	"strings"
	"testing"

	"watcher/internal/notify"
)

func TestPreview(t *testing.T) {
	for kind, k := range kindsUnderTest {
		n := k.at(t, "https://receiver.example/s3cr3t-path")
		for word, text := range map[string]string{"NATO": "NATO meets", "nato": hostileTexts["terminal escapes"]} {
			a := Sample("desk", noon)
			a.Item.Title, a.Excerpts = text, nil
			got, err := notify.Preview(n, compose(t, n, batch(a))[0])
			if err != nil {
				t.Errorf("%s: %q: %v", kind, text, err)
			}
			if !strings.Contains(got, word) || strings.Contains(got, "\x1b") || strings.Contains(got, "s3cr3t") || !strings.HasSuffix(got, "\n") {
				t.Errorf("%s: %q is shown as %q", kind, text, got)
			}
		}
		if got, err := notify.Preview(n, notify.Message{ID: "d1", Payload: []byte(`[`)}); err == nil {
			t.Errorf("%s: an unreadable message is shown as %q", kind, got)
		}
	}
	n := open(t, emailOptions(), testEnv())
	got, err := notify.Preview(n, compose(t, n, one())[0])
	if want := "From: \"Watcher\" <watcher@example.org>\nTo: <duty@example.org>\nSubject: Sample: Estonia"; err != nil || !strings.HasPrefix(got, want) {
		t.Errorf("a mail is shown as %q", got)
	}
}
