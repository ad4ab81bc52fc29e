package targets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"time"

	"github.com/rivo/uniseg"

	"watcher/internal/notify"
	"watcher/internal/problem"
	"watcher/internal/text"
)

// ConsoleOptions configure alerts on the terminal.
type ConsoleOptions struct {
	Words `yaml:",inline"`
}

func (o *ConsoleOptions) Validate() []problem.Problem { return o.check() }

func (o *ConsoleOptions) Open(env Env) (notify.Notifier, error) {
	return &console{terminal: env.Terminal, words: o.wording(), turn: make(chan struct{}, 1), late: make(map[string]bool)}, nil
}

// console writes to a stream whose reader may stall or go away at any time. Then the
// target fails like any other.
type console struct {
	terminal Console
	words    wording

	turn  chan struct{}   // semaphore: one writer at a time
	stuck *written        // a write that outlived its attempt; nil if there is none
	late  map[string]bool // ids of messages whose write succeeded after its attempt
}

// written is a write, in progress until done is closed.
type written struct {
	id   string
	done chan struct{}
	n    int
	err  error
}

var (
	_ notify.Notifier  = (*console)(nil)
	_ notify.Previewer = (*console)(nil)
)

// consoleMessage is frozen without colours: the terminal at sending may be another than
// at composition.
type consoleMessage struct {
	Head  string    `json:"head,omitempty"`
	Cards []card    `json:"cards"`
	More  int       `json:"more,omitempty"`
	Full  time.Time `json:"full,omitzero"`
	Zone  string    `json:"zone,omitempty"` // IANA name; UTC if empty
}

func (c *console) Compose(b notify.Batch) ([]notify.Message, error) {
	m := consoleMessage{Head: head(&b), Cards: c.words.cards(b), More: b.More, Full: b.Full}
	if b.Zone != nil {
		m.Zone = b.Zone.String()
	}
	return messages(b, []part{{payload: m, alerts: alertIDs(b.Alerts)}})
}

func (c *console) Notify(ctx context.Context, m notify.Message) error {
	text, err := c.Preview(m)
	if err != nil {
		return err
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return &notify.RetryError{Err: errUnread}
	}
	if err := c.settleStuck(ctx, m.ID); err != nil || c.late[m.ID] {
		delete(c.late, m.ID)
		return err
	}
	w := &written{id: m.ID, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		w.n, w.err = io.WriteString(c.terminal.Out, text)
	}()
	select {
	case <-w.done:
		return w.result()
	case <-ctx.Done():
		c.stuck = w
		return errUnread // a part of it may have been written
	}
}

var errUnread = errors.New("console: nobody reads standard output")

// settleStuck waits for a write that outlived its attempt, of the message id or of
// another. A message that such a write completes must not be written twice.
func (c *console) settleStuck(ctx context.Context, id string) error {
	if c.stuck == nil {
		return nil
	}
	select {
	case <-c.stuck.done:
		c.late[c.stuck.id] = c.stuck.err == nil
		c.stuck = nil
		return nil
	case <-ctx.Done():
		if c.stuck.id == id {
			return errUnread
		}
		return &notify.RetryError{Err: errUnread} // this message was not begun
	}
}

// result is the outcome of the write. A pipe without a reader and a terminal that has
// hung up accept nothing more.
func (w *written) result() error {
	switch {
	case w.err == nil:
		return nil
	case errors.Is(w.err, syscall.EPIPE), errors.Is(w.err, syscall.EIO):
		return &notify.PermanentError{Target: true, Err: fmt.Errorf("console: %w", w.err)}
	case w.n == 0:
		return &notify.RetryError{Err: fmt.Errorf("console: %w", w.err)}
	}
	return fmt.Errorf("console: %w", w.err)
}

// Preview implements Previewer.
func (c *console) Preview(m notify.Message) (string, error) {
	p, err := payload[consoleMessage](m)
	if err != nil {
		return "", err
	}
	s := &screen{color: c.terminal.Color, width: c.terminal.Width}
	if s.width > 0 {
		s.width = max(s.width, narrowest)
	}
	if p.Head == "" && len(p.Cards) > 1 {
		p.Head = counted(len(p.Cards), "alert")
	}
	if p.Head != "" {
		s.lines("", []run{{text.Short(m.Target, nameRunes) + ": " + p.Head, bold}})
		s.b.WriteByte('\n')
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC // the zone was known when the message was frozen
	}
	for _, card := range p.Cards {
		card.Time = card.Time.In(zone) // JSON keeps only the offset of a zone
		if card.Heading != "" {
			s.lines("", []run{{"== " + card.Heading + " ==", bold}})
			s.b.WriteByte('\n')
		}
		s.card(card)
	}
	if rest := restText(p.More, p.Full.In(zone)); rest != "" {
		s.lines("", []run{{rest, dim}})
		s.b.WriteByte('\n')
	}
	return s.b.String(), nil
}

// narrowest is the width below which the terminal breaks lines itself.
const narrowest = 20

