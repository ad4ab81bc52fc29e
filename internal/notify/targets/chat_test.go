package targets

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"watcher/internal/notify"
	"watcher/internal/text"
)

const chatToken = "123456:s3cr3t-token"

func discordAt(t tb, url string) notify.Notifier {
	return open(t, &DiscordOptions{Webhook: Secret(url)}, testEnv())
}

func mattermostAt(t tb, url string) notify.Notifier {
	return open(t, &MattermostOptions{Webhook: Secret(url)}, testEnv())
}

func teamsAt(t tb, url string) notify.Notifier {
	return open(t, &TeamsOptions{Webhook: Secret(url)}, testEnv())
}

func telegramAt(t tb, url string) notify.Notifier {
	return open(t, &TelegramOptions{API: url, Token: chatToken, Chat: "-100200"}, testEnv())
}

func ntfyAt(t tb, url string) notify.Notifier {
	return open(t, &NtfyOptions{Server: strings.TrimSuffix(url, "/") + "/", Topic: "baltic-desk", Token: "tk_s3cr3t"}, testEnv())
}

func matrixAt(t tb, url string) notify.Notifier {
	return open(t, &MatrixOptions{Homeserver: url, Room: "!room:example.org", Token: "syt_s3cr3t"}, testEnv())
}

func pagerdutyAt(t tb, url string) notify.Notifier {
	return open(t, &PagerDutyOptions{URL: url, RoutingKey: "R0123456789"}, testEnv())
}

func slackBotAt(t tb, url string) notify.Notifier {
	return open(t, &SlackBotOptions{API: url, Token: "xoxb-s3cr3t", Channel: "C0123456789"}, testEnv())
}

// strict reads a payload, refusing fields that the kind does not know.
func strict[T any](t tb, m notify.Message) T {
	t.Helper()
	var p T
	d := json.NewDecoder(strings.NewReader(string(m.Payload)))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatalf("payload: %v", err)
	}
	return p
}

var (
	mdEscape  = regexp.MustCompile(`\\[[:punct:]]|<\x{2060}`)
	mdLink    = regexp.MustCompile(`\[([^\[\]]*)\]\((https?://[^()\s*_~]+)\)`)
	linkable  = regexp.MustCompile(`\w://|(^|\s)www\.\w|\w\.[a-zA-Z]{2}|(^|[^\w])[@#]\w|mailto:\w`)
	blockMark = regexp.MustCompile(`(?m)^(#|>|[-+] |\d+\. |---)`)
)

// checkMarkdown removes what we may have written, and looks for markup in the rest, which
// would be the feed's.
func checkMarkdown(t tb, s string) {
	t.Helper()
	rest := mdEscape.ReplaceAllString(s, "·")
	rest = mdLink.ReplaceAllString(rest, "$1")
	rest = strings.ReplaceAll(rest, "**", "")
	rest = regexp.MustCompile(`(?m)^> `).ReplaceAllString(rest, "")
	rest = strings.ReplaceAll(rest, "\n---\n", "\n")
	if i := strings.IndexAny(rest, "*_~`[]()<>|"); i >= 0 {
		t.Errorf("a mark at %q in %q", rest[i:], s)
	}
	if m := linkable.FindString(rest); m != "" {
		t.Errorf("%q may become a link or a mention in %q", m, s)
	}
	if m := blockMark.FindString(rest); m != "" {
		t.Errorf("%q begins a line of %q", m, s)
	}
}

func checkLink(t tb, link string) {
	t.Helper()
	if link != "" && safeLink(link) != link {
		t.Errorf("a link to %q", link)
	}
}

