package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"strings"
	"time"

	"watcher/internal/admin"
	"watcher/internal/cli"
	"watcher/internal/duration"
	"watcher/internal/feeds/fetch"

	"github.com/spf13/cobra"

	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/poll"
	"watcher/internal/rules"
)

func newTry(t *cli.Terminal) *cobra.Command {
	var o tryOptions
	cmd := &cobra.Command{
		Use:   "try [-c FILE] [--since 30d] [--json|--why] QUERY [URL|FILE…]\n  watcher try [-c FILE] [--since 30d] --rule NAME [URL|FILE…]",
		Short: "Run a query, or a rule of the config, over history, feeds or files",
		Long: `Shows which items a query matches, with the words that matched. It looks at the
feeds and files that are named ("-" is stdin); with --since at the articles that
watcher has seen in that time, and says how many a day and how much of that
other rules catch already; or else at the feeds of the config as they are now, with
the articles' pages of those that have full_text.
A query can use the lists of the config. Of what it does not match, --why says which
part failed. A rule of the config that is tried on named feeds or files looks at
all of them, whatever its own scope.

Exits with 0 if something matches, 1 if nothing does, 2 on errors, as grep does.
-- ends the options.`,
		Example: `  watcher try 'NATO AND @baltics'
  watcher try --since 30d 'Suwalki NEAR/10 brigade'
  watcher try '"Enhanced Forward Presence"' https://news.err.ee/rss
  watcher try --rule forward-presence --why feed.xml`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case o.rule == "" && len(args) == 0:
				return errors.New("QUERY is missing")
			case o.json && o.why:
				return errors.New("--json and --why exclude each other")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			if o.rule == "" {
				o.query, args = args[0], args[1:]
			}
			o.sources = args
			if len(args) > 0 && o.since > 0 {
				return &exitError{exitUsage, errors.New("--since looks at the history: name no feed or file with it")}
			}
			found, err := try(ctx, t, o)
			switch {
			case err != nil:
				return &exitError{exitUsage, err}
			case !found:
				return &exitError{code: exitFailed}
			}
			return nil
		},
	}
	cmd.SetFlagErrorFunc(notForMinus)
	configFlag(cmd, &o.config)
	cmd.Flags().StringVar(&o.rule, "rule", "", "try this rule of the config instead of a query")
	cmd.Flags().Var((*span)(&o.since), "since", "try it on the articles seen in this time (30d, 12h, 4w)")
	cmd.Flags().BoolVar(&o.json, "json", false, "print a JSON object for each match")
	cmd.Flags().BoolVar(&o.why, "why", false, "say of what does not match which part failed")
	return cmd
}

// notForMinus adds a hint for those who write -word for NOT.
func notForMinus(_ *cobra.Command, err error) error {
	if strings.HasPrefix(err.Error(), "unknown shorthand flag") {
		return fmt.Errorf("%w; to leave out what has a word, write NOT word in the query", err)
	}
	return err
}

type tryOptions struct {
	config  string
	rule    string
	query   string
	json    bool
	why     bool
	since   time.Duration
	sources []string
}

// span is a duration as in the config, with days and weeks.
type span time.Duration

// String is empty for zero, so that --help shows no default.
func (s span) String() string {
	if s == 0 {
		return ""
	}
	return duration.Format(time.Duration(s))
}

func (s *span) Type() string { return "duration" }
func (s *span) Set(text string) error {
	d, err := duration.Parse(text)
	if err == nil && d <= 0 {
		err = errors.New("wants a time that has passed, such as 30d")
	}
	*s = span(d)
	return err
}

// trial is a query being tried on items.
type trial struct {
	tryOptions
	t     *cli.Terminal
	set   *rules.Set
	tried int
	found int
}

