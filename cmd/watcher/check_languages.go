package main

import (
	"fmt"
	"strings"

	"watcher/internal/cli"
	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// languageSays returns the declared language of a feed and the one that its words
// suggest, each with what the rules know of it; empty if unknown.
func languageSays(doc *feeds.Document) (declared, told string) {
	code, _ := languageOf(doc)
	if code == "" {
		return "", ""
	}
	if doc.Head.Language == "" {
		return "", "its words " + known(code)
	}
	return known(code), ""
}

// articleLanguage is the language of an article, with what the rules know of it.
func articleLanguage(it *feeds.Item) string {
	code, _ := rules.Spoken([]feeds.Item{*it})
	switch {
	case code == "":
		return "language not told"
	case it.Language == "":
		return "its words " + known(code)
	}
	return known(code)
}

// known is a language with what the rules know of it.
func known(code string) string { return fmt.Sprintf("%s (%s)", code, rules.Knowledge(code)) }

// languageOf is the language of a feed, empty if unknown, and whether the rules know
// the forms of its words.
func languageOf(doc *feeds.Document) (code string, forms bool) {
	if code, forms = rules.Spoken(doc.Items); code == "" {
		code = doc.Head.Language // for a feed without items
		forms = rules.FormsKnown(code)
	}
	return code, forms
}

// ownFormOnly names the words of rules that find little more than the form they are
// written in, with the feeds in languages whose forms are unknown.
func ownFormOnly(t *cli.Terminal, cfg *config.Config, sources []feeds.Source, docs []feeds.Document, errs []error) {
	var rows []cli.Row
	for i := range cfg.Rules {
		var in []string
		for k, f := range sources {
			if errs[k] != nil || !cfg.Set.LooksAt(i, f.ID, f.Tags) {
				continue
			}
			if code, forms := languageOf(&docs[k]); code != "" && !forms {
				in = append(in, fmt.Sprintf("%s (%s)", f.ID, code))
			}
		}
		words := cfg.Set.Inflected(i)
		if len(in) > 0 && len(words) > 0 {
			rows = append(rows, cli.Row{Cells: cli.Plain(cfg.Rules[i].Name, some(words)), Long: cli.Plain("in " + some(in))})
		}
	}
	if len(rows) == 0 {
		return
	}
	t.Say("\n%s", t.Paint(cli.Bold, "found only as written, with 's and with s behind them"))
	(&cli.Table{Rows: rows}).Print(t, "  ")
}

// some names the first dozen and counts the others.
func some(names []string) string {
	const shown = 12
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", len(names)-shown)
}
