package targets

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"watcher/internal/notify"
	"watcher/internal/text"
)

func slackAt(t tb, url string) notify.Notifier {
	return open(t, &SlackOptions{Webhook: Secret(url)}, testEnv())
}

// slackBlocksOf reads a payload back, strictly.
func slackBlocksOf(t tb, m notify.Message) slackMessage {
	t.Helper()
	var p slackMessage
	d := json.NewDecoder(strings.NewReader(string(m.Payload)))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("payload: %v", err)
	}
	return p
}

func utf16Len(s string) int { return len(utf16.Encode([]rune(s))) }

// checkSlack checks a message against the limits that Slack documents and the total that it
// does not, and looks for markup of a feed.
func checkSlack(t tb, m notify.Message) {
	t.Helper()
	p := slackBlocksOf(t, m)
	if n := len(p.Blocks); n == 0 || n > 50 {
		t.Errorf("%d blocks", n)
	}
	if n := utf16Len(p.Text); n == 0 || n > 40000 {
		t.Errorf("text of %d characters", n)
	}
	if n := len(m.Payload); n > 13200 {
		t.Errorf("payload of %d bytes", n)
	}
	if p.UnfurlLinks || p.UnfurlMedia {
		t.Error("unfurls what a feed links to")
	}
	checkMrkdwn(t, p.Text)
	for _, b := range p.Blocks {
		texts := b.Elements
		switch b.Type {
		case "section":
			texts = []slackText{*b.Text}
		case "context":
			if len(texts) == 0 || len(texts) > 10 {
				t.Errorf("context of %d elements", len(texts))
			}
		case "divider":
		case "header":
			if b.Text.Type != "plain_text" || b.Text.Verbatim || utf16Len(b.Text.Text) > 150 {
				t.Errorf("header is %+v", b.Text)
			}
		default:
			t.Errorf("block of type %q", b.Type)
		}
		for _, x := range texts {
			if n := utf16Len(x.Text); n == 0 || n > 3000 {
				t.Errorf("text of %d characters in a %s", n, b.Type)
			}
			if x.Type != "mrkdwn" || !x.Verbatim {
				t.Errorf("text is %q, verbatim %v: Slack would look for links in it", x.Type, x.Verbatim)
			}
			checkMrkdwn(t, x.Text)
		}
	}
}

var (
	slackLinkRE = regexp.MustCompile(`^<https?://[^<>| ]+\|[^<>]+>`)
	slackDateRE = regexp.MustCompile(`^<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>|]+>`)
	entityRE    = regexp.MustCompile(`^&(amp|lt|gt);`)
)

// checkMrkdwn accepts our own links and dates, and no other use of the characters that
// Slack acts on.
func checkMrkdwn(t tb, s string) {
	t.Helper()
	stars := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '<':
			link := slackLinkRE.FindString(s[i:])
			if link == "" && slackDateRE.FindString(s[i:]) == "" {
				t.Errorf("a bare < in %q", s)
			}
			// The address is not mrkdwn; the type has checked its &.
			i += max(strings.IndexByte(s[i:], '|'), 0)
		case '&':
			if !entityRE.MatchString(s[i:]) {
				t.Errorf("a bare & in %q", s)
			}
		case '~', '`':
			t.Errorf("a %c in %q", s[i], s)
		case '*':
			stars++
		}
	}
	if stars%2 != 0 {
		t.Errorf("an odd number of * in %q", s)
	}
}

