package targets

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"watcher/internal/notify"
)

const testSecret = "whsec_d2F0Y2hlci10ZXN0LXNlY3JldC0wMTIzNDU2Nzg5"

func webhookAt(t tb, url string) notify.Notifier {
	return open(t, &WebhookOptions{URL: Secret(url), Secret: testSecret, Headers: map[string]Secret{"Authorization": "Bearer opensesame"}}, testEnv())
}

// TestWebhookShape checks the payload against the keys that receivers are promised, none of
// them null.
func TestWebhookShape(t *testing.T) {
	b := one()
	b.Alerts[0].AlsoIn = []notify.Location{{Feed: "f", Link: "l"}}
	b.Alerts = append(b.Alerts, notify.Alert{ID: "empty", FirstSeen: noon})
	b.More = 2
	var event map[string]any
	if err := json.Unmarshal(compose(t, webhookAt(t, "https://hooks.example.org/in"), b)[0].Payload, &event); err != nil {
		t.Fatal(err)
	}
	keys := func(v any) string { return strings.Join(sortedKeys(v.(map[string]any)), " ") }
	data := event["data"].(map[string]any)
	alerts := data["alerts"].([]any)
	full := alerts[0].(map[string]any)
	for _, tt := range []struct{ name, got, want string }{
		{"event", keys(event), "data timestamp type"},
		{"data", keys(data), "alerts more target"},
		{"alert", keys(full), "also_in excerpts first_seen id item rules severity"},
		{"item", keys(full["item"]), "authors categories feed feed_url id language link published summary title"},
		{"rule", keys(full["rules"].([]any)[0]), "name terms"},
		{"excerpt", keys(full["excerpts"].([]any)[0]), "field spans text"},
		{"also in", keys(full["also_in"].([]any)[0]), "feed link"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s has %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	empty := alerts[1].(map[string]any)
	for _, list := range []any{empty["rules"], empty["excerpts"], empty["item"].(map[string]any)["authors"], empty["item"].(map[string]any)["categories"]} {
		if diff := cmp.Diff([]any{}, list); diff != "" {
			t.Errorf("an empty list: %s", diff)
		}
	}
	if event["type"] != "watcher.alert" || event["timestamp"] != "2031-03-03T12:00:00Z" || data["more"] != 2.0 {
		t.Errorf("event is %v", event)
	}
}

func TestWebhookTroublesAreEventsOfTheirOwn(t *testing.T) {
	b := batch(SampleTrouble("desk", noon), SampleTrouble("desk", noon))
	b.Alerts[1].ID, b.Alerts[1].Trouble = "t2", &notify.Trouble{Kind: "target_down", Target: "duty", Text: "x", Since: noon}
	ms := compose(t, webhookAt(t, "https://hooks.example.org/in"), b)
	if len(ms) != 2 || ms[0].ID != "d1" || ms[1].ID != "d1_2" {
		t.Fatalf("messages are %v", ms)
	}
	want := `{"type":"watcher.ops","timestamp":"2031-03-03T12:00:00Z","data":{"kind":"target_down","target":"duty","text":"x","since":"2031-03-03T12:00:00Z"}}`
	if diff := cmp.Diff(want, string(ms[1].Payload)); diff != "" {
		t.Error(diff)
	}
}

func TestWebhookBoundsItsBody(t *testing.T) {
	b := many(2*webhookAlerts + 1)
	for i := range b.Alerts {
		b.Alerts[i].Item.Summary = strings.Repeat("summary ", 20000)
		b.Alerts[i].Item.Title = strings.Repeat("title ", 20000)
	}
	b.More = 5
	ms := compose(t, webhookAt(t, "https://hooks.example.org/in"), b)
	var ids []string
	for i, m := range ms {
		ids = append(ids, m.AlertIDs...)
		if len(m.Payload) > 256<<10 {
			t.Errorf("message %d has %d bytes", i, len(m.Payload))
		}
		if more := strings.Contains(string(m.Payload), `"more":5`); more != (i == len(ms)-1) {
			t.Errorf("message %d counts what is left out: %v", i, more)
		}
	}
	if len(ms) != 3 || !slices.Equal(ids, alertIDs(b.Alerts)) {
		t.Errorf("%d messages tell %v", len(ms), ids)
	}
}

// TestWebhookSigns shows that id and body stay the same over attempts, that the timestamp
// is fresh, and that the library accepts each attempt.
func TestWebhookSigns(t *testing.T) {
	r := newReceiver(t, reply(503, ""))
	n := webhookAt(t, r.URL+"/in?token=x")
	m := compose(t, n, one())[0]
	for range 2 {
		if err := sendTo(t, n, m); outcome(err) != "temporary" {
			t.Fatal(err)
		}
	}
	verifier, err := standardwebhooks.NewWebhook(testSecret)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range r.requests() {
		if got.Method != "POST" || got.Path != "/in?token=x" || string(got.Body) != string(m.Payload) {
			t.Errorf("attempt %d is %s %s", i, got.Method, got.Path)
		}
		for header, want := range map[string]string{
			"Webhook-Id": "d1", "Content-Type": "application/json", "Authorization": "Bearer opensesame", "User-Agent": "watcher/test",
		} {
			if got.Header.Get(header) != want {
				t.Errorf("attempt %d: %s is %q, want %q", i, header, got.Header.Get(header), want)
			}
		}
		if err := verifier.Verify(got.Body, got.Header); err != nil {
			t.Errorf("attempt %d: %v", i, err)
		}
		if err := verifier.Verify(append(got.Body, ' '), got.Header); err == nil {
			t.Errorf("attempt %d: a changed body is accepted", i)
		}
	}
}

func TestWebhookWithoutSecretIsUnsigned(t *testing.T) {
	r := newReceiver(t, reply(204, ""))
	n := open(t, &WebhookOptions{URL: Secret(r.URL)}, testEnv())
	if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
		t.Fatal(err)
	}
	h := r.requests()[0].Header
	if h.Get("Webhook-Id") == "" || h.Get("Webhook-Timestamp") == "" || h["Webhook-Signature"] != nil {
		t.Errorf("headers are %v", h)
	}
}

func TestWebhookAnswers(t *testing.T) {
	testAnswers(t, webhookAt, []answerCase{
		{"created", 201, nil, "", "accepted"},
		{"accepted, whatever it says", 202, nil, "later", "accepted"},
		{"nothing to say", 204, nil, "", "accepted"},
		{"a redirect is not followed", 301, http.Header{"Location": {"http://169.254.169.254/"}}, "", "temporary"},
		{"nor another", 307, http.Header{"Location": {"/elsewhere"}}, "", "temporary"},
		{"not modified is no acceptance", 304, nil, "", "temporary"},
		{"the body is refused", 400, nil, "no", "bad message"},
		{"the body is too large", 413, nil, "", "bad message"},
		{"the body is of the wrong type", 415, nil, "", "bad message"},
		{"the body is not understood", 422, nil, "", "bad message"},
		{"a receiver being deployed", 404, nil, "", "temporary"},
		{"a receiver whose secret is being changed", 401, nil, "", "temporary"},
		{"forbidden for now", 403, nil, "", "temporary"},
		{"gone", 410, nil, "unsubscribed", "dead target"},
		{"too many requests", 429, http.Header{"Retry-After": {"90"}}, "", "retry after 1m30s"},
		{"throttled without a time", 429, nil, "", "temporary"},
		{"down", 500, nil, "trouble", "temporary"},
		{"a gateway", 502, nil, "", "unclear"},
		{"down for a time", 503, http.Header{"Retry-After": {"2"}}, "", "retry after 2s"},
	})
	testTransport(t, webhookAt)
}

func TestWebhookAnswerThatQuotesASecret(t *testing.T) {
	r := newReceiver(t, reply(500, "cannot use Bearer opensesame or "+testSecret))
	n := webhookAt(t, r.URL)
	err := sendTo(t, n, compose(t, n, one())[0])
	if err == nil || strings.Contains(err.Error(), "opensesame") || strings.Contains(err.Error(), testSecret) {
		t.Errorf("error is %v", err)
	}
}

func TestWebhookAcceptanceWhoseBodyBreaksOff(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(200)
		_, _ = w.Write([]byte("half"))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	n := webhookAt(t, r.URL)
	if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
		t.Errorf("the status was 200, but: %v", err)
	}
}

