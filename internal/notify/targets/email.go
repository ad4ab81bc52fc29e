package targets

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// EmailOptions configure mail through a submission server.
type EmailOptions struct {
	// SMTP is smtp://host:587, which requires STARTTLS, smtps://host:465, which uses
	// TLS from the start, or smtp+insecure://host:25, which is not encrypted.
	SMTP     string   `yaml:"smtp"`
	Username string   `yaml:"username"` // empty: no authentication
	Password Secret   `yaml:"password,secret"`
	From     string   `yaml:"from"` // address, or Name <address>
	To       []string `yaml:"to"`   // each gets a mail of its own
	// Helo is the name sent in EHLO: a domain, or an address in brackets. Empty: the
	// machine's full name, or its address if it has none.
	Helo string `yaml:"helo"`

	Words `yaml:",inline"`
}

func (o *EmailOptions) Validate() []problem.Problem {
	ps := o.checkServer()
	if (o.Username == "") != (o.Password == "") {
		ps = append(ps, problem.At("username", "and password belong together, write both or neither"))
	}
	if o.From == "" {
		ps = append(ps, problem.At("from", "is missing"))
	} else if _, err := parseAddress(o.From); err != nil {
		ps = append(ps, problem.At("from", "is not a mail address"))
	}
	if len(o.To) == 0 {
		ps = append(ps, problem.At("to", "is missing, write a list of mail addresses"))
	}
	seen := map[string]bool{}
	for i, to := range o.To {
		a, err := parseAddress(to)
		switch {
		case err != nil:
			ps = append(ps, problem.At(fmt.Sprintf("to[%d]", i), "is not a mail address"))
		case seen[a.Address]:
			ps = append(ps, problem.At(fmt.Sprintf("to[%d]", i), "is in the list already"))
		default:
			seen[a.Address] = true
		}
	}
	if o.Helo != "" && !isHelo(o.Helo) {
		ps = append(ps, problem.At("helo", "is not the full name of a machine, write one like watcher.example.org, or an address like [192.0.2.1]"))
	}
	return append(ps, o.check()...)
}

// isHelo reports whether every server must accept a name in EHLO, RFC 5321 sections
// 4.1.1.1 and 4.1.3.
func isHelo(s string) bool {
	if literal, ok := strings.CutPrefix(s, "["); ok {
		literal, ok = strings.CutSuffix(strings.TrimPrefix(literal, "IPv6:"), "]")
		a, err := netip.ParseAddr(literal)
		return ok && err == nil && a.Zone() == "" && a.Is6() == strings.HasPrefix(s, "[IPv6:")
	}
	_, err := netip.ParseAddr(s)
	return err != nil && isFullName(s)
}

// Warn implements Warner.
func (o *EmailOptions) Warn() []problem.Problem {
	var ps []problem.Problem
	look := func(key, address string) {
		if a, err := parseAddress(address); err == nil && !isASCII(a.Address) {
			ps = append(ps, problem.At(key, "has letters beyond ASCII before the @, which every mail server on the way must know (SMTPUTF8); many do not"))
		}
	}
	look("from", o.From)
	for i, to := range o.To {
		look(fmt.Sprintf("to[%d]", i), to)
	}
	return ps
}

func (o *EmailOptions) checkServer() []problem.Problem {
	if ps := checkURL("smtp", Secret(o.SMTP), "smtp", "smtps", "smtp+insecure"); ps != nil {
		return ps
	}
	u, err := url.Parse(o.SMTP)
	switch {
	case err != nil:
		return []problem.Problem{problem.At("smtp", "is not a URL")}
	case u.User != nil:
		return []problem.Problem{problem.At("smtp", "holds a user, write it under username and password")}
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return []problem.Problem{problem.At("smtp", "has something after the host, write smtp://host:587")}
	}
	if _, err := asciiHost(u.Hostname()); err != nil {
		return []problem.Problem{problem.At("smtp", "names a host that cannot be")}
	}
	return nil
}

