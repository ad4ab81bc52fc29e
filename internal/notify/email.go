package notify

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"watcher/internal/problem"
)

func init() { register("email", func() Options { return &EmailOptions{} }) }

// EmailOptions configure mail through a submission server.
type EmailOptions struct {
	// SMTP is smtp://host:587, which requires STARTTLS, smtps://host:465, which
	// is TLS from the start, or smtp+insecure://host:25, which is neither.
	SMTP     string   `yaml:"smtp"`
	Username string   `yaml:"username"` // none: no authentication
	Password Secret   `yaml:"password"`
	From     string   `yaml:"from"` // address, or Name <address>
	To       []string `yaml:"to"`   // each gets a mail of its own

	Words `yaml:",inline"`
}

// Validate implements Options.
func (o *EmailOptions) Validate() []problem.Problem {
	ps := o.checkServer()
	if (o.Username == "") != (o.Password == "") {
		ps = append(ps, problem.At("username", "and password belong together, write both or neither"))
	}
	if o.From == "" {
		ps = append(ps, problem.At("from", "is missing"))
	} else if _, err := mail.ParseAddress(o.From); err != nil {
		ps = append(ps, problem.At("from", "is not a mail address"))
	}
	if len(o.To) == 0 {
		ps = append(ps, problem.At("to", "is missing, write a list of mail addresses"))
	}
	seen := map[string]bool{}
	for i, to := range o.To {
		a, err := mail.ParseAddress(to)
		switch {
		case err != nil:
			ps = append(ps, problem.At(fmt.Sprintf("to[%d]", i), "is not a mail address"))
		case seen[a.Address]:
			ps = append(ps, problem.At(fmt.Sprintf("to[%d]", i), "is in the list already"))
		default:
			seen[a.Address] = true
		}
	}
	return append(ps, o.check()...)
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
	return nil
}

// Open implements Options.
func (o *EmailOptions) Open(env Env) (Notifier, error) {
	server, err := newMailServer(o, env)
	if err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, fmt.Errorf("email: read from: %w", err)
	}
	e := &email{server: server, from: *from, words: o.wording()}
	for _, to := range o.To {
		a, err := mail.ParseAddress(to)
		if err != nil {
			return nil, fmt.Errorf("email: read to: %w", err)
		}
		e.to = append(e.to, *a)
	}
	return e, nil
}

type email struct {
	server *mailServer
	from   mail.Address
	to     []mail.Address
	words  wording
}

var _ Notifier = (*email)(nil)

// letter is a mail as it is frozen: the same bytes go out in every attempt, so
// that a mail sent twice (RFC 1047: the answer to the final dot was lost) is
// known as one by its Message-ID.
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

// Compose implements Notifier: one message a recipient, since a server answers
// for each recipient on its own.
func (e *email) Compose(b Batch) ([]Message, error) {
	cs := e.words.cards(b)
	page := letterPage{Cards: cs, More: b.rest()}
	var html bytes.Buffer
	if err := letterHTML.Execute(&html, page); err != nil {
		return nil, fmt.Errorf("compose message %s: %w", b.ID, err)
	}
	l := letter{
		From: e.from, Date: b.Time.UTC().Truncate(time.Second),
		ListID:  fmt.Sprintf("<%s.watcher.%s>", label(b.Target), domainOf(e.from)),
		Subject: subject(cs),
		Text:    page.text(), HTML: html.String(),
	}
	for _, c := range cs {
		l.Urgent = l.Urgent || c.Severity > Normal
	}
	parts := make([]part, len(e.to))
	for i, to := range e.to {
		l.To = to
		l.ID = partID(b.ID, i) + "@" + domainOf(e.from)
		l.Boundary = "watcher_" + partID(b.ID, i)
		parts[i] = part{payload: l, alerts: alertIDs(b.Alerts)}
	}
	return messages(b, parts)
}

// subject is a headline that mail readers show as it is: what a feed writes as
// an encoded word (RFC 2047) would otherwise be decoded by them, after we
// cleaned it.
func subject(cs []card) string {
	return strings.ReplaceAll(clip(headline(cs), titleRunes), "=?", "= ?")
}

func domainOf(a mail.Address) string {
	_, domain, _ := strings.Cut(a.Address[strings.LastIndexByte(a.Address, '@'):], "@")
	return domain
}

// label makes a name fit to stand in a List-Id, RFC 2919 section 2: anything
// else than a dot-atom becomes one broken encoded word there.
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

// letterPage is what both parts of a mail are made of.
type letterPage struct {
	Cards []card
	More  string
}

//go:embed email.html
var letterSource string

var letterHTML = template.Must(template.New("email").Funcs(template.FuncMap{
	"rules": ruleTexts,
}).Parse(letterSource))

func ruleTexts(rs []rule) string {
	texts := make([]string, len(rs))
	for i, r := range rs {
		texts[i] = r.String()
	}
	return strings.Join(texts, "; ")
}

// text is the plain part of a mail.
func (p letterPage) text() string {
	var b strings.Builder
	for i, c := range p.Cards {
		if i > 0 {
			b.WriteString("\n--------\n\n")
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
	}
	if p.More != "" {
		b.WriteString("\n" + p.More + "\n")
	}
	return b.String()
}