// try runs a query and reports whether something matched. An error of a source does not
// stop the others.
func try(ctx context.Context, t *cli.Terminal, o tryOptions) (found bool, err error) {
	if o.rule == "" && strings.TrimSpace(o.query) == "" {
		return false, errors.New("the query is empty; write at least one word")
	}
	w, err := o.look(ctx, t)
	if err != nil {
		if exit, ok := errors.AsType[*exitError](err); ok {
			err = exit.err // try has its own exit codes
		}
		return false, err
	}
	set, err := o.compile(w.rules)
	if err != nil {
		return false, err
	}
	tr := &trial{tryOptions: o, t: t, set: set}
	if o.since > 0 {
		if err := tr.history(ctx, &w, o.since); err != nil {
			return false, err
		}
		switch {
		case o.json:
		case tr.tried == 0:
			fmt.Fprintln(t.Stderr, "no history yet: it fills while watcher runs")
		default:
			tr.summary()
		}
		return tr.found > 0, nil
	}
	documents, failures := readAll(ctx, t, &w, o.sources)
	if len(o.sources) > 0 && len(failures) == len(o.sources) {
		// If nothing could be read there is nothing to count.
		return false, errors.Join(append(failures, quoteHint(&o, failures[0]))...)
	}
	for _, items := range documents {
		for i := range items {
			if err := tr.item(&items[i]); err != nil {
				return false, fmt.Errorf("write the result: %w", err)
			}
		}
	}
	if !o.json {
		tr.summary()
	}
	return tr.found > 0, errors.Join(failures...)
}

// needsConfig reports whether the query needs a config, as lists do. Entities, written
// @@, do not.
func (o *tryOptions) needsConfig() bool {
	lists := strings.Contains(strings.ReplaceAll(o.query, "@@", ""), "@")
	return o.config != "" || o.rule != "" || len(o.sources) == 0 || lists
}

// ground is what a query is tried on.
type ground struct {
	cfg   *config.Config // nil if it cannot be used or is not needed
	feeds []feeds.Source // of the config in force
	allow []netip.Prefix // private networks that are allowed
	rules admin.Rules
	asked admin.Admin // for the history
}

// look prepares the ground. The rules are those of the config as written, so that they
// can be tried before a reload. If it cannot be used and nothing else of it is needed,
// the running daemon's rules are used.
func (o *tryOptions) look(ctx context.Context, t *cli.Terminal) (w ground, err error) {
	switch {
	case !o.needsConfig():
		return w, nil
	case o.since > 0:
		if w.asked, err = ask(ctx, t, o.config); err != nil {
			return w, err
		}
		if w.cfg = configOf(w.asked); w.cfg == nil {
			_, w.cfg, _ = loadConfig(o.config) // otherwise the daemon's rules
		}
	default:
		if w.asked, err = askIfUnread(ctx, t, o.config); err != nil {
			return w, err
		}
		w.cfg, w.allow = configOf(w.asked), w.asked.Allow()
		if w.feeds, err = w.asked.Sources(ctx); err != nil {
			return w, err
		}
	}
	rulesOf := w.asked
	if w.cfg != nil {
		rulesOf = &admin.Local{Config: w.cfg}
	}
	w.rules, err = rulesOf.Rules(ctx)
	return w, err
}

// configOf is the config that is asked itself; nil if a daemon is asked.
func configOf(asked admin.Admin) *config.Config {
	if local, ok := asked.(*admin.Local); ok {
		return local.Config
	}
	return nil
}

// compile makes a set of the one rule.
func (o *tryOptions) compile(known admin.Rules) (*rules.Set, error) {
	rule, options := rules.Rule{Match: o.query}, known.Language
	if o.rule != "" {
		i := slices.IndexFunc(known.Rules, func(r rules.Rule) bool { return r.Name == o.rule })
		if i < 0 {
			var names []string
			for _, r := range known.Rules {
				names = append(names, r.Name)
			}
			return nil, cli.Unknown("rule", o.rule, names)
		}
		rule = known.Rules[i]
	}
	if len(o.sources) > 0 {
		rule.Feeds = nil
		options.Feeds, options.Tags = nil, nil
	}
	set, err := rules.Compile([]rules.Rule{rule}, options)
	if mistakes := rules.AsErrors(err); mistakes != nil {
		var lines []string
		for _, m := range mistakes {
			lines = append(lines, strings.TrimRight(m.Text()+"\n"+m.Caret(), "\n"))
		}
		return nil, errors.New(strings.Join(lines, "\n"))
	}
	return set, err
}

