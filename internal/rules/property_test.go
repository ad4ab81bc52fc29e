//go:build !race

package rules

import (
	"flag"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"watcher/internal/feeds"
)

// A million cases on demand: go test -run PropertyIndex -rapid.checks=1000000 -timeout 0.
var _ = flag.Lookup("rapid.checks")

// vocab are the words of the property tests' queries and articles: few, so that they often
// match, and related, so that forms and beginnings matter.
var vocab = strings.Fields(strings.ReplaceAll(`Baltic Baltics baltic Baltic's Estonia Estonian Estonia's NATO NATO's NATOn nato Nato US us U.S. U.S.'s EU EUs
brigade brigades brigaded battle group groups F-35 F35 F35s F-35s 35 F f35 F-35A F-35As F35A 35AB F-350 A 10 A-10 А-10 T-72 Т-72 T-72B3 Т72Б3 10am M1 M1A2 M1A2s à 2% %2 München Muenchen munchen Lіthuania 2 $5 5€ #Riga C# OPEC+ airstrike air-strike air strike airstrikes cease-fire ceasefire counter-attacks Su-27 Lietuva Lietuvos Lietuvoje Šiauliai Siauliai siauliai Šiaulių
НАТО НАТОвский НАТО-вский Київ Києва Киева й и їжа іжа Москва Москвы Москвою Russia's Lloyd's attack attacked attacking attacks invade invading
dying die dies man men woman women new news a of the and troops troop Tallinn Tallinna Tallinnas Riigikogu Paris Polska Polsce Polską Marek Marka
Čína činu čínu Cina Valdis valdīs Vida VIDa vidą PiS PiS-u pis ES es Es Leopard-2 Leopardy-2 Leoparda2 поток-2 потока-2 Rada řada Gates gate
中国 日本軍 ウクライナ AT&T C++ über uber Über don't O'Brien п'ять Лук'янівка café cafe naïve e.g. co-operation straße strasse
ՆԱՏՕ ՆԱՏՕի Հայաստան ᲜᲐᲢᲝ ᲜᲐᲢᲝს ӨМӨ ӨМӨом ΝΑΤΟ ΝΑΤΟϊκός Αθήνα broken\xffword deterrence deterrences`, `\xff`, "\xff"))

// drawnLists are the lists that drawn queries may name.
var drawnLists = map[string][]string{"list": {"Estonia", "Baltic", "=US", `"battle group"`, "@other", "troop*"}, "other": {"Lietuva", "F-35", "НАТО", "new group"}}

func drawWord(t *rapid.T) string { return rapid.SampledFrom(vocab).Draw(t, "word") }

func drawText(t *rapid.T, label string) string {
	n := rapid.IntRange(0, 30).Draw(t, label)
	var b strings.Builder
	for range n {
		b.WriteString(drawWord(t))
		b.WriteString(rapid.SampledFrom([]string{" ", " ", " ", ", ", "-", "\n", ". ", "’s "}).Draw(t, "gap"))
	}
	return b.String()
}

func drawItem(t *rapid.T) *feeds.Item {
	it := &feeds.Item{
		Title: drawText(t, "title"), Content: drawText(t, "content"), Summary: drawText(t, "summary"),
		Feed: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "feed"), Tags: rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 0, 2).Draw(t, "tags"),
		Language: rapid.SampledFrom([]string{"", "en", "lt", "et", "pl", "ru", "uk", "es", "en-GB"}).Draw(t, "language"),
		Link:     "https://example.org/" + drawWord(t),
	}
	if rapid.Bool().Draw(t, "author") {
		it.Authors = []string{drawText(t, "author"), drawText(t, "author")}
		it.Categories = []string{drawWord(t)}
	}
	if rapid.Bool().Draw(t, "copy") {
		it.Content = it.Title + " " + it.Content
	}
	return it
}

func drawTerm(t *rapid.T) string {
	switch rapid.IntRange(0, 9).Draw(t, "term") {
	case 0:
		return `"` + drawWord(t) + " " + drawWord(t) + `"`
	case 1:
		return `"` + drawWord(t) + " " + drawWord(t) + " " + drawWord(t) + `~"`
	case 2:
		w := strings.Map(func(r rune) rune {
			if strings.ContainsRune("-'.&+", r) {
				return -1
			}
			return r
		}, drawWord(t))
		if runes := []rune(w); len(runes) >= 3 {
			return string(runes[:rapid.IntRange(3, len(runes)).Draw(t, "prefix")]) + "*"
		}
		return w
	case 3:
		return "=" + drawWord(t)
	case 4:
		return rapid.SampledFrom([]string{`/bri\w+/`, `/\bnato/`, `/(troop|group)s?\b/`, `/35/`, `/[а-я]{4}/`, `/\Bato/`, `/^bal/`, `/s$/`}).Draw(t, "regex")
	case 5:
		return rapid.SampledFrom([]string{"@list", "@other"}).Draw(t, "list")
	case 6:
		return `"` + drawWord(t) + `"`
	}
	return drawWord(t)
}

func drawSide(t *rapid.T) string {
	if rapid.IntRange(0, 3).Draw(t, "side") == 0 {
		return "(" + drawTerm(t) + " OR " + drawTerm(t) + ")"
	}
	return drawTerm(t)
}