func TestWebhookTimestampIsNow(t *testing.T) {
	r := newReceiver(t, reply(200, ""))
	n := webhookAt(t, r.URL)
	before := time.Now().Unix()
	if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
		t.Fatal(err)
	}
	var sent int64
	if err := json.Unmarshal([]byte(r.requests()[0].Header.Get("Webhook-Timestamp")), &sent); err != nil {
		t.Fatal(err)
	}
	if sent < before || sent > time.Now().Unix() {
		t.Errorf("timestamp is %d, not now", sent)
	}
}

func TestWebhookOptions(t *testing.T) {
	testOptions(t, []optionsCase{
		{"all of it", &WebhookOptions{URL: "https://e.org", Secret: testSecret, Headers: map[string]Secret{"X-Desk": "7"}}, nil},
		{"http will do", &WebhookOptions{URL: "http://e.org:8080/x"}, nil},
		{"no url", &WebhookOptions{}, []string{"url: is missing"}},
		{"no host", &WebhookOptions{URL: "https://"}, []string{"url: is not a URL, write one that begins with https://"}},
		{"another scheme", &WebhookOptions{URL: "ftp://e.org"}, []string{"url: begins with ftp://, write https:// or http://"}},
		{"a secret that is no base64", &WebhookOptions{URL: "https://e.org", Secret: "pass word"}, []string{"secret: is not base64, write whsec_ and what openssl rand -base64 32 prints"}},
		{"a header injected", &WebhookOptions{URL: "https://e.org", Headers: map[string]Secret{"X-A": "1\r\nX-B: 2", "X B": "1"}}, []string{
			"headers.X B: is not a header's name", "headers.X-A: holds a line break or another control character"}},
		{"a header that is ours", &WebhookOptions{URL: "https://e.org", Headers: map[string]Secret{"Webhook-Id": "1", "content-type": "x"}}, []string{
			"headers.Webhook-Id: is set by watcher, leave it out", "headers.content-type: is set by watcher, leave it out"}},
	})
}

// optionsCase are settings and what is wrong with them.
type optionsCase struct {
	name    string
	options Options
	want    []string
}

func testOptions(t *testing.T, cases []optionsCase) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range tt.options.Validate() {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}