// item tries one item and prints the result.
func (tr *trial) item(it *feeds.Item) error {
	tr.tried++
	matches := tr.set.Match(it)
	switch {
	case len(matches) > 0:
		tr.found++
		return tr.match(it, matches[0].Spans)
	case tr.why:
		return tr.miss(it)
	}
	return nil
}

// match prints an item that matches.
func (tr *trial) match(it *feeds.Item, spans []rules.Span) error {
	if tr.json {
		return cli.WriteJSON(tr.t.Stdout, matchFor(it, tr.rule, spans))
	}
	return tr.hit(it, spans)
}

// quoteHint is a hint if a missing file seems to be a word of the query; else nil.
func quoteHint(o *tryOptions, err error) error {
	if o.rule != "" || !errors.Is(err, fs.ErrNotExist) || strings.ContainsAny(o.sources[0], "./:") {
		return nil
	}
	words := strings.Join(append([]string{o.query}, o.sources...), " ")
	return fmt.Errorf("a query of several words goes in quotes: watcher try '%s'", words)
}

// summary says how many items matched, and how to find out why others did not.
func (tr *trial) summary() {
	verb := "match"
	if tr.found == 1 || tr.tried == 1 {
		verb = "matches"
	}
	hint := ""
	if tr.found == 0 && tr.tried > 0 && !tr.why {
		hint = "; --why says of each why not"
	}
	tr.t.SayErr("%d of %s %s%s", tr.found, cli.Count(tr.tried, "item"), verb, hint)
}

// readAll reads the named sources, or all feeds of the config. failures has those that
// could not be read, by name.
func readAll(ctx context.Context, t *cli.Terminal, w *ground, args []string) (documents [][]feeds.Item, failures []error) {
	note := func(name string, doc feeds.Document, err error) {
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", name, err))
		}
		documents = append(documents, doc.Items)
	}
	if len(args) == 0 {
		docs, errs := fetchAll(ctx, t, w.feeds, func(ctx context.Context, src feeds.Source) (feeds.Document, error) {
			return fetchWhole(ctx, t, src, w.allow, nil)
		})
		for i, f := range w.feeds {
			note(f.ID, docs[i], errs[i])
		}
		return documents, failures
	}
	for _, arg := range args {
		doc, err := readArg(ctx, t, w, arg)
		note(arg, doc, err)
	}
	return documents, failures
}

// readArg reads a named source. A feed of the config, by address or name, is fetched as
// such, so that feed: and tag: match.
func readArg(ctx context.Context, t *cli.Terminal, w *ground, arg string) (feeds.Document, error) {
	for _, f := range w.feeds {
		if arg == f.URL || arg == f.ID {
			return fetchWhole(ctx, t, f, w.allow, named(ctx, f.URL))
		}
	}
	return readSource(ctx, t, arg, w.allow)
}

// fetchWhole fetches a feed and, if it has full_text, the pages of its articles as a
// poll does. It prints which pages are missing; their articles are read without.
func fetchWhole(ctx context.Context, t *cli.Terminal, src feeds.Source, allow []netip.Prefix, named []netip.AddrPort) (feeds.Document, error) {
	doc, err := fetchDocument(ctx, src, allow, named)
	if err != nil || !src.FullText {
		return doc, err
	}
	client := fetch.NewClient(fetch.ClientOptions{UserAgent: userAgent(), Allow: allow, Named: named})
	defer client.Close()
	spaced := time.NewTicker(poll.DefaultLimit.Spacing) // one after the other, not at once
	defer spaced.Stop()
	missing, why := poll.FillFromPages(ctx, func(link string) (string, error) {
		<-spaced.C
		return client.FullText(ctx, src, link)
	}, doc.Items)
	if missing > 0 {
		t.SayErr("%s: %s read without the page that full_text wants: %s", cli.Line(src.ID), cli.Count(missing, "article"), cli.Line(why.Error()))
	}
	return doc, nil
}