func checkDiscord(t tb, m notify.Message) {
	t.Helper()
	p := strict[discordMessage](t, m)
	if len(p.Embeds) == 0 || len(p.Embeds) > 10 || units(p.Content) > 2000 || p.Allowed.Parse == nil || len(p.Allowed.Parse) > 0 {
		t.Errorf("%d embeds, %d characters, mentions %v", len(p.Embeds), units(p.Content), p.Allowed)
	}
	sum := 0
	for _, e := range p.Embeds {
		sum += e.size()
		if n := units(e.Title); n == 0 || n > 256 {
			t.Errorf("title of %d characters", n)
		}
		if n := units(e.Description); n > 4096 {
			t.Errorf("description of %d characters", n)
		}
		if e.Author != nil && (e.Author.Name == "" || units(e.Author.Name) > 256) || e.Footer != nil && (e.Footer.Text == "" || units(e.Footer.Text) > 2048) {
			t.Errorf("author %v, footer %v", e.Author, e.Footer)
		}
		checkLink(t, e.URL)
		checkMarkdown(t, e.Title)
		checkMarkdown(t, e.Description)
	}
	if sum > 6000 {
		t.Errorf("%d characters in all", sum)
	}
}

func checkMattermost(t tb, m notify.Message) {
	t.Helper()
	p := strict[mattermostMessage](t, m)
	if n := units(p.Text); n == 0 || n > 4000 {
		t.Errorf("%d characters", n)
	}
	checkMarkdown(t, p.Text)
}

func checkTeams(t tb, m notify.Message) {
	t.Helper()
	p := strict[teamsMessage](t, m)
	if len(m.Payload) > 28000 {
		t.Errorf("%d bytes", len(m.Payload))
	}
	if p.Type != "message" || len(p.Attachments) != 1 || p.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		t.Fatalf("message is %+v", p)
	}
	for _, block := range p.Attachments[0].Content.Body {
		if block.Type != "Container" || len(block.Items) == 0 {
			t.Errorf("a block %+v", block)
		}
		for _, row := range block.Items {
			buttons := row.Type == "ActionSet" && len(row.Actions) > 0 && len(row.Inlines) == 0
			if !buttons && (row.Type != "RichTextBlock" || len(row.Inlines) == 0) {
				t.Errorf("a row %+v", row)
			}
			for _, run := range row.Inlines {
				if run.Type != "TextRun" || strings.Contains(run.Text, "{{") || strings.Contains(run.Text, "<at") {
					t.Errorf("a run %+v", run)
				}
				if m := linkable.FindString(run.Text); m != "" {
					t.Errorf("%q may become a link or a mention in %q", m, run.Text)
				}
				if run.Select != nil {
					checkLink(t, run.Select.URL)
				}
			}
		}
	}
}

func checkTelegram(t tb, m notify.Message) {
	t.Helper()
	p := strict[telegramMessage](t, m)
	if n := units(p.Text); n == 0 || n > 4096 {
		t.Errorf("%d characters", n)
	}
	if p.Mode != "HTML" || !p.Preview.Disabled {
		t.Errorf("message is %+v", p)
	}
	checkAppHTML(t, p.Text, "a", "b", "blockquote")
}

// checkAppHTML accepts only these elements, well nested, and no text that an app would turn
// into a link or a mention.
func checkAppHTML(t tb, page string, allowed ...string) {
	t.Helper()
	var stack []string
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if len(stack) != 0 {
				t.Errorf("%v not closed in %q", stack, page)
			}
			return
		case html.StartTagToken:
			if !slices.Contains(allowed, token.Data) {
				t.Errorf("an element <%s> in %q", token.Data, page)
			}
			for _, a := range token.Attr {
				if a.Key != "href" || token.Data != "a" || safeLink(a.Val) != a.Val || a.Val == "" {
					t.Errorf("an attribute %s=%q", a.Key, a.Val)
				}
			}
			if token.Data != "br" && token.Data != "hr" {
				stack = append(stack, token.Data)
			}
		case html.EndTagToken:
			if len(stack) == 0 || stack[len(stack)-1] != token.Data {
				t.Fatalf("</%s> closes %v in %q", token.Data, stack, page)
			}
			stack = stack[:len(stack)-1]
		case html.TextToken:
			if m := linkable.FindString(token.Data); m != "" {
				t.Errorf("%q may become a link or a mention in %q", m, token.Data)
			}
		default:
			t.Errorf("a %v in %q", kind, page)
		}
	}
}

func checkNtfy(t tb, m notify.Message) {
	t.Helper()
	p := strict[ntfyMessage](t, m)
	if p.Title == "" || p.Message == "" || len(p.Message) > 4096 || units(p.Title) > 600 || strings.Contains(p.Title, "\n") {
		t.Errorf("title %q, message of %d bytes", p.Title, len(p.Message))
	}
	if p.Priority < 1 || p.Priority > 5 {
		t.Errorf("priority %d", p.Priority)
	}
	checkLink(t, p.Click)
}

