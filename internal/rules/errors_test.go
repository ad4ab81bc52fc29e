package rules_test

import (
	"errors"
	"strings"
	"testing"

	"watcher/internal/rules"
)

func TestErrors(t *testing.T) {
	o := rules.Options{Lists: testLists, Feeds: []string{"ERR News", "LSM"}, Tags: []string{"analysis"}}
	for _, c := range []struct {
		query, caret string // the source with the caret's place as ^ in it
		want         string
	}{
		{"A AND B OR C", "A AND B ^OR C", "AND and OR side by side can be read in two ways; write (A AND B) OR C or A AND (B OR C)"},
		{"A B OR C", "A B ^OR C", `for the phrase write "A B" OR C; for words in any place, (A AND B) OR C or A AND (B OR C)`},
		{`("data cable~" OR shadow fleet)`, `("data cable~" OR shadow ^fleet)`, `for the phrase write "data cable~" OR "shadow fleet"; for words in any place, "data cable~" OR (shadow AND fleet) or`},
		{"NATO OR shadow fleet OR data cable", "NATO OR shadow ^fleet OR data cable", `for the phrase write NATO OR "shadow fleet" OR "data cable"; `},
		{"NATO OR European Union AND x", "NATO OR European ^Union AND x", "write NATO OR (European AND Union AND x) or"},
		{"a OR b NOT c", "a OR b ^NOT c", "two ways; write a OR (b AND NOT c) or"},
		{"a OR b tank*", "a OR b ^tank*", "two ways; write a OR (b AND tank*) or"},
		{"troops near Narva", "troops ^near Narva", `near between words looks like an operator; write NEAR/10, or "near" in quotes for the word`},
		{"troops Near (Narva OR Tapa)", "troops ^Near (Narva OR Tapa)", "write NEAR/10"},
		{"troops near 5 Narva", "troops ^near 5 Narva", "write NEAR/5"},
		{"troops within 5 words of Narva", "troops ^within 5 words of Narva", "write NEAR/5"},
		{"a near:5 b", "a ^near:5 b", "write NEAR/ and the number"},
		{"a ANDNOT b", "a ^ANDNOT b", "write NOT"},
		{"a AND-NOT b", "a ^AND-NOT b", "write AND NOT"},
		{"a BUT NOT b", "a ^BUT NOT b", "for what you exclude write NOT"},
		{"(A OR B AND C) D", "(A OR B ^AND C) D", "write A OR (B AND C) or (A OR B) AND C"},
		{"NATO -football", "NATO ^-football", "write NOT football"},
		{"+NATO", "^+NATO", "words side by side mean AND"},
		{"NOT football", "^NOT football", "a query of only NOT"},
		{"NOT a AND (NOT b)", "^NOT a AND (NOT b)", "a query of only NOT"},
		{"   ", "^   ", "the query is empty"},
		{"A NEAR/0 B", "A NEAR/^0 B", "from 1 to 500"},
		{"A NEAR/501 B", "A NEAR/^501 B", "from 1 to 500"},
		{"A NEAR/99999999999999999999 B", "A NEAR/^99999999999999999999 B", "is not a number"},
		{"ATLEAST/0 A", "ATLEAST/^0 A", "from 1 to 500"},
		{"A NEAR B", "A ^NEAR B", "write A NEAR/10 B"},
		{"A NEAR/5", "A ^NEAR/5", "write the other side"},
		{"A NEAR/5 (B AND C)", "A NEAR/5 ^(B AND C)", "NEAR cannot have AND on a side"},
		{"A NEAR/5 NOT B", "A NEAR/5 ^NOT B", "NEAR cannot have NOT on a side"},
		{"A NEAR/5 feed:LSM", "A NEAR/5 ^feed:LSM", "cannot have feed: on a side"},
		{"A NEAR/3 B NEAR/4 C", "A NEAR/3 B ^NEAR/4 C", "write (A NEAR/3 B) AND (B NEAR/4 …)"},
		{"NOT A NEAR/3 B", "^NOT A NEAR/3 B", "write NOT (A NEAR/3 …)"},
		{"ATLEAST/3 (A AND B)", "ATLEAST/3 ^(A AND B)", "ATLEAST cannot count AND"},
		{"titel:x", "^titel:x", "unknown field \"titel\"; did you mean title:?"},
		{"http://example.org", "^http://example.org", "put an address in quotes"},
		{"title: x", "^title: x", "nothing follows title:"},
		{"title:(a author:b)", "title:(a ^author:b)", "author: stands inside title:"},
		{"@balts", "^@balts", "unknown list @balts; the lists are @list, @other"},
		{"@lisd", "^@lisd", "did you mean @list?"},
		{"()", "^()", "the group ( ) is empty"},
		{"a (b", "a ^(b", "the ( is not closed"},
		{"a) b", "a^) b", "there is no ( for this )"},
		{`a "b c`, `a ^"b c`, "the quote is not closed"},
		{"a /b", "a ^/b", "the regular expression is not closed"},
		{"//", "^//", "the regular expression is empty"},
		{"/a(b/", "/^a(b/", "missing closing )"},
		{"/x*/", "/^x*/", "matches the empty text"},
		{`/(?=a)b/`, `/^(?=a)b/`, "RE2 has no lookaround"},
		{"12~", "12^~", "a number has no forms"},
		{"de*", "de^*", "at least 3 letters"},
		{"*ence", "^*ence", "a word cannot begin with *"},
		{"de*ce", "de^*ce", "at least 3 letters"},
		{"deter*ce", "deter^*ce", "* stands inside a word"},
		{"=deter*", "=deter^*", "= means exactly so"},
		{"a and b", "a ^and b", "write AND, or \"and\" in quotes"},
		{"a Or b", "a ^Or b", "write OR"},
		{"not b", "^not b", "write NOT"},
		{"a near/5 b", "a ^near/5 b", "write NEAR/5"},
		{"a w/5 b", "a ^w/5 b", "write NEAR/5"},
		{"a adj3 b", "a ^adj3 b", "write BEFORE/3"},
		{"a pre/3 b", "a ^pre/3 b", "write BEFORE/3"},
		{"a && b", "a ^&& b", "write AND"},
		{"a || b", "a ^|| b", "write OR"},
		{"law № 5", "law ^№ 5", "№ stands alone; put it and its word in quotes"},
		{"a, b", "a^, b", "write AND or OR between words"},
		{"nuclear!", "nuclear^!", "write nuclear*"},
		{"wom?n", "wom^?n", "? is not part of the language"},
		{"nato^2", "nato^^2", "terms have no weight"},
		{"nato~2", "nato^~2", "a number after ~ means nothing"},
		{`"a b"~5`, `"a b"^~5`, "write A NEAR/5 B"},
		{`"a b"c`, `"a b"^c`, "something follows the closing quote"},
		{"'a b'", "^'a b'", "single quotes are apostrophes"},
		{"atleast5(nato)", "atleast5^(nato)", "write ATLEAST/3 word"},
		{"OR a", "^OR a", "nothing stands before OR"},
		{"a AND", "a ^AND", "nothing follows AND"},
		{"a NOT", "a ^NOT", "nothing follows NOT"},
		{`""`, `"^"`, "there is no word in it"},
		{"feed:LSN", "feed:^LSN", `no feed has the name "LSN"; did you mean "LSM"?`},
		{"tag:analysys", "tag:^analysys", `did you mean "analysis"?`},
		{"lang:estonian", "lang:^estonian", "is not a language code"},
		{"tag:(analysis AND x)", "tag:(analysis ^AND x)", "join the names with OR"},
		{"žž -x", "žž ^-x", "write NOT x"},
	} {
		_, err := rules.Compile([]rules.Rule{{Name: "r", Match: c.query}}, o)
		es := rules.AsErrors(err)
		if len(es) != 1 {
			t.Errorf("%s: %d errors: %v", c.query, len(es), err)
			continue
		}
		e := es[0]
		if got := c.query[:e.Offset] + "^" + c.query[e.Offset:]; got != c.caret {
			t.Errorf("%s: caret at %q, want %q (%s)", c.query, got, c.caret, e.Text())
		}
		if !strings.Contains(e.Text(), c.want) {
			t.Errorf("%s: %q, want %q", c.query, e.Text(), c.want)
		}
		if e.Rule != 0 || e.Name != "r" || e.Part != "match" || e.Source != c.query {
			t.Errorf("%s: placed at %+v", c.query, e)
		}
	}
}

