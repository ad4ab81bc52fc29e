package targets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"watcher/internal/notify"
)

func emailOptions() *EmailOptions {
	return &EmailOptions{SMTP: "smtp://mail.example.org:587", From: "Watcher <watcher@example.org>", To: []string{"duty@example.org"}}
}

// raw returns a message as it goes over the wire.
func raw(t tb, m notify.Message) []byte {
	t.Helper()
	l, err := payload[letter](m)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := l.message().WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mailParts reads a mail's text and HTML back, as a mail reader does.
func mailParts(t tb, wire []byte) (header mail.Header, text, page string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(wire))
	if err != nil {
		t.Fatalf("read mail: %v", err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type is %q: %v", m.Header.Get("Content-Type"), err)
	}
	var got []string
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("read part: %v", err)
		}
		if enc := p.Header.Get("Content-Transfer-Encoding"); enc != "quoted-printable" {
			t.Errorf("encoding is %q", enc)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatalf("read part: %v", err)
		}
		got = append(got, p.Header.Get("Content-Type"), strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
	if len(got) != 4 || got[0] != "text/plain; charset=UTF-8" || got[2] != "text/html; charset=UTF-8" {
		t.Fatalf("parts are %q", got)
	}
	return m.Header, got[1], got[3]
}

func TestEmailGolden(t *testing.T) {
	n := open(t, emailOptions(), testEnv())
	for name, b := range goldenBatches() {
		t.Run(name, func(t *testing.T) {
			m := compose(t, n, b)[0]
			wire := raw(t, m)
			if !bytes.Equal(wire, raw(t, m)) {
				t.Error("a second attempt sends other bytes")
			}
			golden(t, "email."+name+".eml", bytes.ReplaceAll(wire, []byte("\r\n"), []byte("\n")))
		})
	}
}

func TestEmailHeaders(t *testing.T) {
	b := one()
	b.Alerts[0].Severity = notify.High
	header, text, page := mailParts(t, raw(t, compose(t, open(t, emailOptions(), testEnv()), b)[0]))
	for name, want := range map[string]string{
		"Message-Id":               "<d1@example.org>",
		"Date":                     "Mon, 03 Mar 2031 12:00:00 +0000",
		"Auto-Submitted":           "auto-generated",
		"X-Auto-Response-Suppress": "All",
		"List-Id":                  "<desk.watcher.example.org>",
		"From":                     `"Watcher" <watcher@example.org>`,
		"To":                       "<duty@example.org>",
		"Importance":               "high",
		"Subject":                  "Sample: Estonia and Latvia open a joint training area for NATO brigades",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, want := range []string{"Sample Feed · 3 Mar 2031 11:56 UTC", "https://news.example.org/2031/sample", "*NATO's*", "baltic-brigades"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in the text part", want)
		}
	}
	for _, want := range []string{`<a href="https://news.example.org/2031/sample"`, "NATO&#39;s</b>", "baltic-brigades"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the HTML part", want)
		}
	}
}

