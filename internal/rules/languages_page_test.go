//go:build !race

package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"watcher/internal/rules/inflect"
	"watcher/internal/rules/inflect/inflecttest"
	"watcher/internal/rules/words"
	"watcher/internal/testutil"
)

// The table of the page stands between these lines.
const (
	tableBegins = "<!-- Made by go test ./internal/rules -run LanguagesPage -update -->\n"
	tableEnds   = "<!-- end of the table -->\n"
)

// TestLanguagesPage: the page says of each language what is known of it, and what was
// measured. Figures of a treebank that is not beside this checkout stay as they are.
func TestLanguagesPage(t *testing.T) {
	const path = "../../docs/languages.md"
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, begins := strings.Cut(string(page), tableBegins)
	old, tail, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		t.Fatal("the page has no place for the table")
	}
	kept := map[string]string{} // rows by their first cell
	for line := range strings.Lines(old) {
		if cells := strings.SplitN(line, "|", 3); len(cells) == 3 {
			kept[cells[1]] = line
		}
	}
	var b strings.Builder
	b.WriteString("| language | known | told from a headline | sentences | as written | Snowball | own forms |\n|---|---|---|---|---|---|---|\n")
	test := inflecttest.Words(t, "inflect")
	headlines := readHeadlines(t)
	all := inflect.All()
	slices.SortFunc(all, func(a, b inflect.Knowledge) int { return strings.Compare(nameOf(a.Codes[0]), nameOf(b.Codes[0])) })
	for _, k := range all {
		b.WriteString(languageRow(t, k, test[k.Codes[0]], headlines[k.Codes[0]], kept))
		b.WriteString(secondRow(t, k.Codes[0]))
	}
	want := head + tableBegins + "\n" + b.String() + "\n" + tableEnds + tail
	switch {
	case want == string(page):
	case testutil.Updating():
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("docs/languages.md is out of step; go test ./internal/rules -run LanguagesPage -update writes\n%s", difference(old, b.String()))
	}
}

// nameOf returns the English name of a language.
func nameOf(code string) string {
	if code == "no" {
		return "Norwegian" // and not one of its two standards
	}
	return display.English.Languages().Name(language.Make(code))
}

// difference returns the lines of the new table that the old one lacks.
func difference(old, table string) string {
	var out strings.Builder
	for line := range strings.Lines(table) {
		if !strings.Contains(old, line) {
			out.WriteString(line)
		}
	}
	return out.String()
}

// languageRow returns the row of a language.
func languageRow(t *testing.T, k inflect.Knowledge, test []inflecttest.Line, headlines []string, kept map[string]string) string {
	code := k.Codes[0]
	first := fmt.Sprintf(" %s (`%s`) ", nameOf(code), strings.Join(k.Codes, "`, `"))
	sents, names, source, err := sentencesOf(t, code)
	if err != nil {
		if row, ok := kept[first]; ok {
			return row // the treebank is not at hand
		}
		source = "not measured yet: " + err.Error()
	}
	row := func(first, source, figures string) string {
		return fmt.Sprintf("|%s| %s | %s | %s %s\n", first, knownOf(k), told(code, headlines), source, figures)
	}
	switch {
	case len(names) > 0:
		source, figures := measured(t, code, sents, names, source)
		return row(first, source, figures)
	case err == nil && len(test) > 0:
		source = testWords(test)
	}
	return row(first, source, "| | | |")
}

// secondRow returns the row of our own sentences if there is a treebank too; empty for most
// languages.
func secondRow(t *testing.T, code string) string {
	sents, names, source := ownOf(t, code)
	if len(sents) == 0 || !slices.ContainsFunc(treebanks, func(b treebank) bool { return b.lang == code }) {
		return ""
	}
	source, figures := measured(t, code, sents, names, source)
	return fmt.Sprintf("| | | | %s %s\n", source, figures)
}

// measured returns the figures of sentences, and how many there are.
func measured(t *testing.T, code string, sents []udSentence, names []string, source string) (of, figures string) {
	written := byRules(t, names, code, true).score(sents, names, false)
	own := byRules(t, names, code, false).score(sents, names, false)
	snowball := "–"
	if stem := stemmers[code]; stem != nil {
		snowball = bySnowball(names, stem).score(sents, names, false).String()
	}
	return fmt.Sprintf("%s: %d rules, %d mentions", source, own.rules, own.mentions), fmt.Sprintf("| %s | %s | %s |", written, snowball, own)
}

func (s score) String() string { return fmt.Sprintf("%.2f / %.2f", s.recall(), s.precision()) }

// sentencesOf returns the sentences that a language is measured on, the names that are
// searched for, and the source: a treebank, else our own sentences, else nothing.
func sentencesOf(t *testing.T, code string) (sents []udSentence, names []string, source string, err error) {
	for _, c := range treebanks {
		if c.lang != code {
			continue
		}
		path := filepath.Join("../../../shared/corpus/ud", c.file)
		if _, err := os.Stat(path); err != nil {
			return nil, nil, "", err
		}
		sents = readUD(t, path)
		bank, _, _ := strings.Cut(c.file, "-")
		return sents, namesIn(sents), "UD " + bank, nil
	}
	sents, names, source = ownOf(t, code)
	return sents, names, source, nil
}

// ownOf returns the sentences that were written for these tests; none for most languages.
func ownOf(t *testing.T, code string) (sents []udSentence, names []string, source string) {
	path := filepath.Join("testdata/own", code+".txt")
	if _, err := os.Stat(path); err != nil {
		return nil, nil, ""
	}
	sents, names = readOwn(t, path)
	return sents, names, fmt.Sprintf("ours, %d", len(sents))
}

// testWords counts the test words of a language without sentences.
func testWords(test []inflecttest.Line) string {
	forms, apart := 0, 0
	for _, l := range test {
		forms += len(l.Forms)
		apart += len(l.Apart)
	}
	return fmt.Sprintf("test words alone: %d forms, %d others", forms, apart)
}

// knownOf says what is known of a language, for readers of the page.
func knownOf(k inflect.Knowledge) string {
	if !k.Forms {
		return "no forms"
	}
	known := []string{"forms"}
	for _, x := range []struct {
		is   bool
		what string
	}{{k.Inside, "plurals inside words"}, {k.Before, "small words before"}, {k.Behind, "particles behind"}} {
		if x.is {
			known = append(known, x.what)
		}
	}
	return strings.Join(known, ", ")
}

// told counts the headlines that are looked up in their own language, alone or among
// others, if the feed declares none, and those whose language is detected.
func told(code string, headlines []string) string {
	if len(headlines) == 0 {
		return ""
	}
	among, certain := 0, 0
	own := inflect.Language(code)
	for _, h := range headlines {
		var b words.Buffer
		b.Scan(h, 0)
		l, is := inflect.Detect("", []string{h}, &b, len(b.Tokens))
		if l&own != 0 {
			among++
		}
		if is == code {
			certain++
		}
	}
	return fmt.Sprintf("%d of %d, %d alone", among, len(headlines), certain)
}

// readHeadlines reads those of each language.
func readHeadlines(t *testing.T) map[string][]string {
	text, err := os.ReadFile("inflect/testdata/headlines.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if code, h, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok && line[0] != '#' {
			code = canonical(code)
			out[code] = append(out[code], h)
		}
	}
	return out
}

// canonical returns the code of the language that a code stands for.
func canonical(code string) string {
	all := inflect.All()
	if i := slices.IndexFunc(all, func(k inflect.Knowledge) bool { return slices.Contains(k.Codes, code) }); i >= 0 {
		return all[i].Codes[0]
	}
	return code
}
