package targets

import (
	"bytes"
	"html"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"watcher/internal/notify"
	"watcher/internal/testutil"
)

// pictureAlerts are the articles in the README's picture. They are made up.
func pictureAlerts() []notify.Batch {
	at := func(hour, minute int) time.Time { return time.Date(2031, 3, 3, hour, minute, 0, 0, time.UTC) }
	article := func(seen time.Time, severity notify.Severity, feed, title, content string, rules []notify.RuleHit, words ...string) notify.Alert {
		published := seen.Add(-2 * time.Minute)
		return notify.Alert{
			ID: title, Target: "desk", Severity: severity, FirstSeen: seen, Rules: rules,
			Item:     notify.AlertItem{Title: title, Feed: feed, Link: "https://news.example.org/" + feed, Published: &published},
			Excerpts: []notify.Excerpt{notify.MakeExcerpt("content", content, find(content, words...))},
		}
	}
	first := article(at(9, 14), notify.High, "Baltic Wire", "Estonia and NATO agree on a permanent brigade at Tapa",
		"TALLINN – The government and the alliance signed a memorandum on Monday under which NATO will keep a full brigade at the Tapa base from 2033. Estonia is to pay for barracks and ranges, the framework nation for the brigade's heavy equipment.",
		[]notify.RuleHit{{Name: "baltic-brigades", Terms: []string{"Estonia", "NATO", "brigade*"}}},
		"NATO", "brigade", "Estonia", "brigade's")
	first.AlsoIn = []notify.Location{{Feed: "Nordic Defence Review", Link: "https://review.example.org/tapa"}}
	second := article(at(11, 2), notify.Normal, "Policy Quarterly", "What ten years of Enhanced Forward Presence taught planners",
		"Three lessons stand out. The first is that Enhanced Forward Presence worked as a tripwire long before it could work as a defence; the second, that rail gauges decide more than budgets do.",
		[]notify.RuleHit{{Name: "forward-presence", Terms: []string{"Enhanced Forward Presence"}}},
		"Enhanced Forward Presence")
	return []notify.Batch{
		{ID: "p1", Target: "desk", Time: first.FirstSeen, Alerts: []notify.Alert{first}},
		{ID: "p2", Target: "desk", Time: second.FirstSeen, Alerts: []notify.Alert{second}},
	}
}

// pictureBlock is a block of a message as the page lays it out.
type pictureBlock struct {
	Kind  string
	Texts []template.HTML
}

type pictureMessage struct {
	Time   string
	Blocks []pictureBlock
}

var (
	pictureDate = regexp.MustCompile(`&lt;!date\^\d+\^[^|]*\|[^&]*?(\d\d:\d\d) UTC&gt;`)
	pictureLink = regexp.MustCompile(`&lt;(https?://[^|]+)\|(.*?)&gt;`)
	pictureBold = regexp.MustCompile(`\*([^*\n]+)\*`)
)

// pictureText lays mrkdwn out, as far as our messages use it.
func pictureText(s string) template.HTML {
	s = html.EscapeString(strings.NewReplacer("&lt;", "‹", "&gt;", "›", "&amp;", "&").Replace(s))
	s = pictureDate.ReplaceAllString(s, "Today $1")
	s = pictureLink.ReplaceAllString(s, "<a>$2</a>")
	s = pictureBold.ReplaceAllString(s, "<b>$1</b>")
	if quote, ok := strings.CutPrefix(s, "&gt; "); ok {
		s = "<q>" + quote + "</q>"
	}
	return template.HTML(strings.ReplaceAll(s, "🔴", `<i class="high"></i>`)) // few machines have a font with it
}

// TestPicture keeps the page behind the README's picture of a Slack alert in step with what
// is sent to Slack. With -update Chromium takes the picture again.
func TestPicture(t *testing.T) {
	n := slackAt(t, "https://hooks.slack.example/x")
	var messages []pictureMessage
	for _, b := range pictureAlerts() {
		for _, m := range compose(t, n, b) {
			checkSlack(t, m)
			p := pictureMessage{Time: b.Time.Format("15:04")}
			for _, block := range slackBlocksOf(t, m).Blocks {
				texts := block.Elements
				if block.Text != nil {
					texts = []slackText{*block.Text}
				}
				out := pictureBlock{Kind: block.Type}
				for _, x := range texts {
					out.Texts = append(out.Texts, pictureText(x.Text))
				}
				p.Blocks = append(p.Blocks, out)
			}
			messages = append(messages, p)
		}
	}
	page, err := template.ParseFiles("testdata/slack-alert.tmpl.html")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, messages); err != nil {
		t.Fatal(err)
	}
	golden(t, "slack-alert.html", out.Bytes())
	if testutil.Updating() {
		photograph(t, filepath.Join("testdata", "golden", "slack-alert.html"), filepath.Join("..", "..", "..", "docs", "slack-alert.png"))
	}
	info, err := os.Stat("../../../docs/slack-alert.png")
	if err != nil || info.Size() > 120<<10 {
		t.Errorf("the picture: %v, %v", info, err)
	}
}

func photograph(t *testing.T, page, picture string) {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Log("chromium is not installed: the picture is left as it is")
		return
	}
	from, err := filepath.Abs(page)
	if err != nil {
		t.Fatal(err)
	}
	to, err := filepath.Abs(picture)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.5",
		"--user-data-dir="+t.TempDir(), "--window-size=760,400", "--screenshot="+to, "file://"+from)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
