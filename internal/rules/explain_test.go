package rules_test

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

func TestExplain(t *testing.T) {
	it := &feeds.Item{
		Title: "NATO in Estonia", Content: "NATO will meet. " + strings.Repeat("word ", 38) + "Then troops of NATO.", Feed: "ERR", Tags: []string{"news"}, Language: "en",
	}
	far := &feeds.Item{Title: "NATO meets", Content: "NATO. NATO." + strings.Repeat(" word", 41) + " troops"}
	twice := &feeds.Item{Title: "NATO sends help", Summary: "NATO sends help to all of them"}
	lt := &feeds.Item{Title: "Lietuvos kariuomenė", Content: "Lietuvos Respublikos prezidentas sako, kad Lietuva yra pasirengusi ir kad jos kariai bus prie sienos, nes to reikia."}
	for _, c := range []struct {
		query string
		it    *feeds.Item
		want  string
	}{
		{"NATO", it, "NATO: yes, 3 times"},
		{"Estonia", it, "Estonia: yes, once"},
		{"Latvia", it, "Latvia: no"},
		{"NATO NEAR/10 troops", far, "NATO: yes, 3 times; within 10 words of troops: no, nearest is 42"},
		{"troops BEFORE/5 NATO", it, "troops: yes, once; at most 5 words before NATO: yes, nearest is 2"},
		{"NATO BEFORE/1 Estonia", it, "NATO: yes, 3 times; at most 1 word before Estonia: no, nearest is 2"},
		{"Estonia BEFORE/5 NATO", it, "Estonia: yes, once; at most 5 words before NATO: no, only behind it"},
		{"Estonia NEAR/5 troops", it, "Estonia: yes, once; within 5 words of troops: no, they are in different fields"},
		{"NATO NEAR/5 tanks", it, "NATO: yes, 3 times; tanks: no"},
		{"ATLEAST/4 NATO", it, "NATO at least 4 times: no, 3 times"},
		{"NATO AND title:troops AND NOT Estonia", it, "NATO: yes, 3 times\ntitle:troops: no; it stands in the content\nNOT: no\n  Estonia: yes, once"},
		{"NATO AND (tanks OR jets)", it, "NATO: yes, 3 times\nany of tanks, jets: no"},
		{"NATO AND (tanks OR troops)", it, "NATO: yes, 3 times\nany of: yes\n  tanks: no\n  troops: yes, once"},
		// Every branch of an OR, in its order.
		{"tanks OR jets OR troops OR title:Estonia OR (ships NEAR/5 guns) OR planes", it,
			"any of: yes\n  tanks, jets: no\n  troops: yes, once\n  title:Estonia: yes, once\n  ships: no; guns: no\n  planes: no"},
		{"(@list OR Kaliningrad) AND NATO", twice, "any of: no\n  @list Estonia, Baltic, =US, \"battle group\", Lietuva, F-35, НАТО, new group, 1 more: no\n  Kaliningrad: no\nNATO: yes, once"},
		{"(Kaliningrad OR @list) AND NATO", it, "any of: yes\n  Kaliningrad: no\n  @list: yes\n    Estonia: yes, once\n    troop*: yes, once\nNATO: yes, 3 times"},
		{"(tanks OR (planes AND NATO)) AND zebra", it, "any of: no\n  tanks: no\n  all of: no\n    planes: no\n    NATO: yes, 3 times\nzebra: no"},
		{"@list AND NATO", it, "@list: yes\n  Estonia: yes, once\n  troop*: yes, once\nNATO: yes, 3 times"},
		{"feed:LSM AND NATO", it, "feed:\"LSM\": no, it is ERR\nNATO: yes, 3 times"},
		{"lang:lt AND NATO", it, "lang:\"lt\": no, it is en\nNATO: yes, 3 times"},
		// A copy of the title counts once, in every line.
		{"ATLEAST/2 NATO AND NATO AND zebra", twice, "NATO at least 2 times: no, once\nNATO: yes, once\nzebra: no"},
		{"NATO NEAR/5 zebra", twice, "NATO: yes, once; zebra: no"},
		{"zebra NEAR/5 NATO", twice, "zebra: no; NATO: yes, once"},
		{"NATO NEAR/5 help", twice, "NATO: yes, once; within 5 words of help: yes, nearest is 2"},
		{"/NATO/", twice, "/NATO/: yes, once"},
		{"summary:NATO", twice, "summary:NATO: yes, once"},
		// The language that nobody declares is detected from the words.
		{"lang:lt", lt, "lang:\"lt\": yes"},
		{"lang:en", lt, "lang:\"en\": no, its words are lt"},
		{"lang:en", &feeds.Item{Title: "12"}, "lang:\"en\": no, it is not known"},
		{"tag:news AND /tr\\w+s/", it, "tag:\"news\": yes\n/tr\\w+s/: yes, once"},
	} {
		s, err := rules.Compile([]rules.Rule{{Name: "r", Match: c.query}}, rules.Options{Lists: testLists})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.Explain(0, c.it).Lines, "\n"); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.query, got, c.want)
		}
	}
	s, err := rules.Compile([]rules.Rule{{Name: "r", Match: "NATO", Feeds: []string{"LSM", "tag:x"}}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x := s.Explain(0, it)
	if x.Matched || x.Lines[0] != "the rule looks at LSM, tag:x only: no, this is from ERR" {
		t.Errorf("out of scope: %+v", x)
	}
}

// TestExampleCounts: an example of one line counts as title and content, and is shown as it
// was written.
func TestExampleCounts(t *testing.T) {
	_, err := rules.Compile([]rules.Rule{{Name: "r", Match: "NATO AND zebra", Examples: rules.Examples{Match: []string{"NATO sends help"}}}}, rules.Options{})
	if err == nil || !strings.Contains(err.Error(), "(NATO: yes, once; zebra: no)") {
		t.Errorf("%v", err)
	}
	_, err = rules.Compile([]rules.Rule{{Name: "r", Match: "@list AND NATO", Examples: rules.Examples{Match: []string{"Estonians in NATO"}}}}, rules.Options{Lists: map[string][]string{"list": {"Estonia", "Latvia"}}})
	if err == nil || !strings.Contains(err.Error(), "(@list Estonia, Latvia: no; Estonia: there is Estonians, its adjective: add Estonian to @list; NATO: yes, once)") {
		t.Errorf("%v", err)
	}
}
