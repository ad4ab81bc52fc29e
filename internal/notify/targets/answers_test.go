package targets

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/notify"
)

// answerCase is an answer of a target, and what it means to the Deliverer.
type answerCase struct {
	name   string
	status int
	header http.Header
	body   string
	want   string // see outcome
}

// testAnswers sends the sample alert to a receiver that answers as each case
// says. at opens the kind's notifier for the receiver's address.
func testAnswers(t *testing.T, at func(t tb, url string) notify.Notifier, cases []answerCase) {
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			const token = "s3cr3t-path"
			r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
				maps.Copy(w.Header(), tt.header)
				reply(tt.status, tt.body)(w, nil)
			})
			n := at(t, r.URL+"/"+token)
			err := sendTo(t, n, compose(t, n, one())[0])
			if got := outcome(err); got != tt.want {
				t.Errorf("%d %q is %s, want %s (%v)", tt.status, tt.body, got, tt.want, err)
			}
			if err != nil && strings.Contains(err.Error(), token) {
				t.Errorf("the error shows the address: %v", err)
			}
			if err != nil && tt.body != "" && !strings.Contains(err.Error(), strings.Fields(tt.body)[0]) {
				t.Errorf("the error does not say what the target said: %v", err)
			}
			if len(r.requests()) != 1 {
				t.Errorf("%d requests", len(r.requests()))
			}
		})
	}
}

// testTransport tests a kind with a target that is not there, does not answer, or closes
// the connection.
func testTransport(t *testing.T, at func(t tb, url string) notify.Notifier) {
	const token = "s3cr3t-path"
	t.Run("nobody listens", func(t *testing.T) {
		r := newReceiver(t, reply(200, "ok"))
		r.Close()
		n := at(t, r.URL+"/"+token)
		err := sendTo(t, n, compose(t, n, one())[0])
		if outcome(err) != "temporary" || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", outcome(err), err)
		}
	})
	t.Run("the connection drops after the request", func(t *testing.T) {
		r := newReceiver(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		n := at(t, r.URL+"/"+token)
		err := sendTo(t, n, compose(t, n, one())[0])
		if outcome(err) != "unknown" || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", outcome(err), err)
		}
	})
	t.Run("no answer before the deadline", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		r := newReceiver(t, func(_ http.ResponseWriter, req *http.Request) {
			cancel()
			<-req.Context().Done()
		})
		n := at(t, r.URL+"/"+token)
		err := n.Notify(ctx, compose(t, n, one())[0])
		if outcome(err) != "unknown" || strings.Contains(err.Error(), token) {
			t.Errorf("%s: %v", outcome(err), err)
		}
	})
}

func TestErrorsUnwrap(t *testing.T) {
	cause := errors.New("cause")
	for _, err := range []error{&notify.PermanentError{Err: cause}, &notify.RetryError{Err: cause}} {
		if !errors.Is(err, cause) || err.Error() != "cause" {
			t.Errorf("%#v", err)
		}
	}
}

func TestByStatus(t *testing.T) {
	want := func(status int) verdict {
		switch {
		case status < 200:
			return temporary
		case status < 300:
			return accepted
		case status < 400:
			return temporary
		case status >= 500:
			return temporary
		}
		switch status {
		case 401, 402, 403, 404, 405, 407, 410:
			return deadTarget
		case 408, 421, 425, 429:
			return temporary
		}
		return badMessage
	}
	for status := 100; status < 700; status++ {
		if got := byStatus(status); got != want(status) {
			t.Errorf("%d is %v, want %v", status, got, want(status))
		}
	}
}

// codesOf are the tables of answers of all kinds that have one.
var codesOf = map[string]codes{
	"discord": discordCodes, "matrix": matrixCodes, "mattermost": mattermostCodes, "ntfy": ntfyCodes, "pagerduty": pagerdutyCodes,
	"slack": slackCodes, "slack_bot": slackBotCodes, "teams": teamsCodes, "telegram": telegramCodes,
}

var verdictWords = map[verdict]string{deadTarget: "dead target", temporary: "wait", badMessage: "this message"}

