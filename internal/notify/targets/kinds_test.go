package targets

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/notify"
)

// goldenBatches are what every kind's golden files show.
func goldenBatches() map[string]notify.Batch {
	s := Samples("desk", noon)
	rest := batch(s[0], s[2])
	rest.More = 37
	full := batch(s[0])
	full.Full = noon.Add(time.Hour)
	return map[string]notify.Batch{
		"one":     batch(s[0]),
		"high":    batch(s[1]),
		"bare":    batch(s[2]),
		"hostile": batch(s[3]),
		"trouble": batch(s[4]),
		"more":    rest,
		"full":    full,
		"many":    many(7),
		"digest":  digest(),
		"page":    paged(batch(s[0])),
		"pages":   paged(many(7)),
	}
}

// paged is a batch whose readers can open the page of each alert.
func paged(b notify.Batch) notify.Batch {
	b.PageURL = "https://desk.example.org/watcher"
	return b
}

// digest is a digest of three alerts of a rule, one of another, and one of an article that
// was alerted before.
func digest() notify.Batch {
	b := many(5)
	b.Zone = time.FixedZone("EET", 2*60*60)
	b.Alerts[3].Rules = []notify.RuleHit{{Name: "cables", Terms: []string{"cable*"}}}
	b.Alerts[4].Rules, b.Alerts[4].Follows = nil, &notify.Earlier{ID: "sample-z", Title: "Told on Friday"}
	b.Summary = &notify.DigestSummary{Of: notify.OfDigest, At: noon.Add(-7 * time.Hour), Since: noon.Add(-3 * 24 * time.Hour)}
	return b
}

// TestGolden compares what each kind composes with files, in which a reviewer sees what
// receivers will see.
func TestGolden(t *testing.T) {
	for _, kind := range Kinds() {
		if kind == "console" || kind == "email" {
			continue // their tests show more than the payload
		}
		k := kindsUnderTest[kind]
		n := k.at(t, "https://receiver.example/in")
		for name, b := range goldenBatches() {
			t.Run(kind+"/"+name, func(t *testing.T) {
				checkBatch(t, k, n, b)
				golden(t, kind+"."+name+".json", indented(t, compose(t, n, b)[0].Payload))
			})
		}
	}
}

func TestKinds(t *testing.T) {
	if diff := cmp.Diff(slices.Sorted(slices.Values(Kinds())), Kinds()); diff != "" {
		t.Errorf("kinds: %s", diff)
	}
	for _, k := range Kinds() {
		a, ok := NewOptions(k)
		b, _ := NewOptions(k)
		if !ok || a == nil {
			t.Errorf("%s has no settings", k)
		}
		if k != "console" && a == b {
			t.Errorf("%s: the settings are shared", k)
		}
		if k != "console" && len(a.Validate()) == 0 {
			t.Errorf("%s: empty settings are valid", k)
		}
	}
	if o, ok := NewOptions("pigeon"); ok || o != nil {
		t.Errorf("an unknown kind has settings %v", o)
	}
}

func TestSecretIsNeverSeen(t *testing.T) {
	const value = "xoxb-hush"
	s := Secret(value)
	o := &SlackOptions{Webhook: s}
	j, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "options", o)
	for _, shown := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %X %d", s, o, o, s, s, s, s, s), string(j), log.String(), s.String(),
		fmt.Sprint(o), fmt.Sprintf("%x", []Secret{s}),
	} {
		if strings.Contains(shown, "hush") || strings.Contains(shown, fmt.Sprintf("%x", value)) {
			t.Errorf("shown: %s", shown)
		}
	}
	if Secret("").String() != "" {
		t.Error("an unset secret looks set")
	}
}

func TestMessageOfAnotherKindIsNotSent(t *testing.T) {
	n := open(t, &ConsoleOptions{}, testEnv())
	if got := outcome(sendTo(t, n, notify.Message{ID: "d1", Payload: json.RawMessage(`[1]`)})); got != "bad message" {
		t.Errorf("an unreadable payload is %s", got)
	}
}
