package targets

import (
	"encoding/json"
	"mime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"watcher/internal/notify"
	"watcher/internal/testutil"
	"watcher/internal/text"
)

// hostileTexts are what a feed may contain to do harm.
var hostileTexts = map[string]string{
	"pings":             "<!channel> <!here> <@U024BE7LH> <!subteam^SAZ94GDB8> @everyone @here @channel <@&1234> <@!99>",
	"a Slack link":      "<http://evil.example|https://nato.int/statement>",
	"a Markdown link":   "[https://nato.int](http://evil.example) ![x](http://evil.example/p.png) <http://evil.example>",
	"an HTML link":      `<a href="http://evil.example" onclick="x()">nato.int</a><script>alert(1)</script><img src=x onerror=alert(1)>`,
	"bare links":        "evil.example www.evil.example https://evil.example/x?y=z ftp://evil.example mailto:a@evil.example",
	"bold":              "*bold* **bold** _it_ __u__ ~strike~ ~~strike~~ `code` ```block``` ||spoiler||",
	"a quotation":       "> quoted\n>>> all\n# heading\n- item\n1. item\n-# small\n---\n| a | b |",
	"unbalanced marks":  "*** _ ~ ` ** __ [ ( < & ] ) | \\",
	"escapes":           `\*a\* \\ \n &amp; &lt;!channel&gt; %3Cscript%3E &#60;b&#62;`,
	"terminal escapes":  "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07nato.int\x1b]8;;\x07 \u009b2J \x07\x08\x7f",
	"header injection":  "Title\r\nBcc: all@evil.example\r\nContent-Type: text/html\r\n\r\n<h1>x</h1>",
	"bidi overrides":    "\u202etxt.exe\u202c \u2066isolated \u2067 \u200fRLM \u061cALM",
	"invisible":         "N\u200bA\u200bT\u00adO \ufeff \u2060 \u180e \u034f \U000e0041\U000e007f",
	"emoji":             "👩‍🚀🇪🇪🏳️‍🌈 e\u0301 :boom: :100:",
	"many emoji":        strings.Repeat("👩‍👩‍👧‍👦", 400),
	"other scripts":     "Кремль 防衛省 الدفاع ไทย Ελλάδα हिन्दी",
	"invalid UTF-8":     "a\xff\xfe\xc3(\xed\xa0\x80",
	"NUL":               "a\x00b",
	"100 kB":            strings.Repeat("very long ", 10000),
	"100 kB in a word":  strings.Repeat("x", 100000),
	"100 kB of escapes": strings.Repeat("&<>", 33000),
	"100 kB of quotes":  strings.Repeat(`"'\`, 33000),
	"stacked marks":     strings.Repeat("e\u0301\u0316\u0330", 5000),
	"nothing":           "",
	"white space":       " \t\r\n\u00a0\u2028 ",
	"a template":        "{{.Secret}} {{range .}}{{end}} ${HOME} %s %d $(id) `id` {{{x}}}",
	"Slack's date":      "<!date^0^{date}^http://evil.example|x>",
	"Telegram":          `<tg-spoiler>x</tg-spoiler> <a href="tg://user?id=1">x</a>`,
	"Adaptive Card":     "{{DATE(2017-02-14T06:08:39Z,SHORT)}} <at>all</at>",
	"JSON":              `"}],"blocks":[{"type":"image"}],"x":["`,
}

var hostileLinks = []string{
	"javascript:alert(1)", "https://e.org/|x>y", "https://e.org/)](http://evil.example)", `https://e.org/"><script>`,
	"https://nato.int@evil.example/", "http://e.org/\r\nX: y", "https://e.org/" + strings.Repeat("&a=b", 499), "data:text/html,x", "//evil.example", "https://e.org/*_~`",
	"https://e.org/" + strings.Repeat("x", 100000), "slack://open", "tg://resolve?domain=x",
}

// everywhere puts a text in every place that a feed or a config can fill.
func everywhere(hostile, link string) notify.Alert {
	a := Sample("desk", noon)
	a.Item = notify.AlertItem{
		ID: hostile, Title: hostile, Link: link, Feed: hostile, FeedURL: link, Authors: []string{hostile},
		Categories: []string{hostile}, Language: hostile, Published: &noon, Summary: hostile,
	}
	a.Rules, a.AlsoIn = nil, nil
	config := hostile[:min(len(hostile), 300)] // names of feeds, rules and terms are the user's own
	for range listN + 2 {
		a.Rules = append(a.Rules, notify.RuleHit{Name: config, Terms: slices.Repeat([]string{config}, listN+2)})
		a.AlsoIn = append(a.AlsoIn, notify.Location{Feed: config, Link: link})
	}
	spans := [][2]int{{0, len(hostile) / 3}, {len(hostile) / 2, len(hostile)}}
	a.Excerpts = []notify.Excerpt{
		notify.MakeExcerpt("content", hostile, spans), notify.MakeExcerpt("summary", hostile, nil),
		{Field: "category", Text: hostile, Spans: spans}, // not made by MakeExcerpt
		{Field: "author", Text: hostile, Spans: [][2]int{{-3, 1 << 40}, {5, 2}}},
	}
	return a
}

// kindUnderTest is how the tests of all kinds open one and inspect its messages.
type kindUnderTest struct {
	at    func(t tb, url string) notify.Notifier
	check func(t tb, m notify.Message)
}

var kindsUnderTest = map[string]kindUnderTest{
	"command":    {commandAt, checkWebhook},
	"console":    {func(t tb, _ string) notify.Notifier { return open(t, &ConsoleOptions{}, testEnv()) }, checkConsole},
	"discord":    {discordAt, checkDiscord},
	"email":      {func(t tb, _ string) notify.Notifier { return open(t, emailOptions(), testEnv()) }, checkEmail},
	"matrix":     {matrixAt, checkMatrix},
	"mattermost": {mattermostAt, checkMattermost},
	"ntfy":       {ntfyAt, checkNtfy},
	"pagerduty":  {pagerdutyAt, checkPagerDuty},
	"slack":      {slackAt, checkSlack},
	"slack_bot":  {slackBotAt, checkSlack},
	"teams":      {teamsAt, checkTeams},
	"telegram":   {telegramAt, checkTelegram},
	"webhook":    {webhookAt, checkWebhook},
}

func checkConsole(t tb, m notify.Message) {
	t.Helper()
	env := testEnv()
	var out strings.Builder
	env.Terminal = Console{Out: &out, Width: 70, Color: true}
	if err := sendTo(t, open(t, &ConsoleOptions{}, env), m); err != nil {
		t.Fatal(err)
	}
	shown := sgr.ReplaceAllString(out.String(), "")
	if hidden(shown) >= 0 {
		t.Errorf("unseen characters in %q", shown)
	}
}

func checkEmail(t tb, m notify.Message) {
	t.Helper()
	header, body, page := mailParts(t, raw(t, m))
	for name := range header {
		switch name {
		case "Auto-Submitted", "Content-Type", "Date", "From", "List-Id", "Message-Id", "Mime-Version", "Subject",
			"To", "X-Auto-Response-Suppress", "Importance", "Priority", "X-Priority", "X-Msmail-Priority":
		default:
			t.Errorf("a header %s", name)
		}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	if err != nil {
		t.Error(err)
	}
	for part, shown := range map[string]string{"subject": subject, "body": body, "page": page} {
		if at := hidden(shown); at >= 0 {
			t.Errorf("character %d of the %s is hidden: %+q", at, part, shown)
		}
	}
	checkHTML(t, page, nil)
}

// hidden finds a character that hides or steers in what people are sent. The word joiners
// of unlink are ours, and a part may begin within an emoji.
func hidden(shown string) (at int) {
	return testutil.Hidden(strings.TrimLeftFunc(shown, text.Spells), "\n"+string(joiner))
}

// checkSeen checks that a payload hides nothing. What programs read has exact values, in
// which every hidden character is an escape.
func checkSeen(t tb, kind string, m notify.Message) {
	t.Helper()
	payload := string(m.Payload)
	if kind == "webhook" || kind == "command" {
		if strings.ContainsFunc(payload, text.Unseen) {
			t.Errorf("%s: unseen characters in %+q", kind, payload)
		}
		return
	}
	if at := hidden(payload); at >= 0 {
		t.Errorf("%s: character %d is hidden in %+q", kind, at, payload)
	}
	var value any
	if err := json.Unmarshal(m.Payload, &value); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if strings.HasPrefix(kind, "slack") { // its marks end at an invisible blank
				v = strings.ReplaceAll(v, "\u200b", "")
			}
			if at := hidden(v); at >= 0 {
				t.Errorf("%s: character %d is hidden in %+q", kind, at, v)
			}
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(value)
}

// FuzzHidden shows for every kind that no control or bidi override, nor any other invisible
// character, is sent as it is, wherever a feed or a config contains it.
func FuzzHidden(f *testing.F) {
	for _, hostile := range hostileTexts {
		f.Add(hostile[:min(len(hostile), 500)])
	}
	f.Add("a\u200d\u200b\ufe0fb \u200c\u3164ن\u200c\U000e0141\u2028\x9b\u061c")
	notifiers := make(map[string]notify.Notifier)
	for _, kind := range Kinds() {
		notifiers[kind] = kindsUnderTest[kind].at(f, "https://receiver.example/in")
	}
	f.Fuzz(func(t *testing.T, hostile string) {
		trouble := SampleTrouble("desk", noon)
		trouble.Trouble.Text, trouble.Trouble.Feed = hostile, hostile
		for kind, n := range notifiers {
			for _, b := range []notify.Batch{batch(everywhere(hostile, "https://e.org/"+hostile)), batch(trouble)} {
				for _, m := range compose(t, n, b) {
					checkSeen(t, kind, m)
					if kind == "console" || kind == "email" { // its payload is not what people see
						kindsUnderTest[kind].check(t, m)
					}
				}
			}
		}
	})
}

func checkWebhook(t tb, m notify.Message) {
	t.Helper()
	var event struct {
		Data struct {
			Alerts []eventAlert `json:"alerts"`
		} `json:"data"`
	}
	if err := json.Unmarshal(m.Payload, &event); err != nil {
		t.Fatal(err)
	}
	for _, a := range event.Data.Alerts {
		for _, e := range a.Excerpts {
			for _, s := range e.Spans {
				if s[0] < 0 || s[0] >= s[1] || s[1] > len(e.Text) || !utf8.ValidString(e.Text[s[0]:s[1]]) {
					t.Errorf("span %v of %q", s, e.Text)
				}
			}
		}
	}
}

// TestHostile composes whatever a feed may contain for every kind of target, and inspects
// the result as that target would.
func TestHostile(t *testing.T) {
	for _, kind := range Kinds() {
		k, ok := kindsUnderTest[kind]
		if !ok {
			t.Errorf("%s is not under test", kind)
			continue
		}
		n := k.at(t, "https://receiver.example/in")
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			for name, text := range hostileTexts {
				t.Run(name, func(t *testing.T) {
					checkBatch(t, k, n, batch(everywhere(text, hostileLinks[len(text)%len(hostileLinks)])))
					trouble := SampleTrouble("desk", noon)
					trouble.Trouble.Text, trouble.Trouble.Feed, trouble.Trouble.Kind = text, text, text
					checkBatch(t, k, n, batch(trouble))
				})
			}
			t.Run("links", func(t *testing.T) {
				for _, link := range hostileLinks {
					checkBatch(t, k, n, batch(everywhere("A title", link)))
				}
			})
			t.Run("times", func(t *testing.T) {
				for _, year := range []int{-300, 0, 1, 1969, 9999, 10000, 292277} {
					a, when := Sample("desk", noon), time.Date(year, 12, 31, 23, 59, 59, 0, time.UTC)
					a.Item.Published = &when
					checkBatch(t, k, n, batch(a))
				}
			})
			t.Run("a crowd", func(t *testing.T) {
				var crowd []notify.Alert
				for _, text := range hostileTexts {
					a := everywhere(text[:min(len(text), 2000)], hostileLinks[len(crowd)%len(hostileLinks)])
					a.ID = partID("crowd", len(crowd))
					crowd = append(crowd, a)
				}
				checkBatch(t, k, n, notify.Batch{ID: "d1", Target: "desk", Time: noon, Alerts: append(crowd, many(60).Alerts...), More: 1 << 40, Full: noon})
			})
		})
	}
}