func (o *EmailOptions) Open(env Env) (notify.Notifier, error) {
	server, err := newMailServer(o, env)
	if err != nil {
		return nil, err
	}
	from, err := parseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("email: read from: %w", err)
	}
	e := &email{server: server, from: from, words: o.wording()}
	for _, to := range o.To {
		a, err := parseAddress(to)
		if err != nil {
			return nil, fmt.Errorf("email: read to: %w", err)
		}
		e.to = append(e.to, a)
	}
	return e, nil
}

type email struct {
	server *mailServer
	from   mail.Address
	to     []mail.Address
	words  wording
}

var _ notify.Notifier = (*email)(nil)

// letter is a frozen mail. Every attempt sends the same bytes, so that a mail sent
// twice (RFC 1047: the answer to the final dot was lost) is recognised by its
// Message-ID.
type letter struct {
	ID       string       `json:"id"` // Message-ID without angle brackets
	From     mail.Address `json:"from"`
	To       mail.Address `json:"to"`
	Date     time.Time    `json:"date"`
	ListID   string       `json:"list_id"`
	Subject  string       `json:"subject"`
	Urgent   bool         `json:"urgent,omitempty"`
	Text     string       `json:"text"`
	HTML     string       `json:"html"`
	Boundary string       `json:"boundary"`
}

// maxLetter is the largest mail on the wire. Gmail hides what is over 102 kB behind a
// link, and other webmail does the same.
const maxLetter = 96 << 10

// Compose makes one message for each recipient, since a server answers for each
// recipient separately, and several if one would be too large.
func (e *email) Compose(b notify.Batch) ([]notify.Message, error) {
	cs := e.words.cards(b)
	sheets, err := e.sheets(b, cs, 0)
	if err != nil {
		return nil, fmt.Errorf("compose message %s: %w", b.ID, err)
	}
	var parts []part
	for _, to := range e.to {
		for i, sheet := range sheets {
			l := sheet.letter
			if len(sheets) > 1 {
				l.Subject = fmt.Sprintf("%s (%d of %d)", l.Subject, i+1, len(sheets))
			}
			l.To = to
			l.ID = partID(b.ID, len(parts)) + "@" + domainOf(e.from)
			l.Boundary = "watcher_" + partID(b.ID, len(parts))
			parts = append(parts, part{payload: l, alerts: sheet.alerts})
		}
	}
	return messages(b, parts)
}

// sheet is a letter before it has a recipient, and the alerts in it.
type sheet struct {
	letter letter
	alerts []string
}

// sheets composes cards, which are those of b's alerts from first on, into as few
// letters as the size allows: one, or those of each half.
func (e *email) sheets(b notify.Batch, cs []card, first int) ([]sheet, error) {
	l, err := e.sheet(b, cs, first)
	if err != nil || l.size() <= maxLetter {
		return []sheet{{l, alertIDs(b.Alerts[first : first+len(cs)])}}, err
	}
	if len(cs) == 1 {
		l, err = e.sheet(b, []card{cs[0].slim()}, first)
		return []sheet{{l, alertIDs(b.Alerts[first : first+1])}}, err
	}
	half := (len(cs) + 1) / 2
	left, err := e.sheets(b, cs[:half], first)
	if err != nil {
		return nil, err
	}
	right, err := e.sheets(b, cs[half:], first+half)
	return append(left, right...), err
}

func (e *email) sheet(b notify.Batch, cs []card, first int) (letter, error) {
	page := letterPage{Head: head(&b), Cards: cs}
	if first+len(cs) == len(b.Alerts) {
		page.More = rest(&b)
	}
	var html bytes.Buffer
	if err := letterHTML().Execute(&html, page); err != nil {
		return letter{}, err
	}
	l := letter{
		From: e.from, Date: b.Time.UTC().Truncate(time.Second),
		ListID:  fmt.Sprintf("<%s.watcher.%s>", label(b.Target), domainOf(e.from)),
		Subject: subject(batchHeadline(&b, cs)),
		Text:    page.text(), HTML: html.String(),
	}
	for _, c := range cs {
		l.Urgent = l.Urgent || c.Severity > notify.Normal
	}
	return l, nil
}