func TestKeywordErrors(t *testing.T) {
	for _, c := range []struct{ keyword, want string }{
		{"Bosnia AND Herzegovina", "AND is an operator, and keywords have none; write the query under match:"},
		{"NATO NEAR/5 troops", "NEAR/5 is an operator"},
		{"(EFP)", "parentheses group terms in match: only"},
		{"title:NATO", "title: is a field"},
		{"/EFP/", "regular expressions work in match: only"},
		{"-football", "is no operator"},
		{"NATO @list", "a list stands alone"},
		{"", "there is no word in it"},
		{"...", "there is no word in it"},
		{"de*", "at least 3 letters"},
		{"@nolist", "unknown list"},
		{"NATO, EU", "the , stands between two keywords, and an entry is one; make them two entries, NATO and EU, or put"},
		{"NATO; EU", "make them two entries, NATO and EU"},
		{"NATO,EU", "make them two entries, NATO and EU"},
		{"Kyiv, Ukraine, war", "make them two entries, Kyiv and Ukraine, war"},
		{"NATO،EU", "make them two entries, NATO and EU"},
		{"NATO + EU", "+ stands alone, and keywords have no operators; make each an entry of its own"},
		{"NATO,", "the , divides nothing; remove it"},
		{"NATO , EU", "make them two entries"},
		{"NATO|EU", "| is an operator, and keywords have none; make each an entry of its own"},
		{"=e" + strings.Repeat("\u0301", 40_000) + "x", "a word of more than 500 letters"},
	} {
		_, err := rules.Compile([]rules.Rule{{Name: "r", Keywords: []string{"fine", c.keyword}}}, rules.Options{Lists: testLists})
		es := rules.AsErrors(err)
		if len(es) != 1 || !strings.Contains(es[0].Text(), c.want) || es[0].Part != "keywords[1]" {
			t.Errorf("%q: %v, want %q", c.keyword, err, c.want)
		}
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	_, err := rules.Compile([]rules.Rule{
		{Name: "a", Match: "x OR"},
		{Name: "b", Keywords: []string{"fine", "x AND y", "(z)"}, Feeds: []string{"nowhere", "tag:none"}},
		{Name: "c"},
		{Name: "d", Match: "x", Keywords: []string{"y"}},
		{Name: "e", Match: "fine"},
	}, rules.Options{Feeds: []string{"ERR"}, Tags: []string{"news"}})
	var got []string
	for _, e := range rules.AsErrors(err) {
		got = append(got, e.Name+" "+e.Part)
	}
	want := "a match,b feeds[0],b feeds[1],b keywords[1],b keywords[2],c ,d "
	if s := strings.Join(got, ","); s != want {
		t.Errorf("errors %s, want %s\n%v", s, want, err)
	}
	var e *rules.Error
	if !errors.As(err, &e) || e.Name != "a" {
		t.Errorf("errors.As finds %v", e)
	}
	if lines := strings.Count(err.Error(), "\n") + 1; lines != len(got) {
		t.Errorf("%d lines for %d errors", lines, len(got))
	}
}

func TestListErrors(t *testing.T) {
	for _, c := range []struct {
		why   string
		lists map[string][]string
		part  string
		want  string
	}{
		{"a cycle", map[string][]string{"a": {"x", "@b"}, "b": {"@c"}, "c": {"@a"}}, "lists.c[0]", "in a circle: @a → @b → @c → @a"},
		{"a list of itself", map[string][]string{"a": {"@a"}}, "lists.a[0]", "@a → @a"},
		{"an unknown one", map[string][]string{"a": {"@baltic"}, "baltics": {"x"}}, "lists.a[0]", "did you mean @baltics?"},
		{"an operator", map[string][]string{"a": {"x OR y"}}, "lists.a[0]", "OR is an operator"},
		{"an empty one", map[string][]string{"a": {}}, "lists.a", "the list is empty"},
		{"a name that cannot be written", map[string][]string{"a b": {"x"}}, "lists.a b", "cannot be written as @name"},
	} {
		_, err := rules.Compile([]rules.Rule{{Name: "r", Match: "fine"}}, rules.Options{Lists: c.lists})
		es := rules.AsErrors(err)
		if len(es) != 1 || es[0].Part != c.part || es[0].Rule != -1 || !strings.Contains(es[0].Text(), c.want) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
}

// A mistake in a list does not hide mistakes in rules, not even in rules that use the list.
func TestListErrorsHideNoOthers(t *testing.T) {
	_, err := rules.Compile([]rules.Rule{{Name: "a", Match: "@lst AND"}, {Name: "b", Match: "@list AND"}, {Name: "c", Match: "fine"}, {Name: "d", Keywords: []string{"@circle", "x OR y"}}},
		rules.Options{Lists: map[string][]string{"list": {"x OR y"}, "circle": {"@circle"}}})
	var got []string
	for _, e := range rules.AsErrors(err) {
		got = append(got, e.Name+e.Part)
	}
	if want := "lists.list[0],amatch,bmatch,dkeywords[1]"; strings.Join(got, ",") != want {
		t.Errorf("errors of %s, want %s\n%v", got, want, err)
	}
}

func TestCaret(t *testing.T) {
	_, err := rules.Compile([]rules.Rule{{Name: "r", Match: "Šiauliai AND Rīga OR x"}}, rules.Options{})
	if got, want := rules.AsErrors(err)[0].Caret(), "Šiauliai AND Rīga OR x\n                  ^"; got != want {
		t.Errorf("caret by letters, not by bytes:\n%s\nwant\n%s", got, want)
	}
	long := strings.Repeat("word AND ", 50) + "x OR y " + strings.Repeat("AND word ", 50)
	_, err = rules.Compile([]rules.Rule{{Name: "r", Match: long}}, rules.Options{})
	lines := strings.Split(rules.AsErrors(err)[0].Caret(), "\n")
	if len(lines) != 2 || len([]rune(lines[0])) > 100 || []rune(lines[0])[len(lines[1])-1] != 'O' {
		t.Errorf("a long query is cut around the caret: %q", lines)
	}
}

func TestExamples(t *testing.T) {
	r := rules.Rule{Name: "r", Match: `NATO NEAR/3 troops AND feed:LSM`, Feeds: []string{"LSM"}}
	r.Examples = rules.Examples{Match: []string{"NATO sends troops", "A title\nNATO moves some troops"}, Miss: []string{"NATO talks", "troops in the title\nNATO below"}}
	if _, err := rules.Compile([]rules.Rule{r}, rules.Options{}); err != nil {
		t.Errorf("right examples, wherever they come from: %v", err)
	}
	r.Examples = rules.Examples{Match: []string{"NATO sends troops", "NATO says that it has no more troops"}, Miss: []string{"NATO troops"}}
	_, err := rules.Compile([]rules.Rule{r}, rules.Options{})
	es := rules.AsErrors(err)
	if len(es) != 2 {
		t.Fatalf("two wrong examples: %v", err)
	}
	if es[0].Part != "examples.match[1]" || !strings.Contains(es[0].Error(), "within 3 words of troops: no, nearest is 7") {
		t.Errorf("the first: %s: %s", es[0].Part, es[0])
	}
	if es[1].Part != "examples.miss[0]" || !strings.Contains(es[1].Error(), "nearest is 1") {
		t.Errorf("the second: %s: %s", es[1].Part, es[1])
	}
}