// checkBatch composes a batch, checks every message, and checks that each recipient gets
// each alert once.
func checkBatch(t tb, k kindUnderTest, n notify.Notifier, b notify.Batch) {
	t.Helper()
	var told []string
	ids := map[string]bool{}
	for _, m := range compose(t, n, b) {
		if !json.Valid(m.Payload) || !utf8.Valid(m.Payload) {
			t.Fatalf("payload is no JSON: %s", m.Payload)
		}
		if ids[m.ID] || strings.ContainsFunc(m.ID, func(r rune) bool { return r >= utf8.RuneSelf || r != '_' && !isWord(r) }) {
			t.Errorf("delivery id %q", m.ID)
		}
		ids[m.ID] = true
		told = append(told, m.AlertIDs...)
		k.check(t, m)
	}
	if !slices.Equal(told, alertIDs(b.Alerts)) {
		t.Errorf("told %v, want %v", told, alertIDs(b.Alerts))
	}
}

// TestAnyText does the same as TestHostile with texts made of all the pieces that some
// target acts on.
func TestAnyText(t *testing.T) {
	alphabet := []string{"NATO ", "a", "&", "<", ">", "|", "*", "_", "~", "`", "[", "]", "(", ")", "!", "@", "#", "\\", "\"", "'", "\n", "\r", "\t", " ",
		"://", "http://e.org", ".", "{{", "}}", "\x1b[1m", "\u202e", "\u200b", "\xff", "é", "防", "👩‍🚀", "&amp;", "<!channel>", "</b>", "e\u0301", "-", "=", "=?utf-8?q?x?=", "…", ":"}
	for _, kind := range Kinds() {
		k := kindsUnderTest[kind]
		n := k.at(t, "https://receiver.example/in")
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 60).Draw(t, "text"), "")
				link := rapid.OneOf(rapid.SampledFrom(hostileLinks), rapid.Custom(func(t *rapid.T) string {
					return "https://e.org/" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 20).Draw(t, "path"), "")
				})).Draw(t, "link")
				b := batch(everywhere(text, link))
				checkBatch(t, k, n, b)
			})
		})
	}
}