func TestEmailEachRecipientGetsOne(t *testing.T) {
	o := emailOptions()
	o.To = append(o.To, "Night Desk <night@example.org>", "third@example.net")
	ms := compose(t, open(t, o, testEnv()), many(3))
	var got []string
	for _, m := range ms {
		header, _, _ := mailParts(t, raw(t, m))
		got = append(got, fmt.Sprint(m.ID, " ", header.Get("To"), " ", header.Get("Message-Id"), " ", len(m.AlertIDs)))
	}
	want := []string{
		"d1 <duty@example.org> <d1@example.org> 3",
		`d1_2 "Night Desk" <night@example.org> <d1_2@example.org> 3`,
		"d1_3 <third@example.net> <d1_3@example.org> 3",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEmailSubjectCannotBringHeaders(t *testing.T) {
	evil := "x\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script> \u202e=?utf-8?q?y?="
	a := Sample("desk", noon)
	a.Item.Title, a.Item.Feed, a.Excerpts = evil, evil, nil
	a.Rules = []notify.RuleHit{{Name: evil, Terms: []string{evil}}}
	a.Item.Link = "https://e.org/\r\nBcc: all@example.org"
	b := batch(a)
	b.Target = evil
	header, text, page := mailParts(t, raw(t, compose(t, open(t, emailOptions(), testEnv()), b)[0]))
	if header["Bcc"] != nil || len(header) != 10 {
		t.Errorf("headers are %v", header)
	}
	if got := header.Get("Subject"); got != "x Bcc: all@example.org <script>alert(1)</script> = ?utf-8?q?y?=" {
		t.Errorf("subject is %q", got)
	}
	for _, s := range []string{text, page} {
		if strings.Contains(s, "\u202e") {
			t.Error("a bidi override got through")
		}
	}
	if id := header.Get("List-Id"); id != "<x--Bcc--all-example-org-----script-alert-1---script-----utf-.watcher.example.org>" {
		t.Errorf("list id is %q", id)
	}
	checkHTML(t, page, nil)
}

// checkHTML parses a page and accepts only our own elements, and links to
// http(s) addresses.
func checkHTML(t tb, page string, extra []string) {
	t.Helper()
	allowed := append([]string{"html", "head", "meta", "title", "body", "div", "a", "b"}, extra...)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(allowed, n.Data) {
			t.Errorf("an element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "href":
				if safeLink(a.Val) != a.Val || a.Val == "" {
					t.Errorf("a link to %q", a.Val)
				}
			case "style", "dir", "lang", "charset", "name", "content":
			default:
				t.Errorf("an attribute %s", a.Key)
			}
		}
	}
}

func TestEmailOptions(t *testing.T) {
	with := func(change func(*EmailOptions)) *EmailOptions {
		o := emailOptions()
		change(o)
		return o
	}
	testOptions(t, []optionsCase{
		{"the usual", emailOptions(), nil},
		{"with a login", with(func(o *EmailOptions) { o.Username, o.Password = "w", "p" }), nil},
		{"nothing", &EmailOptions{}, []string{"smtp: is missing", "from: is missing", "to: is missing, write a list of mail addresses"}},
		{"a server without a scheme", with(func(o *EmailOptions) { o.SMTP = "mail.example.org:587" }), []string{"smtp: is not a URL, write one that begins with smtp://"}},
		{"another scheme", with(func(o *EmailOptions) { o.SMTP = "https://mail.example.org" }), []string{"smtp: begins with https://, write smtp:// or smtps:// or smtp+insecure://"}},
		{"a login in the address", with(func(o *EmailOptions) { o.SMTP = "smtp://u:p@mail.example.org" }), []string{"smtp: holds a user, write it under username and password"}},
		{"a path", with(func(o *EmailOptions) { o.SMTP = "smtp://mail.example.org/x" }), []string{"smtp: has something after the host, write smtp://host:587"}},
		{"half a login", with(func(o *EmailOptions) { o.Username = "w" }), []string{"username: and password belong together, write both or neither"}},
		{"bad addresses", with(func(o *EmailOptions) {
			o.From = "watcher"
			o.To = []string{"a@e.org", "b", "A <a@e.org>", "a@e.org\r\nBcc: x@e.org"}
		}), []string{
			"from: is not a mail address", "to[1]: is not a mail address", "to[2]: is in the list already", "to[3]: is not a mail address"}},
	})
}

func FuzzEmail(f *testing.F) {
	f.Add("a\r\nBcc: x@e.org", "https://e.org/\"><script>", "desk\r\n")
	f.Add("=?utf-8?q?x?=", "javascript:alert(1)", "тест")
	n := open(f, emailOptions(), testEnv())
	f.Fuzz(func(t *testing.T, title, link, target string) {
		a := Sample("desk", noon)
		a.Item.Title, a.Item.Feed, a.Item.Link = title, title, link
		a.Excerpts = []notify.Excerpt{notify.MakeExcerpt("content", title, [][2]int{{0, len(title) / 2}})}
		b := batch(a)
		b.Target = target
		header, _, page := mailParts(t, raw(t, compose(t, n, b)[0]))
		if len(header) != 10 {
			t.Errorf("headers are %v", header)
		}
		checkHTML(t, page, nil)
	})
}

// TestEmailSplits shows that no mail is so large that webmail clips it, and that every
// alert is in one, whole.
func TestEmailSplits(t *testing.T) {
	o := emailOptions()
	o.To = append(o.To, "night@example.org")
	n := open(t, o, testEnv())
	b := many(500)
	for i := range b.Alerts {
		b.Alerts[i].Item.Title = fmt.Sprintf("Eesti Õhuvägi ja НАТО %d …", i)
		b.Alerts[i].Excerpts = []notify.Excerpt{notify.MakeExcerpt("content", strings.Repeat("НАТО и Балтия ", 20), nil)}
	}
	b.More = 7
	ms := compose(t, n, b)
	want := alertIDs(b.Alerts)
	parts := len(ms) / 2
	for r, to := range []string{"<duty@example.org>", "<night@example.org>"} {
		var got []string
		var all string
		for i, m := range ms[r*parts : (r+1)*parts] {
			wire := raw(t, m)
			if len(wire) > 100_000 {
				t.Errorf("mail %d has %d bytes", i+1, len(wire))
			}
			header, text, _ := mailParts(t, wire)
			if subject, _ := new(mime.WordDecoder).DecodeHeader(header.Get("Subject")); header.Get("To") != to || !strings.HasSuffix(subject, fmt.Sprintf(" (%d of %d)", i+1, parts)) {
				t.Errorf("mail %d to %s: %s", i+1, header.Get("To"), subject)
			}
			got = append(got, m.AlertIDs...)
			all += text
			if last := i == parts-1; strings.Contains(text, "and 7 more") != last {
				t.Errorf("mail %d of %d says how many more: %v", i+1, parts, !last)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d alerts, or in another order", len(got))
		}
		for i := range b.Alerts {
			if !strings.Contains(all, fmt.Sprintf("НАТО* %d …", i)) && !strings.Contains(all, fmt.Sprintf("НАТО %d …", i)) {
				t.Errorf("alert %d is not in the text", i)
			}
		}
	}
}

// TestEmailLargestAlert: one alert fits into a mail, whatever the feed says.
func TestEmailLargestAlert(t *testing.T) {
	long := strings.Repeat("🪖", 4000)
	a := Sample("desk", noon)
	a.Item.Title, a.Item.Feed, a.Item.Link = long, long, "https://e.org/"+strings.Repeat("=", 1900)
	a.Rules, a.Excerpts, a.AlsoIn = nil, nil, nil
	for range 20 {
		a.Rules = append(a.Rules, notify.RuleHit{Name: long, Terms: slices.Repeat([]string{long}, 20)})
		a.Excerpts = append(a.Excerpts, notify.Excerpt{Field: "content", Text: long})
		a.AlsoIn = append(a.AlsoIn, notify.Location{Feed: long, Link: a.Item.Link})
	}
	o := emailOptions()
	o.Words.Body = "{{.Title}}{{.Title}}{{.Title}}{{.Title}}{{.Title}}{{.Title}}{{.Title}}"
	for _, m := range compose(t, open(t, o, testEnv()), batch(a, a)) {
		if wire := raw(t, m); len(wire) > 100_000 {
			t.Errorf("a mail has %d bytes", len(wire))
		}
	}
}