func drawQuery(t *rapid.T, depth int) string {
	if depth == 0 {
		return drawTerm(t)
	}
	sub := func() string { return "(" + drawQuery(t, depth-1) + ")" }
	switch rapid.IntRange(0, 9).Draw(t, "op") {
	case 0, 1:
		return sub() + " AND " + sub()
	case 2, 3:
		return sub() + " OR " + sub()
	case 4:
		return sub() + " AND NOT " + sub()
	case 5:
		return fmt.Sprintf("%s NEAR/%d %s", drawSide(t), rapid.IntRange(1, 6).Draw(t, "n"), drawSide(t))
	case 6:
		return fmt.Sprintf("%s BEFORE/%d %s", drawSide(t), rapid.IntRange(1, 6).Draw(t, "n"), drawSide(t))
	case 7:
		return fmt.Sprintf("ATLEAST/%d %s", rapid.IntRange(1, 4).Draw(t, "n"), drawSide(t))
	case 8:
		f := rapid.SampledFrom([]string{"title", "summary", "content", "lead", "author", "category", "link"}).Draw(t, "field")
		return f + ":" + drawSide(t)
	}
	return rapid.SampledFrom([]string{"feed:A", "tag:x", "lang:en", `feed:(A OR B)`}).Draw(t, "meta") + " AND " + sub()
}

func TestPropertyIndexFindsWhatEvaluatorFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{Lists: drawnLists, Exact: rapid.IntRange(0, 9).Draw(t, "exact") == 0}
		var rs []Rule
		for range rapid.IntRange(1, 6).Draw(t, "rules") {
			r := Rule{Name: "r", Match: drawQuery(t, rapid.IntRange(0, 3).Draw(t, "depth"))}
			if rapid.IntRange(0, 5).Draw(t, "keywords") == 0 {
				r = Rule{Name: "k", Keywords: []string{drawWord(t), drawWord(t) + " " + drawWord(t), "@list"}}
			}
			if rapid.IntRange(0, 5).Draw(t, "scope") == 0 {
				r.Feeds = []string{"A", "tag:y"}
			}
			if _, err := Compile([]Rule{r}, o); err == nil {
				rs = append(rs, r)
			}
		}
		s, err := Compile(rs, o)
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 8).Draw(t, "items") {
			it := drawItem(t)
			var want []Match
			for i := range rs {
				v := new(view)
				n := s.parse(i)
				v.load(it, needs(n, inDefault))
				if hits, ok := v.eval(n, inDefault, nil); ok && inScope(rs[i].Feeds, it) {
					want = append(want, Match{Rule: i, Spans: v.appendSpans(nil, hits)})
				}
			}
			if d := cmp.Diff(want, s.Match(it)); d != "" {
				t.Fatalf("rules %q\nitem %q / %q\n(-evaluator +index)\n%s", rs, it.Title, it.Content, d)
			}
			for i := range rs {
				x := s.Explain(i, it)
				matched := false
				for _, m := range want {
					matched = matched || m.Rule == i
				}
				if x.Matched != matched {
					t.Fatalf("rule %q: Explain says %v, Match %v\n%s", rs[i].Match, x.Matched, matched, strings.Join(x.Lines, "\n"))
				}
			}
		}
	})
}

func TestPropertySpansAreWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := drawQuery(t, 2)
		s, err := Compile([]Rule{{Name: "r", Match: q}}, Options{Lists: drawnLists})
		if err != nil {
			return
		}
		it := drawItem(t)
		for _, m := range s.Match(it) {
			for _, sp := range m.Spans {
				text := map[string]string{"title": it.Title, "summary": it.Summary, "content": it.Content, "link": it.Link}[sp.Field]
				switch sp.Field {
				case "author":
					text = it.Authors[sp.Index]
				case "category":
					text = it.Categories[sp.Index]
				}
				if sp.Start >= sp.End || sp.End > len(text) || strings.TrimSpace(text[sp.Start:sp.End]) != text[sp.Start:sp.End] && sp.Term[0] != '/' {
					t.Fatalf("%q: span %+v of %q", q, sp, text)
				}
				if !strings.Contains(q, sp.Term) && !strings.Contains(q, "@") {
					t.Fatalf("%q: term %q is not in the query", q, sp.Term)
				}
			}
		}
	})
}

func TestPropertyPrintParse(t *testing.T) {
	o := Options{Lists: drawnLists}
	rapid.Check(t, func(t *rapid.T) {
		src := drawQuery(t, 4)
		q, err := Parse(src, o)
		if err != nil {
			return
		}
		again, err := Parse(q.String(), o)
		if err != nil {
			t.Fatalf("%s printed as %s: %v", src, q, err)
		}
		if again.String() != q.String() {
			t.Fatalf("%s printed as %s, then as %s", src, q, again)
		}
		if a, b := shape(q.root), shape(again.root); !reflect.DeepEqual(a, b) {
			t.Fatalf("%s printed as %s is another query: %s", src, q, cmp.Diff(a, b))
		}
	})
}

// shape is a query without its positions in the source.
func shape(n *node) any {
	var kids []any
	for _, k := range n.kids {
		kids = append(kids, shape(k))
	}
	return []any{int(n.op), n.n, int(n.in), n.text, fmt.Sprint(n.alts), int(n.meta), n.values, kids}
}