func checkMatrix(t tb, m notify.Message) {
	t.Helper()
	p := strict[matrixMessage](t, m)
	if len(m.Payload) > 60000 || p.Type != "m.text" || p.Body == "" || !strings.Contains(string(m.Payload), `"m.mentions":{}`) {
		t.Errorf("message of %d bytes: %.200s", len(m.Payload), m.Payload)
	}
	checkAppHTML(t, p.Formatted, "a", "b", "blockquote", "p", "br", "hr")
}

func checkPagerDuty(t tb, m notify.Message) {
	t.Helper()
	p := strict[pagerdutyEvent](t, m)
	if len(m.Payload) > 512<<10 || p.Action != "trigger" || p.Dedup == "" || units(p.Dedup) > 255 {
		t.Errorf("event of %d bytes: %+v", len(m.Payload), p)
	}
	if n := units(p.Payload.Summary); n == 0 || n > 1024 {
		t.Errorf("summary of %d characters", n)
	}
	if p.Payload.Source == "" || !slices.Contains([]string{"critical", "error", "warning", "info"}, p.Payload.Severity) {
		t.Errorf("payload is %+v", p.Payload)
	}
	for _, l := range p.Links {
		checkLink(t, l.Href)
	}
}

func TestChatMarkdown(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"marks are escaped", "*b* _i_ ~s~ `c` ||x||", "\\*b\\* \\_i\\_ \\~s\\~ \\`c\\` \\|\\|x\\|\\|"},
		{"a link is text", "[a](http://e.org)", "\\[a\\]\\(http\u2060:\u2060//\u2060e\u2060.org\\)"},
		{"a heading is none", "# big", "\\# big"},
		{"nor a list", "1. one", "1\\. one"},
		{"nor one with a dash", "- one", "\\- one"},
		{"numbers and dashes within stay", "3.5 well-known", "3\\.5 well-known"},
		{"nobody is called", "@everyone <@1>", "@\u2060everyone <\u2060@\u20601\\>"},
		{"a tag is none, and the sign shows no backslash", "<b> 1 < 2", "<\u2060b\\> 1 <\u2060 2"},
		{"an emoji is its name, and a time a time", ":boom: at 12:00: :D", ":\u2060boom: at 12:00: :\u2060D"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := markdown(tt.in)
			if got != tt.want {
				t.Errorf("markdown(%q) = %q, want %q", tt.in, got, tt.want)
			}
			checkMarkdown(t, got)
		})
	}
}

func FuzzMarkdown(f *testing.F) {
	f.Add("*a* [b](c) <d> @e #f 1. g https://h.example")
	f.Fuzz(func(t *testing.T, in string) { checkMarkdown(t, markdown(text.Clean(in))) })
}

func FuzzAppHTML(f *testing.F) {
	f.Add(`<a href="x">&amp;</a> https://h.example @e`)
	f.Fuzz(func(t *testing.T, in string) { checkAppHTML(t, "<b>"+appHTML(text.Clean(in))+"</b>", "b") })
}

func TestDiscordAnswers(t *testing.T) {
	testAnswers(t, discordAt, []answerCase{
		{"the stored message", 200, nil, `{"id":"1"}`, "accepted"},
		{"no content", 204, nil, "", "accepted"},
		{"a login page", 200, nil, "<!DOCTYPE html>", "dead target"},
		{"no message", 200, nil, `{"hello":1}`, "unclear"},
		{"the thread in the address is none", 400, nil, `{"code":50035,"errors":{"thread_id":{"_errors":[]}}}`, "dead target"},
		{"a code says that it passes", 400, nil, `{"message":"slow","code":20028,"retry_after":3}`, "retry after 3s"},
		{"an embed too long", 400, nil, `{"embeds":["0"]}`, "bad message"},
		{"the token is wrong", 401, nil, `{"message":"Invalid Webhook Token","code":50027}`, "dead target"},
		{"forbidden", 403, nil, "", "dead target"},
		{"the webhook was removed", 404, nil, `{"message":"Unknown Webhook","code":10015}`, "dead target"},
		{"too fast, with a fraction", 429, http.Header{"Retry-After": {"1"}}, `{"message":"You are being rate limited.","retry_after":1.42,"global":false}`, "retry after 1.42s"},
		{"too fast, says the header alone", 429, http.Header{"Retry-After": {"65"}}, "blocked", "retry after 1m5s"},
		{"down", 502, nil, "", "unclear"},
	})
	testTransport(t, discordAt)
}