// size is about how many bytes the letter takes on the wire.
func (l letter) size() int64 {
	l.Boundary = "watcher" // any constant: gomail would choose a random one
	n, _ := l.message().WriteTo(io.Discard)
	return n
}

// slim drops from a card what can be left out: the terms that matched and the other
// places of the article. It fits into any mail.
func (c card) slim() card {
	rules := make([]rule, len(c.Rules))
	for i, r := range c.Rules {
		rules[i] = rule{Name: r.Name}
	}
	c.Rules = rules
	if len(c.Also) > 0 {
		c.Also = []also{{Feed: "other places: watcher alerts lists them"}}
	}
	return c
}

// subject escapes a headline for mail readers. They would decode an encoded word (RFC
// 2047) that a feed wrote, after we cleaned the text.
func subject(headline string) string {
	return strings.ReplaceAll(text.Clip(headline, titleRunes), "=?", "= ?")
}

func domainOf(a mail.Address) string {
	_, domain, _ := strings.Cut(a.Address[strings.LastIndexByte(a.Address, '@'):], "@")
	return domain
}

// label makes a name fit for a List-Id, RFC 2919 section 2, which takes a dot-atom
// alone.
func label(name string) string {
	ok := func(r rune) rune {
		if r < 0x80 && (isWord(r) || r == '-' || r == '_') {
			return r
		}
		return '-'
	}
	if name = strings.Trim(strings.Map(ok, name), "-"); name == "" {
		return "target"
	}
	return name[:min(len(name), 60)]
}

// letterPage is the content that both parts of a mail are made of.
type letterPage struct {
	Head  string // what the summary is; empty if it is none
	Cards []card
	More  string
}

//go:embed email.html
var letterSource string

// letterHTML is parsed for the first letter: most commands write none.
var letterHTML = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("email").Funcs(template.FuncMap{"rules": ruleTexts}).Parse(letterSource))
})

func ruleTexts(rs []rule) string {
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = r.String()
	}
	return strings.Join(texts, "; ")
}

// text is the plain text part of a mail.
func (p letterPage) text() string {
	var b strings.Builder
	if p.Head != "" {
		b.WriteString(p.Head + "\n\n")
	}
	for i, c := range p.Cards {
		switch {
		case i > 0 && c.Heading != "":
			b.WriteString("\n")
		case i > 0:
			b.WriteString("\n--------\n\n")
		}
		if c.Heading != "" {
			b.WriteString("== " + c.Heading + " ==\n\n")
		}
		b.WriteString(c.title() + "\n")
		b.WriteString(c.origin() + "\n")
		if c.Link != "" {
			b.WriteString(c.Link + "\n")
		}
		if len(c.Body) > 0 {
			b.WriteString("\n" + strings.Join(c.Body, "\n") + "\n")
		}
		for _, e := range c.Excerpts {
			b.WriteString("\n> " + marked(e, "*", "*") + "\n")
		}
		if len(c.Rules) > 0 {
			b.WriteString("\nMatched: " + ruleTexts(c.Rules) + "\n")
		}
		for _, a := range c.Also {
			b.WriteString("Also in: " + strings.TrimSpace(a.Feed+" "+a.Link) + "\n")
		}
		if c.Page != "" {
			b.WriteString(openPage + ": " + c.Page + "\n")
		}
	}
	if p.More != "" {
		b.WriteString("\n" + p.More + "\n")
	}
	return b.String()
}

// Preview implements Previewer: the headers that a reader sees, and the plain text
// part.
func (e *email) Preview(m notify.Message) (string, error) {
	l, err := payload[letter](m)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\n\n%s", &l.From, &l.To, l.Subject, l.Text), nil
}

var _ notify.Previewer = (*email)(nil)
