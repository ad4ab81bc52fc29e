package entity

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"watcher/internal/rules/words"
	"watcher/internal/testutil"
)

func TestNamesLeadToTheirEntities(t *testing.T) {
	for name, want := range map[string]string{
		"Estonia": "Estonia", "EE": "Estonia", "ee": "Estonia", "estonia": "Estonia",
		"South-Korea": "South-Korea", "KR": "South-Korea", "south-korea": "South-Korea",
		"Turkey": "Türkiye", "Turkiye": "Türkiye", "Cote-d'Ivoire": "Ivory-Coast",
		"Estonia.capital": "Estonia.capital", "UA.capital": "Ukraine.capital",
		"NATO": "NATO", "UK": "United-Kingdom", "US": "United-States", "EU": "EU",
		"csto": "csto", "CSTO": "CSTO", "nato-members": "nato-members", "G7": "G7", "g7": "g7",
	} {
		e, err := Lookup(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if e.Name != want {
			t.Errorf("%s is %s, want %s", name, e.Name, want)
		}
	}
}

func TestNamesOfSeveralAreRefused(t *testing.T) {
	for name, want := range map[string][]string{
		"AU":    {"African-Union", "Australia"},
		"Korea": {"North-Korea", "South-Korea"},
		"Congo": {"Congo-Brazzaville", "DR-Congo"},
		"IS":    {"Iceland", "Islamic-State"},
		"Csto":  {"csto", "CSTO"},
	} {
		_, err := Lookup(name)
		several, ok := errors.AsType[*AmbiguousError](err)
		if !ok {
			t.Errorf("%s: %v, want an AmbiguousError", name, err)
			continue
		}
		if slices.Sort(several.Are); !slices.Equal(several.Are, slices.Sorted(slices.Values(want))) {
			t.Errorf("%s may be %v, want %v", name, several.Are, want)
		}
	}
	if _, err := Lookup("Ruritania"); !errors.As(err, new(*UnknownError)) {
		t.Errorf("Ruritania: %v, want an UnknownError", err)
	}
}

// TestFactsAreWhole checks what every reader of the files of data relies on.
func TestFactsAreWhole(t *testing.T) {
	name := regexp.MustCompile(`^[\pL\d][\pL\d.'’-]*$`)
	states := 0
	for _, e := range All() {
		if !name.MatchString(e.Name) {
			t.Errorf("%q cannot be written behind @@", e.Name)
		}
		for _, also := range append(e.Also, e.Name) {
			if _, err := Lookup(also); errors.As(err, new(*UnknownError)) {
				t.Errorf("%s is not found by its name %s", e.Name, also)
			}
		}
		switch e.Kind {
		case State:
			states++
			if len(e.Languages()) < 30 {
				t.Errorf("%s has names in %d languages only: a line of people for a code that no state has?", e.Name, len(e.Languages()))
			}
		case Group:
			if _, err := time.Parse(time.DateOnly, e.AsOf); err != nil || len(e.Members) < 2 || e.From == "" {
				t.Errorf("%s has no date or source of its members, or none: %q, %q, %q", e.Name, e.AsOf, e.From, e.Members)
			}
			for _, m := range e.Members {
				if member, err := Lookup(m); err != nil || member.Kind != State {
					t.Errorf("%s has the member %s, which is no state: %v", e.Name, m, err)
				}
			}
		case Organisation:
			if len(e.Words) == 0 {
				t.Errorf("%s has no words", e.Name)
			}
		}
		for _, w := range e.Words {
			if strings.TrimSpace(w.Text) != w.Text || w.Text == "" || strings.ContainsAny(strings.TrimSuffix(w.Text, "*"), "|*~") || strings.HasSuffix(w.Text, "*") && w.Role != People {
				t.Errorf("%s has the word %q", e.Name, w.Text)
			}
			if len(w.Langs) == 0 && w.Scoped() {
				t.Errorf("%s: %s is of no language", e.Name, w.Text)
			}
			if w.Role == Initials && w.Text != strings.ToUpper(w.Text) && w.Text != "ChRL" && w.Text != "IStGH" {
				t.Errorf("%s: the initials %s are not in capitals", e.Name, w.Text)
			}
		}
	}
	if states < 240 {
		t.Errorf("%d states, want those of CLDR", states)
	}
}

func TestNameInsideAnotherIsApart(t *testing.T) {
	for name, want := range map[string]string{
		"Sudan": "South Sudan", "Guinea": "Papua New Guinea", "India": "印度尼西亚", "DR-Congo": "Republic of the Congo", "Niger": "Niger Delta",
	} {
		e, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(e.Not, want) {
			t.Errorf("%s is not told from %s: %q", name, want, e.Not)
		}
	}
}

// TestNamesInsideOthersAreListed keeps data/apart.txt in step with the names.
func TestNamesInsideOthersAreListed(t *testing.T) {
	const file = "data/apart.txt"
	want := "# Made by go test -run TestNamesInsideOthersAreListed -update: the names in which another\n# entity's name stands.\n" + apart(t)
	if testutil.Updating() {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil {
		t.Fatal(err)
	} else if string(got) != want {
		t.Errorf("%s is not what the names say; -update makes it so", file)
	}
}

// apart finds names that are a part of another entity's longer name: Guinea in
// Guinea-Bissau, the Chinese India in that of Indonesia.
func apart(t *testing.T) string {
	t.Helper()
	type named struct {
		e     *Entity
		text  string
		words []string
	}
	var long []named
	owners := map[string][]*Entity{}
	ids := map[*Entity]string{}
	for id, e := range catalogue().byID {
		ids[e.entity()] = id
	}
	for _, e := range All() {
		for _, w := range e.Words {
			if w.Role != Name && w.Role != Local {
				continue
			}
			folded := words.Fold(w.Text)
			owners[strings.Join(folded, " ")] = append(owners[strings.Join(folded, " ")], e)
			if len(folded) > 1 {
				long = append(long, named{e, w.Text, folded})
			}
		}
	}
	found := map[string][]string{}
	for _, n := range long {
		for from := range n.words {
			for to := from + 1; to <= len(n.words); to++ {
				for _, e := range owners[strings.Join(n.words[from:to], " ")] {
					if id := ids[e]; e != n.e && to-from < len(n.words) && !slices.Contains(found[id], n.text) {
						found[id] = append(found[id], n.text)
					}
				}
			}
		}
	}
	var out strings.Builder
	for _, id := range slices.Sorted(maps.Keys(found)) {
		slices.Sort(found[id])
		out.WriteString(id + " not: " + strings.Join(found[id], " | ") + "\n")
	}
	return out.String()
}

// BenchmarkRead measures what the first entity of a config costs.
func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		read()
	}
}

// TestUnverifiedWordsAreOfThePeople keeps testdata/unverified.txt, which says what
// somebody who knows a language should look up, in step with the files it was made of.
func TestUnverifiedWordsAreOfThePeople(t *testing.T) {
	list, err := os.ReadFile("testdata/unverified.txt")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("data/people/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		people, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lang := strings.TrimSuffix(filepath.Base(file), ".txt")
		if want := fmt.Sprintf("\n%s %.6x:", lang, sha256.Sum256(people)); !strings.Contains(string(list), want) {
			t.Errorf("%s has changed since testdata/unverified.txt was made: run verify.sh", file)
		}
	}
}