func TestDiscordWaits(t *testing.T) {
	r := newReceiver(t, reply(200, `{"id":"1"}`))
	n := discordAt(t, r.URL+"/api/webhooks/1/x?thread_id=7")
	if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
		t.Fatal(err)
	}
	if got := r.requests()[0].Path; got != "/api/webhooks/1/x?thread_id=7&wait=true&with_components=true" {
		t.Errorf("path is %q", got)
	}
}

func TestMattermostAnswers(t *testing.T) {
	testAnswers(t, mattermostAt, []answerCase{
		{"success is a body of ok", 200, nil, "ok", "accepted"},
		{"a login page", 200, nil, "<html>", "dead target"},
		{"a proxy's answer", 200, nil, "welcome", "unclear"},
		{"too long", 400, nil, "invalid text", "bad message"},
		{"no such hook, with a 400", 400, nil, `{"id":"web.incoming_webhook.invalid.app_error","message":"Invalid webhook.","status_code":400}`, "dead target"},
		{"the hook was removed", 404, nil, "unknown hook", "dead target"},
		{"the channel is locked", 403, nil, "channel locked", "dead target"},
		{"too fast", 429, http.Header{"Retry-After": {"1"}}, "", "retry after 1s"},
		{"down", 500, nil, "", "temporary"},
	})
	testTransport(t, mattermostAt)
}

