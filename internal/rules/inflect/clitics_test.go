package inflect

import (
	"strings"
	"testing"
)

// Hebrew and Arabic write small words in front of a word, without a space.
func TestClitics(t *testing.T) {
	forms := withClitics(build(paradigms{lines: "- | - ים"}), cliticsOf{chains: "ו ב", definite: "ה וה"})
	term := NewTerm(fold("טנק"), "טנק")
	for _, c := range []struct {
		word  string
		heads int // bytes of what may stand before it, 0 for nothing
		joins bool
		why   string
	}{
		{"טנקים", 0, true, "a plural with nothing before it"},
		{"הטנק", 3, true, "the tank"},
		{"והטנקים", 6, true, "and the tanks: a chain, and an ending"},
		{"בטנק", 3, true, "in a tank"},
		{"שטנק", 0, false, "what stands before it is none of them"},
		{"הבטנק", 3, false, "a chain that is not written so"},
		{"הטנקר", 3, false, "another word behind the article"},
	} {
		w := fold(c.word)
		if got := forms.joins(term, w); got != c.joins {
			t.Errorf("%s: joined %v; %s", c.word, got, c.why)
		}
		if got := forms.heads(w); c.heads != 0 && got>>c.heads&1 == 0 || c.heads == 0 && got != 0 {
			t.Errorf("%s: heads %b; %s", c.word, got, c.why)
		}
	}
}

// A table whose letters have three bytes may have longer endings than others, and two of
// its letters are not one ending.
func TestLongEndings(t *testing.T) {
	forms := build(paradigms{lines: "- | - ისთვის", longest: 24})
	term := NewTerm(fold("ესტონეთ"), "ესტონეთ")
	for word, want := range map[string]bool{"ესტონეთისთვის": true, "ესტონეთისთვ": false, "ესტონეთივის": false} {
		w := fold(word)
		if got := forms.joins(term, w); got != want {
			t.Errorf("%s: joined %v", word, got)
		}
		if k := len(w) - len(term.Folded); want && forms.cuts(w, 1)>>k&1 == 0 {
			t.Errorf("%s: its ending of %d bytes is not among %b", word, k, forms.cuts(w, 1))
		}
	}
	if longer := strings.Repeat("ა", 9); build(paradigms{lines: "- | - " + longer}).joins(term, term.Folded+fold(longer)) {
		t.Error("an ending that is longer than usual is kept without being asked for")
	}
}
