package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/rules"
	"watcher/internal/rules/entity"
)

func newEntity(t *cli.Terminal) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "entity [NAME]",
		Short: "Say what a built-in entity finds",
		Long: `A rule may have @@Estonia, @@NATO or @@baltics: states, organisations and groups
of states that watcher knows by their names, peoples and adjectives in every
language. With a name it says what the entity is found by, language by language,
and where each word comes from; without one it lists all that there are.`,
		Example: "  watcher entity\n  watcher entity Estonia\n  watcher entity Ukraine.capital\n  watcher entity nato-members",
		Args:    cli.AtMost("NAME"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listEntities(t, asJSON)
			}
			e, err := entity.Lookup(strings.TrimPrefix(args[0], "@@"))
			if err != nil {
				return unknownEntity(args[0], err)
			}
			if asJSON {
				return cli.WriteJSON(t.Stdout, entityJSON(e, true))
			}
			sayEntity(t, e)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON, one object a line")
	return cmd
}

// unknownEntity is the error of the rules' parser for the name.
func unknownEntity(name string, err error) error {
	_, parsed := rules.Parse("@@"+strings.TrimPrefix(name, "@@"), rules.Options{})
	if errs := rules.AsErrors(parsed); len(errs) > 0 {
		err = errors.New(errs[0].Msg + "; " + errs[0].Fix)
	}
	return &exitError{exitFailed, err}
}

func listEntities(t *cli.Terminal, asJSON bool) error {
	s := cli.Table{Head: []string{"ENTITY", "KIND", "ALSO"}}
	for _, e := range entity.All() {
		if asJSON {
			if err := cli.WriteJSON(t.Stdout, entityJSON(e, false)); err != nil {
				return err
			}
			continue
		}
		s.Rows = append(s.Rows, cli.Row{Cells: cli.Plain("@@"+e.Name, string(e.Kind), alsoNamed(e))})
	}
	if !asJSON {
		s.Print(t, "")
	}
	return nil
}

func alsoNamed(e *entity.Entity) string {
	if len(e.Also) == 0 {
		return ""
	}
	return "@@" + strings.Join(e.Also, " @@")
}

// sayEntity prints an entity: a row for each language, role and source.
func sayEntity(t *cli.Terminal, e *entity.Entity) {
	head := "@@" + e.Name + ": " + string(e.Kind)
	if also := alsoNamed(e); also != "" {
		head += ", also " + also
	}
	t.Say("%s", cli.Line(head))
	if len(e.Members) > 0 {
		t.Say("%s", cli.Line("members on "+e.AsOf+": "+membersOf(e)))
		t.Say("%s", cli.Line("source of the list: "+e.From))
	}
	if e.Note != "" {
		t.Say("%s", cli.Line(e.Note))
	}
	if _, err := entity.Lookup(e.Name + ".capital"); err == nil {
		t.Say("%s", cli.Line("its capital is @@"+e.Name+".capital"))
	}
	s := cli.Table{Head: []string{"LANGUAGE", "ROLE", "SOURCE", "WORDS"}}
	for _, g := range entityGroups(e) {
		s.Rows = append(s.Rows, cli.Row{Cells: cli.Plain(g.lang, string(g.role), g.source, strings.Join(g.texts, ", "))})
	}
	if len(s.Rows) > 0 {
		t.Say("")
		s.Print(t, "")
	}
	if len(e.Not) > 0 {
		t.Say("")
		t.Say("%s", cli.Line("not in: "+strings.Join(e.Not, "; ")))
	}
}

func membersOf(e *entity.Entity) string {
	names := make([]string, len(e.Members))
	for i, m := range e.Members {
		names[i] = "@@" + m
	}
	return strings.Join(names, " ")
}

// entityGroup is the words of one source in one language.
type entityGroup struct {
	lang   string // "all" for initials of every language
	role   entity.Role
	source string
	texts  []string
}

// entityGroups are the groups by language, and within one by the order of the words.
func entityGroups(e *entity.Entity) []*entityGroup {
	langs := e.Languages()
	var out []*entityGroup
	for _, lang := range append([]string{"all"}, langs...) {
		from := len(out)
		for _, w := range e.Words {
			if !(lang == "all" && len(w.Langs) == 0 || slices.Contains(w.Langs, lang)) {
				continue
			}
			i := slices.IndexFunc(out[from:], func(g *entityGroup) bool { return g.role == w.Role && g.source == w.Source })
			if i < 0 {
				i = len(out) - from
				out = append(out, &entityGroup{lang: lang, role: w.Role, source: w.Source})
			}
			out[from+i].texts = append(out[from+i].texts, w.Text)
		}
	}
	return out
}

// entityWord is a word of an entity in JSON.
type entityWord struct {
	Text      string   `json:"text"`
	Role      string   `json:"role"`
	Languages []string `json:"languages"` // none: every language
	Source    string   `json:"source"`
}

// entityInfo is an entity in JSON.
type entityInfo struct {
	Name    string       `json:"name"`
	Kind    string       `json:"kind"`
	Also    []string     `json:"also"`
	Members []string     `json:"members,omitempty"`
	AsOf    string       `json:"as_of,omitempty"`
	From    string       `json:"members_source,omitempty"`
	Note    string       `json:"note,omitempty"`
	Not     []string     `json:"not,omitempty"`
	Words   []entityWord `json:"words,omitempty"`
}

func entityJSON(e *entity.Entity, words bool) entityInfo {
	out := entityInfo{Name: e.Name, Kind: string(e.Kind), Also: append([]string{}, e.Also...), Members: e.Members, AsOf: e.AsOf, From: e.From, Note: e.Note}
	if !words {
		return out
	}
	out.Not = e.Not
	for _, w := range e.Words {
		out.Words = append(out.Words, entityWord{w.Text, string(w.Role), append([]string{}, w.Langs...), w.Source})
	}
	return out
}