func TestTeamsAnswers(t *testing.T) {
	testAnswers(t, teamsAt, []answerCase{
		{"queued", 202, nil, "", "accepted"},
		{"done", 200, nil, "1", "accepted"},
		{"what the author of a workflow lets it answer", 200, nil, "Thank you", "accepted"},
		{"an error that is told with a 200", 200, nil, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 410 with ContextId x.", "dead target"},
		{"one that passes", 200, nil, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x.", "temporary"},
		{"one of a kind that we do not know", 200, nil, "Something failed", "temporary"},
		{"a workflow that is turned off", 400, nil, `{"error":{"code":"WorkflowTriggerIsNotEnabled"}}`, "dead target"},
		{"not a card", 400, nil, "InvalidRequestContent", "bad message"},
		{"too large", 413, nil, "RequestEntityTooLarge", "bad message"},
		{"the signature in the address is wrong", 401, nil, "DirectApiAuthorizationRequired", "dead target"},
		{"the workflow was removed", 404, nil, "WorkflowNotFound", "dead target"},
		{"too fast", 429, http.Header{"Retry-After": {"17"}}, "", "retry after 17s"},
		{"down", 502, nil, "NoResponse", "unclear"},
	})
	testTransport(t, teamsAt)
}

func TestTelegramAnswers(t *testing.T) {
	bad := func(code, text string) string {
		return `{"ok":false,"error_code":` + code + `,"description":"` + text + `"}`
	}
	testAnswers(t, telegramAt, []answerCase{
		{"sent", 200, nil, `{"ok":true,"result":{}}`, "accepted"},
		{"sent, with more to say than we read", 200, nil, `{"ok":true,"result":{"text":"` + strings.Repeat("x", 5000), "accepted"},
		{"a login page", 200, nil, "<html>", "dead target"},
		{"a proxy's answer", 200, nil, "welcome", "unclear"},
		{"bad markup", 400, nil, bad("400", "Bad Request: can't parse entities"), "bad message"},
		{"too long", 400, nil, bad("400", "Bad Request: message is too long"), "bad message"},
		{"an unknown chat", 400, nil, bad("400", "Bad Request: chat not found"), "dead target"},
		{"the group has moved", 400, nil, bad("400", "Bad Request: group chat was upgraded to a supergroup chat"), "dead target"},
		{"the bot may not write", 400, nil, bad("400", "Bad Request: not enough rights to send text messages to the chat"), "dead target"},
		{"the token is wrong", 401, nil, bad("401", "Unauthorized"), "dead target"},
		{"thrown out", 403, nil, bad("403", "Forbidden: bot was kicked from the group chat"), "dead target"},
		{"no such bot", 404, nil, bad("404", "Not Found"), "dead target"},
		{"too fast", 429, nil, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}`, "retry after 35s"},
		{"down", 502, nil, "", "unclear"},
		{"refused, with a status of 200", 200, nil, bad("403", "Forbidden: bot was blocked by the user"), "dead target"},
		{"refused without a word", 200, nil, `{"ok":false}`, "temporary"},
		{"the number of the chat has changed", 400, nil, `{"ok":false,"error_code":400,"description":"no","parameters":{"migrate_to_chat_id":-1001}}`, "dead target"},
	})
	testTransport(t, telegramAt)
}

func TestTelegramRequest(t *testing.T) {
	r := newReceiver(t, reply(200, `{"ok":true}`))
	n := telegramAt(t, r.URL)
	m := compose(t, n, one())[0]
	if err := sendTo(t, n, m); err != nil {
		t.Fatal(err)
	}
	got := r.requests()[0]
	if got.Path != "/bot"+chatToken+"/sendMessage" || !strings.Contains(string(got.Body), `"chat_id":"-100200"`) {
		t.Errorf("%s %s", got.Path, got.Body)
	}
	if strings.Contains(string(m.Payload), "-100200") || strings.Contains(string(m.Payload), chatToken) {
		t.Errorf("the frozen message names the chat or the token: %s", m.Payload)
	}
	low := one()
	low.Alerts[0].Severity = notify.Low
	if !strict[telegramMessage](t, compose(t, n, low)[0]).Silent || strict[telegramMessage](t, m).Silent {
		t.Error("an alert of low severity is to be silent, and no other")
	}
}

func TestNtfyAnswers(t *testing.T) {
	testAnswers(t, ntfyAt, []answerCase{
		{"published", 200, nil, `{"id":"x","event":"message"}`, "accepted"},
		{"a login page", 200, nil, "<html>", "dead target"},
		{"a proxy's answer", 200, nil, "welcome", "unclear"},
		{"the message, as it was published", 200, nil, ntfyEcho("baltic-desk", ntfySample(t)), "accepted"},
		{"the message, trimmed", 200, nil, ntfyEcho("baltic-desk", " "+ntfySample(t)+"\n"), "accepted"},
		{"another message", 200, nil, ntfyEcho("baltic-desk", `{"topic":"baltic-desk"}`), "dead target"},
		{"another topic", 200, nil, ntfyEcho("desk", ntfySample(t)), "dead target"},
		{"an error with a 200", 200, nil, `{"error":"no"}`, "unclear"},
		{"no such topic", 400, nil, `{"code":40010,"http":400,"error":"topic name is not allowed"}`, "dead target"},
		{"refused", 400, nil, `{"code":40024,"error":"invalid"}`, "bad message"},
		{"not allowed", 403, nil, `{"code":40301,"error":"forbidden"}`, "dead target"},
		{"the token is wrong", 401, nil, "", "dead target"},
		{"too large", 413, nil, "", "bad message"},
		{"too fast", 429, nil, `{"code":42901}`, "temporary"},
		{"down", 500, nil, "", "temporary"},
	})
	testTransport(t, ntfyAt)
}

// ntfySample is the text of the sample alert for ntfy.
func ntfySample(t tb) string {
	return strict[ntfyMessage](t, compose(t, ntfyAt(t, "https://ntfy.example.org"), one())[0]).Message
}

// ntfyEcho is the answer of ntfy: the message that it published.
func ntfyEcho(topic, message string) string {
	j, _ := json.Marshal(map[string]any{"id": "x", "event": "message", "topic": topic, "message": message}) // strings cannot fail
	return "{ " + string(j[1:])
}

func TestNtfyRequest(t *testing.T) {
	r := newReceiver(t, reply(200, `{"id":"x","event":"message"}`))
	n := ntfyAt(t, r.URL)
	b := one()
	b.Alerts[0].Severity = notify.High
	if err := sendTo(t, n, compose(t, n, b)[0]); err != nil {
		t.Fatal(err)
	}
	got := r.requests()[0]
	var p struct {
		Topic, Title, Click string
		Priority            int
	}
	if err := json.Unmarshal(got.Body, &p); err != nil {
		t.Fatal(err)
	}
	if p.Topic != "baltic-desk" || p.Priority != 4 || p.Click != "https://news.example.org/2031/sample" || !strings.HasPrefix(p.Title, "Sample: Estonia") || got.Header.Get("Authorization") != "Bearer tk_s3cr3t" {
		t.Errorf("%s, %v", got.Body, got.Header)
	}
	// One tap opens one article.
	if ms := compose(t, n, many(4)); len(ms) != 4 {
		t.Errorf("%d notifications of 4 alerts", len(ms))
	}
	if ms := compose(t, n, many(40)); len(ms) > 10 {
		t.Errorf("%d notifications of 40 alerts", len(ms))
	}
}

func TestMatrixAnswers(t *testing.T) {
	testAnswers(t, matrixAt, []answerCase{
		{"sent", 200, nil, `{"event_id":"$x"}`, "accepted"},
		{"a login page", 200, nil, "<html>", "dead target"},
		{"a proxy's answer", 200, nil, "welcome", "unclear"},
		{"the token is wrong", 401, nil, `{"errcode":"M_UNKNOWN_TOKEN"}`, "dead target"},
		{"not in the room", 403, nil, `{"errcode":"M_FORBIDDEN"}`, "dead target"},
		{"the server does not know it", 404, nil, `{"errcode":"M_UNRECOGNIZED"}`, "dead target"},
		{"a proxy does not", 404, nil, "404 page not found", "temporary"},
		{"too large", 413, nil, `{"errcode":"M_TOO_LARGE"}`, "bad message"},
		{"not JSON", 400, nil, `{"errcode":"M_NOT_JSON"}`, "bad message"},
		{"too fast", 429, nil, `{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}`, "retry after 2.5s"},
		{"too fast, as the specification has it now", 429, http.Header{"Retry-After": {"3"}}, `{"errcode":"M_LIMIT_EXCEEDED"}`, "retry after 3s"},
		{"no such room, with a 400", 400, nil, `{"errcode":"M_UNSUPPORTED_ROOM_VERSION","error":"missing room info"}`, "dead target"},
		{"a page with a 400", 400, nil, "<html>Bad Request</html>", "dead target"},
		{"down", 502, nil, "", "unclear"},
	})
	testTransport(t, matrixAt)
}

// TestMatrixTransaction shows that every attempt has the same transaction id, by which the
// homeserver recognises it.
func TestMatrixTransaction(t *testing.T) {
	r := newReceiver(t, reply(502, ""))
	n := matrixAt(t, r.URL+"/")
	m := compose(t, n, one())[0]
	for range 2 {
		if outcome(sendTo(t, n, m)) != "unclear" {
			t.Fatal("accepted")
		}
	}
	for _, got := range r.requests() {
		if got.Method != "PUT" || got.Path != "/_matrix/client/v3/rooms/%21room:example.org/send/m.room.message/d1" && got.Path != "/_matrix/client/v3/rooms/!room:example.org/send/m.room.message/d1" || got.Header.Get("Authorization") != "Bearer syt_s3cr3t" {
			t.Errorf("%s %s %v", got.Method, got.Path, got.Header)
		}
	}
}

func TestPagerDutyAnswers(t *testing.T) {
	testAnswers(t, pagerdutyAt, []answerCase{
		{"taken", 202, nil, `{"status":"success"}`, "accepted"},
		{"a login page", 200, nil, "<html>", "dead target"},
		{"a proxy's answer", 200, nil, "welcome", "unclear"},
		{"not an event, with a 200", 200, nil, `{"status":"invalid event","message":"no","errors":["Length of summary"]}`, "bad message"},
		{"not a word of success", 202, nil, `{"status":"queued somewhere"}`, "retry after 1m0s"},
		{"not an event", 400, nil, `{"status":"invalid event","errors":["Length of summary"]}`, "bad message"},
		{"the key is wrong", 400, nil, `{"status":"invalid event","errors":["Invalid routing key"]}`, "dead target"},
		{"forbidden", 403, nil, "", "dead target"},
		{"too fast", 429, nil, "", "retry after 1m0s"},
		{"much too fast", 429, http.Header{"Retry-After": {"300"}}, "", "retry after 5m0s"},
		{"down", 500, nil, "", "temporary"},
	})
	testTransport(t, pagerdutyAt)
}

func TestPagerDutyKeys(t *testing.T) {
	r := newReceiver(t, reply(202, `{"status":"success"}`))
	n := pagerdutyAt(t, r.URL)
	ms := compose(t, n, many(3))
	keys := map[string]bool{}
	for _, m := range ms {
		keys[strict[pagerdutyEvent](t, m).Dedup] = true
		if strings.Contains(string(m.Payload), "R0123456789") {
			t.Error("the frozen event has the routing key")
		}
	}
	if len(keys) != 3 {
		t.Errorf("keys are %v", keys)
	}
	if err := sendTo(t, n, ms[0]); err != nil {
		t.Fatal(err)
	}
	if body := string(r.requests()[0].Body); !strings.Contains(body, `"routing_key":"R0123456789"`) {
		t.Errorf("sent without its key: %s", body)
	}
}

func TestSlackBotAnswers(t *testing.T) {
	no := func(word string) string { return `{"ok":false,"error":"` + word + `"}` }
	testAnswers(t, slackBotAt, []answerCase{
		{"posted", 200, nil, `{"ok":true,"ts":"1.2"}`, "accepted"},
		{"a login page", 200, nil, "<html>", "dead target"},
		{"a proxy's answer", 200, nil, "welcome", "unclear"},
		{"an unknown channel", 200, nil, no("channel_not_found"), "dead target"},
		{"not invited", 200, nil, no("not_in_channel"), "dead target"},
		{"archived", 200, nil, no("is_archived"), "dead target"},
		{"the token is wrong", 200, nil, no("invalid_auth"), "dead target"},
		{"the token was revoked", 200, nil, no("token_revoked"), "dead target"},
		{"bad blocks", 200, nil, no("invalid_blocks"), "bad message"},
		{"too long", 200, nil, no("msg_too_long"), "bad message"},
		{"trouble of Slack's", 200, nil, no("internal_error"), "temporary"},
		{"too fast", 429, http.Header{"Retry-After": {"12"}}, no("ratelimited"), "retry after 12s"},
		{"too fast, with a status of 200", 200, http.Header{"Retry-After": {"12"}}, no("ratelimited"), "retry after 12s"},
		{"down", 503, nil, "", "temporary"},
	})
	testTransport(t, slackBotAt)
}

func TestSlackBotRequest(t *testing.T) {
	r := newReceiver(t, reply(200, `{"ok":true}`))
	n := slackBotAt(t, r.URL)
	if err := sendTo(t, n, compose(t, n, one())[0]); err != nil {
		t.Fatal(err)
	}
	got := r.requests()[0]
	if got.Path != "/chat.postMessage" || got.Header.Get("Authorization") != "Bearer xoxb-s3cr3t" || !strings.Contains(string(got.Body), `"channel":"C0123456789"`) {
		t.Errorf("%s %v %s", got.Path, got.Header, got.Body)
	}
}

func TestChatOptions(t *testing.T) {
	testOptions(t, []optionsCase{
		{"discord without", &DiscordOptions{}, []string{"webhook: is missing"}},
		{"mattermost without", &MattermostOptions{}, []string{"webhook: is missing"}},
		{"teams with a path", &TeamsOptions{Webhook: "/workflows/x"}, []string{"webhook: is not a URL, write one that begins with https://"}},
		{"telegram", &TelegramOptions{API: "https://api.telegram.org", Token: chatToken, Chat: "@desk"}, nil},
		{"telegram without", &TelegramOptions{API: "https://api.telegram.org"}, []string{"token: is missing", "chat: is missing, write the chat's number or a channel's @name"}},
		{"a telegram token that is a path", &TelegramOptions{API: "https://e.org", Token: "1:a/../x", Chat: "1"}, []string{"token: is not what BotFather gives, such as 123456:ABC-DEF"}},
		{"ntfy", &NtfyOptions{Server: "https://ntfy.sh", Topic: "desk_1"}, nil},
		{"ntfy with a bad topic", &NtfyOptions{Server: "https://ntfy.sh", Topic: "desk/1", Token: "a b"}, []string{
			"topic: has other characters than letters, digits, - and _, or more than 64",
			"token: holds a space, a line break or another character that no token has"}},
		{"matrix with an alias", &MatrixOptions{Homeserver: "https://m.example.org", Room: "#desk:example.org", Token: "x"}, []string{
			"room: is not a room id, which begins with ! (a room's settings show it under Advanced)"}},
		{"pagerduty", &PagerDutyOptions{URL: "https://events.pagerduty.com/v2/enqueue", RoutingKey: "0123456789abcdef0123456789ABCDEF"}, nil},
		{"pagerduty without", &PagerDutyOptions{URL: "https://e.org"}, []string{"routing_key: is missing"}},
		{"slack_bot without", &SlackBotOptions{API: "https://slack.com/api"}, []string{"token: is missing", "channel: is missing, write the channel's id or #name"}},
		{"command without", &CommandOptions{}, []string{"command: is missing, write a list of the program and its arguments"}},
		{"a relative command", &CommandOptions{Command: []string{"./hook.sh"}}, []string{"command[0]: is a relative path, write an absolute one or a name on the PATH"}},
	})
	for kind, want := range map[string]Options{
		"telegram":  &TelegramOptions{API: "https://api.telegram.org"},
		"ntfy":      &NtfyOptions{Server: "https://ntfy.sh"},
		"pagerduty": &PagerDutyOptions{URL: "https://events.pagerduty.com/v2/enqueue"},
		"slack_bot": &SlackBotOptions{API: "https://slack.com/api"},
	} {
		if got, _ := NewOptions(kind); len(want.Validate()) != len(got.Validate()) {
			t.Errorf("%s lacks its default", kind)
		}
	}
}

// TestPace shows which kinds limit their rate: those of services that document a limit.
func TestPace(t *testing.T) {
	free := []string{"command", "console", "email", "webhook"}
	for kind, k := range kindsUnderTest {
		p, ok := k.at(t, "https://receiver.example").(notify.Pacer)
		if ok == slices.Contains(free, kind) {
			t.Errorf("%s has a pace: %v", kind, ok)
		}
		if !ok {
			continue
		}
		if every, burst := p.Pace(); every <= 0 || every > 5*time.Second || burst < 1 {
			t.Errorf("%s takes %d and one more each %v", kind, burst, every)
		}
	}
}

// TestGreet shows that a connection check sends no message.
func TestGreet(t *testing.T) {
	for kind, k := range kindsUnderTest {
		if _, ok := k.at(t, "https://receiver.example").(notify.Greeter); !ok {
			if kind != "console" {
				t.Errorf("%s cannot be greeted", kind)
			}
			continue
		}
		if kind == "email" || kind == "command" {
			continue
		}
		r := newReceiver(t, reply(200, "ok"))
		g := k.at(t, r.URL+"/s3cr3t-path").(notify.Greeter)
		if err := g.Greet(t.Context()); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if n := len(r.requests()); n != 0 {
			t.Errorf("%s: %d requests", kind, n)
		}
		r.Close()
		if err := g.Greet(t.Context()); err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: nobody listens: %v", kind, err)
		}
	}
}

func TestGreetMail(t *testing.T) {
	m := newMailbox(t, "starttls", func(m *mailbox) { m.auth = checkLogin })
	if err := m.at("smtp", loginAs("desk", "opensesame")).(notify.Greeter).Greet(t.Context()); err != nil {
		t.Error(err)
	}
	if err := m.at("smtp", loginAs("desk", "wrong")).(notify.Greeter).Greet(t.Context()); outcome(err) != "dead target" {
		t.Errorf("a wrong password is %s: %v", outcome(err), err)
	}
	if n := len(m.mails()); n != 0 {
		t.Errorf("%d mails", n)
	}
}