// TestAnswersDocumented shows that the docs have the codes of each kind, in the row of
// their meaning, and no others.
func TestAnswersDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/targets.md")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("`([^`]+)`")
	for kind, table := range codesOf {
		_, section, _ := strings.Cut(string(page), "\n### "+kind+"\n")
		section, _, _ = strings.Cut(section, "\n### ")
		for v, words := range verdictWords {
			var got []string
			for line := range strings.Lines(section) {
				if row, ok := strings.CutPrefix(line, "| "+words+" |"); ok {
					for _, m := range code.FindAllStringSubmatch(row, -1) {
						got = append(got, m[1])
					}
				}
			}
			if diff := cmp.Diff(table[v], got); diff != "" {
				t.Errorf("%s, %s (-code +docs):\n%s", kind, words, diff)
			}
		}
	}
}

// TestCodesDecide shows that each code of each kind decides, whatever status comes with it.
func TestCodesDecide(t *testing.T) {
	kinds := map[string]struct {
		at   func(t tb, url string) notify.Notifier
		says func(code string) string
	}{
		"discord":    {discordAt, func(c string) string { return `{"message":"no","code":` + c + `}` }},
		"matrix":     {matrixAt, func(c string) string { return `{"errcode":"` + c + `","error":"no"}` }},
		"mattermost": {mattermostAt, func(c string) string { return `{"id":"` + c + `","message":"no"}` }},
		"ntfy":       {ntfyAt, func(c string) string { return `{"code":` + c + `,"error":"no"}` }},
		"pagerduty":  {pagerdutyAt, func(c string) string { return `{"status":"` + c + `"}` }},
		"slack":      {slackAt, func(c string) string { return c }},
		"slack_bot":  {slackBotAt, func(c string) string { return `{"ok":false,"error":"` + c + `"}` }},
		"teams": {teamsAt, func(c string) string {
			return "Webhook message delivery failed with error: Microsoft Teams endpoint returned " + c + " with ContextId 1."
		}},
		"telegram": {telegramAt, func(c string) string {
			return `{"ok":false,"error_code":400,"description":"Bad Request: ` + c + `"}`
		}},
	}
	want := map[verdict]string{deadTarget: "dead target", temporary: "temporary", badMessage: "bad message"}
	for kind, k := range kinds {
		for v, list := range codesOf[kind] {
			for _, code := range list {
				for _, status := range []int{200, 400, 403, 500} {
					r := newReceiver(t, reply(status, k.says(code)))
					n := k.at(t, r.URL)
					got := outcome(sendTo(t, n, compose(t, n, one())[0]))
					if kind == "pagerduty" && got == "retry after 1m0s" {
						got = "temporary"
					}
					if got != want[v] {
						t.Errorf("%s: %d with %s is %s, want %s", kind, status, code, got, want[v])
					}
					r.Close()
				}
			}
		}
	}
}

// TestPages shows that no kind takes a web page for an acceptance, and that a fragment of
// HTML is not a page.
func TestPages(t *testing.T) {
	pages := []string{
		"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>",
		"\ufeff\n<!-- cached --> <HTML lang=en><title>Log in</title>",
		`<?xml version="1.0"?><!doctype HTML PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html>`,
	}
	for kind, at := range map[string]func(t tb, url string) notify.Notifier{
		"discord": discordAt, "matrix": matrixAt, "mattermost": mattermostAt, "ntfy": ntfyAt, "pagerduty": pagerdutyAt, "slack": slackAt,
		"slack_bot": slackBotAt, "teams": teamsAt, "telegram": telegramAt, "webhook": webhookAt,
	} {
		for _, page := range pages {
			for _, status := range []int{200, 202} {
				r := newReceiver(t, reply(status, page))
				n := at(t, r.URL)
				err := sendTo(t, n, compose(t, n, one())[0])
				if outcome(err) != "dead target" || !strings.Contains(err.Error(), "web page") {
					t.Errorf("%s: %d with %.20q is %s: %v", kind, status, page, outcome(err), err)
				}
			}
		}
	}
	for _, body := range []string{"<p>ok</p>", "OK", "", "<htmlish>", `{"html":"<!doctype html>"}`, "see <html>"} {
		r := newReceiver(t, reply(200, body))
		n := webhookAt(t, r.URL)
		if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
			t.Errorf("a webhook that answers %q: %v", body, err)
		}
	}
}