// style is an ANSI escape (ECMA-48 SGR).
type style string

const (
	normal style = ""
	bold   style = "1"
	dim    style = "2"
	link   style = "4;36"
	red    style = "1;31"
	hit    style = "1;33"
)

// run is text in one style.
type run struct {
	text  string
	style style
}

// screen lays out alerts.
type screen struct {
	b     strings.Builder
	color bool
	width int // columns; 0 breaks no lines
}

// card writes one alert: the title at the margin, the rest indented below it.
func (s *screen) card(c card) {
	title := []run{{"● ", hit}}
	if c.Severity > notify.Normal {
		title = []run{{"● HIGH ", red}}
	} else if c.Severity < notify.Normal {
		title = []run{{"○ low ", dim}}
	}
	s.lines("", append(title, runs(c.Title, bold)...))
	origin := []run{}
	if c.Feed != "" {
		origin = append(origin, run{c.Feed, normal}, run{" · ", dim})
	}
	origin = append(origin, run{c.when(), dim})
	if len(c.Rules) > 0 {
		origin = append(origin, run{" · " + ruleTexts(c.Rules), dim})
	}
	s.lines(consoleIndent, origin)
	for _, line := range c.Body {
		s.lines(consoleIndent, []run{{line, normal}})
	}
	for _, e := range c.Excerpts {
		s.lines(consoleIndent, runs(e, normal))
	}
	for _, a := range c.Also {
		s.lines(consoleIndent, []run{{"also in " + a.Feed + " ", dim}, {a.Link, link}})
	}
	if c.Link != "" {
		s.lines(consoleIndent, []run{{c.Link, link}})
	}
	if c.Page != "" {
		s.lines(consoleIndent, []run{{openPage + " ", dim}, {c.Page, link}})
	}
	s.b.WriteByte('\n')
}

// consoleIndent is as wide as the mark before a title.
const consoleIndent = "  "

func runs(ps []piece, base style) []run {
	rs := make([]run, len(ps))
	for i, p := range ps {
		rs[i] = run{p.Text, base}
		if p.Hit {
			rs[i].style = hit
		}
	}
	return rs
}

// lines writes a paragraph, broken between words to fit the width. Continuation lines
// are always indented.
func (s *screen) lines(indent string, rs []run) {
	room := s.width - len(consoleIndent)
	var line []run
	used := 0
	flush := func() {
		s.b.WriteString(indent)
		for _, r := range line {
			s.paint(r)
		}
		s.b.WriteByte('\n')
		line, used, indent = nil, 0, consoleIndent
	}
	for _, w := range words(rs) {
		width := uniseg.StringWidth(textOf(w.runs))
		if used > 0 && s.width > 0 && used+1+width > room {
			flush()
		}
		if used > 0 {
			line, used = add(line, run{" ", w.space}), used+1
		}
		for _, r := range w.runs {
			// A word wider than the line is cut, except a link: cut, it would not work.
			for s.width > 0 && r.style != link && used+uniseg.StringWidth(r.text) > room && width > room {
				head, tail := cut(r.text, room-used)
				if head != "" {
					line = add(line, run{head, r.style})
				}
				flush()
				r.text = tail
			}
			line, used = add(line, r), used+uniseg.StringWidth(r.text)
		}
	}
	if used > 0 {
		flush()
	}
}

// paint writes a run. Its text is clean: it contains no escapes of a feed.
func (s *screen) paint(r run) {
	if !s.color || r.style == normal || r.text == "" {
		s.b.WriteString(r.text)
		return
	}
	s.b.WriteString("\x1b[" + string(r.style) + "m" + r.text + "\x1b[0m")
}

// word is text without spaces, in one style or several.
type word struct {
	runs  []run
	space style // of the space before it
}

// words splits runs at spaces.
func words(rs []run) []word {
	var ws []word
	var w word
	for _, r := range rs {
		for i, part := range strings.Split(r.text, " ") {
			if i > 0 {
				if len(w.runs) > 0 {
					ws = append(ws, w)
				}
				w = word{space: r.style}
			}
			if part != "" {
				w.runs = append(w.runs, run{part, r.style})
			}
		}
	}
	if len(w.runs) > 0 {
		ws = append(ws, w)
	}
	return ws
}

// add appends a run, merged into the last one if that has the same style.
func add(line []run, r run) []run {
	if n := len(line); n > 0 && line[n-1].style == r.style {
		line[n-1].text += r.text
		return line
	}
	return append(line, r)
}

func textOf(rs []run) string {
	var b strings.Builder
	for _, r := range rs {
		b.WriteString(r.text)
	}
	return b.String()
}

// cut takes at most width columns from s, but at least one character if the line is
// still empty.
func cut(s string, width int) (head, tail string) {
	tail, state := s, -1
	for tail != "" {
		cluster, rest, w, next := uniseg.FirstGraphemeClusterInString(tail, state)
		if width -= w; width < 0 && (head != "" || w <= 1) {
			break
		}
		head, tail, state = head+cluster, rest, next
	}
	return head, tail
}
