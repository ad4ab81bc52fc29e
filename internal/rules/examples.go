package rules

import (
	"fmt"
	"strings"

	"watcher/internal/feeds"
)

// exampleItem makes an item of an example's text: the first line is the title,
// what follows the content. A single line is both.
func exampleItem(text string) *feeds.Item {
	text = strings.TrimSpace(text)
	title, content, found := strings.Cut(text, "\n")
	if !found {
		content = title
	}
	return &feeds.Item{Title: strings.TrimSpace(title), Content: strings.TrimSpace(content)}
}

// checkExamples runs the examples of a rule.
func (s *Set) checkExamples(i int) Errors {
	ex := &s.rules[i].Examples
	if len(ex.Match)+len(ex.Miss) == 0 {
		return nil
	}
	var errs Errors
	check := func(part, text string, want bool) {
		if strings.TrimSpace(text) == "" {
			errs = append(errs, &Error{Rule: i, Name: s.rules[i].Name, Part: part, Msg: "the example is empty", Fix: "write a title, and below it some text"})
			return
		}
		if s.holds(i, exampleItem(text)) == want {
			return
		}
		x := s.explain(i, exampleItem(text), true)
		msg := "the rule does not match this example"
		if !want {
			msg = "the rule matches this example"
		}
		for k := range x.Lines {
			x.Lines[k] = strings.TrimSpace(x.Lines[k])
		}
		errs = append(errs, &Error{Rule: i, Name: s.rules[i].Name, Part: part, Source: text,
			Msg: msg + " (" + strings.Join(x.Lines, "; ") + ")", Fix: "change the rule or the example"})
	}
	for k, text := range ex.Match {
		check(fmt.Sprintf("examples.match[%d]", k), text, true)
	}
	for k, text := range ex.Miss {
		check(fmt.Sprintf("examples.miss[%d]", k), text, false)
	}
	return errs
}