func TestSlackEscape(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"the three that Slack knows", "R&D <b> a>b", "R&amp;D &lt;b&gt; a&gt;b"},
		{"an entity is not read again", "&lt;", "&amp;lt;"},
		{"a ping is text", "<!channel> <@U123> <!subteam^S1>", "&lt;!channel&gt; &lt;@U123&gt; &lt;!subteam^S1&gt;"},
		{"a link is text", "<http://evil.example|nato.int>", "&lt;http://evil.example|nato.int&gt;"},
		{"marks become look-alikes", "*b* _i_ ~s~ `c`", "∗b∗ ＿i＿ ∼s∼ ˋcˋ"},
		{"an underscore within a word stays", "snake_case", "snake_case"},
		{"a quotation mark at the beginning is none", "> quoted", "› quoted"},
		{"one line", "a\nb\r", "a b "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := slackEscape(tt.in); got != tt.want {
				t.Errorf("slackEscape(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestSlackBoldBesideLetters(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		words      []string
		want       string
	}{
		{"words between spaces", "a NATO brigade", []string{"NATO"}, "a *NATO* brigade"},
		{"punctuation is no obstacle", "(NATO), -led", []string{"NATO"}, "(*NATO*), -led"},
		{"a part of a word needs a zero-width space", "北大西洋条約機構の", []string{"西洋"}, "北大\u200b*西洋*\u200b条約機構の"},
		{"two matches beside each other", "F35", []string{"F", "35"}, "*F*\u200b*35*"},
		{"a mark in what matched", "a *b* c", []string{"*b*"}, "a *∗b∗* c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := notify.MakeExcerpt("content", tt.text, find(tt.text, tt.words...))
			if got := slackPieces(pieces(e)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSlackSplits shows that a batch that does not fit into one message becomes several,
// with every alert once and in order.
func TestSlackSplits(t *testing.T) {
	n := slackAt(t, "https://hooks.slack.example/services/T/B/x")
	for _, count := range []int{1, 2, slackFull, slackFull + 1, 48, 200} {
		b := many(count)
		b.More = 7
		ms := compose(t, n, b)
		var ids []string
		for i, m := range ms {
			checkSlack(t, m)
			ids = append(ids, m.AlertIDs...)
			if m.ID != partID("d1", i) || m.Target != "desk" {
				t.Errorf("message %d is %q for %q", i, m.ID, m.Target)
			}
			if more := strings.Contains(string(m.Payload), "and 7 more"); more != (i == len(ms)-1) {
				t.Errorf("message %d of %d says what is left out: %v", i, len(ms), more)
			}
		}
		if got, want := strings.Join(ids, " "), strings.Join(alertIDs(b.Alerts), " "); got != want {
			t.Errorf("%d alerts: told %s, want %s", count, got, want)
		}
	}
}

func TestSlackAnswers(t *testing.T) {
	testAnswers(t, slackAt, []answerCase{
		{"success is a body of ok", 200, nil, "ok", "accepted"},
		{"a login page is no success", 200, nil, "<html>Welcome to the hotel", "dead target"},
		{"nor is a proxy's answer", 200, nil, "welcome", "unclear"},
		{"a dead hook with a status of success", 200, nil, "no_service", "dead target"},
		{"nor is an empty answer", 200, nil, "", "unclear"},
		{"a bad payload", 400, nil, "invalid_payload", "bad message"},
		{"a bad block", 400, nil, "invalid_blocks", "bad message"},
		{"too much of it", 400, nil, "msg_blocks_too_long", "bad message"},
		{"nothing to say", 400, nil, "no_text", "bad message"},
		{"too many attachments", 400, nil, "too_many_attachments", "bad message"},
		{"the hook's user is gone", 400, nil, "user_not_found", "dead target"},
		{"forbidden by an administrator", 403, nil, "action_prohibited", "dead target"},
		{"the token is wrong", 403, nil, "invalid_token", "dead target"},
		{"the team is gone", 403, nil, "team_disabled", "dead target"},
		{"the hook was removed", 404, nil, "no_service", "dead target"},
		{"all hooks were", 404, nil, "no_active_hooks", "dead target"},
		{"an unknown address", 404, nil, "", "dead target"},
		{"the channel is gone", 404, nil, "channel_not_found", "dead target"},
		{"the channel is archived", 410, nil, "channel_is_archived", "dead target"},
		{"the same with a status of old", 500, nil, "channel_is_archived", "dead target"},
		{"too many requests", 429, http.Header{"Retry-After": {"30"}}, "rate_limited", "retry after 30s"},
		{"too many requests, not saying until when", 429, nil, "rate_limited", "temporary"},
		{"Slack's own trouble", 500, nil, "rollup_error", "temporary"},
		{"being down, with a time", 503, http.Header{"Retry-After": {"7"}}, "", "retry after 7s"},
		{"a gateway's timeout", 504, nil, "", "unclear"},
		{"a redirect is not followed", 302, http.Header{"Location": {"http://169.254.169.254/"}}, "", "temporary"},
	})
}

// TestSlackEmoji shows that the name of an emoji stays text, and that times and addresses
// do not change.
func TestSlackEmoji(t *testing.T) {
	for in, want := range map[string]string{
		"Score: :100: of 193 states":    "Score: :\u2060100:\u2060 of 193 states",
		":fire:":                        ":\u2060fire:",
		"at 14:05, 3:2":                 "at 14:05, 3:2",
		"NATO: a summit":                "NATO: a summit",
		"https://example.org/a:b":       "https://example.org/a:\u2060b",
		"deal signed :tada::flag-ee: !": "deal signed :\u2060tada:\u2060:\u2060flag-ee: !",
	} {
		if got := strings.ReplaceAll(slackEscape(in), ":\u2060 ", ": "); got != strings.ReplaceAll(want, ":\u2060 ", ": ") {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	b := one()
	b.Alerts[0].Item.Title, b.Alerts[0].Excerpts = ":100: for NATO", nil
	for _, n := range []notify.Notifier{slackAt(t, "https://e.org"), slackBotAt(t, "https://e.org")} {
		if p := string(compose(t, n, b)[0].Payload); strings.Contains(p, ":100:") || !strings.Contains(p, ":\u2060100:") {
			t.Errorf("the emoji of a title shows: %s", p)
		}
	}
}

func FuzzSlackEscape(f *testing.F) {
	f.Add("<!channel> *a* _b_ `c` ~d~ & > e")
	f.Add("> <http://evil.example|x>")
	f.Fuzz(func(t *testing.T, in string) {
		in = text.Clean(in)
		for _, out := range []string{slackEscape(in), slackPlain(in)} {
			if strings.ContainsAny(out, "<*~`\n") || strings.HasPrefix(out, ">") || strings.HasPrefix(out, "&gt;") {
				t.Errorf("%q became %q", in, out)
			}
			checkMrkdwn(t, out)
		}
	})
}

func TestSlackTransport(t *testing.T) { testTransport(t, slackAt) }

func TestSlackOptions(t *testing.T) {
	testOptions(t, []optionsCase{
		{"a webhook", &SlackOptions{Webhook: "https://hooks.slack.com/services/T/B/x"}, nil},
		{"none", &SlackOptions{}, []string{"webhook: is missing"}},
		{"not a URL", &SlackOptions{Webhook: "T/B/x"}, []string{"webhook: is not a URL, write one that begins with https://"}},
	})
}
