package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

var testLists = map[string][]string{"list": {"Estonia", "Baltic", "=US", `"battle group"`, "@other", "troop*"}, "other": {"Lietuva", "F-35", "НАТО", "new group"}}

// matchText compiles one query and reports whether an item with this title satisfies it.
func matchText(t *testing.T, q, lang, title string) bool {
	t.Helper()
	s, err := rules.Compile([]rules.Rule{{Name: "r", Match: q}}, rules.Options{Lists: testLists})
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	it := &feeds.Item{Title: title, Language: lang}
	got := len(s.Match(it)) == 1
	if x := s.Explain(0, it); x.Matched != got {
		t.Errorf("%s on %q: Match %v, Explain %v", q, title, got, x.Matched)
	}
	return got
}

// matchTitles compiles rules all of which find each of some titles, and none of which finds
// the others.
func matchTitles(t *testing.T, why string, rs []rules.Rule, o rules.Options, lang string, yes, no []string) {
	t.Helper()
	s, err := rules.Compile(rs, o)
	if err != nil {
		t.Errorf("%s: %v", why, err)
		return
	}
	for _, title := range yes {
		it := &feeds.Item{Title: title, Language: lang}
		if got := len(s.Match(it)); got != len(rs) {
			t.Errorf("%s: %d of %d rules find %q:\n%s", why, got, len(rs), title, strings.Join(s.Explain(0, it).Lines, "\n"))
		}
	}
	for _, title := range no {
		if got := len(s.Match(&feeds.Item{Title: title, Language: lang})); got != 0 {
			t.Errorf("%s: %d of %d rules find %q", why, got, len(rs), title)
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		why, query, lang string
		yes, no          []string
	}{
		{"a word takes its forms", "Baltic", "en", []string{"the Baltic", "the Baltics", "the Baltic's shore", "BALTIC", "baltic", "(Baltic)", "non-Baltic"}, []string{"Balticum", "Baltica"}},
		{"never inside another word", "NATO", "en", []string{"NATO", "Nato", "nato's", "NATO-led", "anti-NATO", "NATO–Russia"}, []string{"senator", "Anatolia", "SENATOR"}},
		{"never another word of the root", "Estonia", "en", []string{"Estonia", "Estonia’s"}, []string{"Estonian", "Estonians"}},
		{"organization is not organ", "organ", "en", []string{"organs"}, []string{"organization", "organic"}},
		{"Lithuanian forms", "Lietuva", "lt", []string{"Lietuvos", "Lietuvoje", "LIETUVĄ"}, []string{"lietuvis", "lietuviai"}},
		{"the language is told by the words too", "Lietuva", "", []string{"Lietuvos kariuomenė yra pasirengusi, bet ir kitos šalys"}, nil},
		{"accents are optional", "Siauliai", "lt", []string{"Šiauliai", "Šiaulių oro uostas", "SIAULIAI"}, nil},
		{"accents in the rule, none in the text", "Šiauliai", "en", []string{"Siauliai"}, nil},
		{"letters that readers take for accented", `"strasse malmo lodz oe"`, "", []string{"Straße Malmø Łódź õe"}, nil},
		{"й is not и", `"край"`, "ru", []string{"край", "КРАЙ", "край"}, []string{"краи"}},
		{"ї is not і", `"їх"`, "uk", []string{"їх"}, []string{"іх"}},
		{"ё is е", `"еще"`, "ru", []string{"ещё", "еще"}, nil},
		{"acronyms take suffixes", "NATO", "fi", []string{"NATO-s", "NATOn", "NATO:n", "NATOssa"}, []string{"NATOPress"}},
		{"acronyms take suffixes in Russian", "НАТО", "ru", []string{"НАТО", "НАТО-вский", "НАТОвский", "страны НАТО и ЕС"}, []string{"ВАНАТО"}},
		{"a phrase is exact", `"Enhanced Forward Presence"`, "en", []string{"enhanced forward presence", "Enhanced Forward-Presence", "Enhanced\n Forward  Presence", "“Enhanced” Forward Presence"},
			[]string{"Enhanced Presence Forward", "enhanced forward presences", "Forward Presence"}},
		{"a quoted word is this form", `"Baltic"`, "en", []string{"Baltic", "BALTIC"}, []string{"Baltics", "Baltic's"}},
		{"curly quotes are quotes", "“battle group”", "en", []string{"battle group"}, []string{"battle groups"}},
		{"= is exact", "=US", "en", []string{"the US", "the U.S.", "U.S.-led", "the US's", "the US’s word"}, []string{"told us", "Us", "USA"}},
		{"= with 's asks for it", "=US's", "en", []string{"the US's"}, []string{"the US"}},
		{"Serbian is found in its other script", "Vučić", "sr", []string{"Председник Вучић је у Београду", "Са Вучићем о Косову", "Vučićem"}, []string{"Вучијак је планина"}},
		{"a Serbian rule in Cyrillic finds Latin script", "Београд", "sr", []string{"Predsednik je u Beogradu", "Београду"}, []string{"beogradski kafići su puni"}},
		{"an acronym too", "NATO", "sr", []string{"Чланице НАТО су на самиту", "генерални секретар НАТО-а"}, nil},
		{"letters that fold alike in Latin", "Šešelj", "sr", []string{"Шешељ и Шешеља", "Šešeljem"}, nil},
		{"another language of Cyrillic has words of its own", "most", "ru", []string{"most"}, []string{"На мосту в Москве было пусто"}},
		{"and so has one of Latin script", "мост", "en", []string{"мост"}, []string{"Most of them said that they will not go"}},
		{"Arabic hamza", "أوكرانيا", "", []string{"روسيا تهاجم اوكرانيا ليلا", "أوكرانيا"}, []string{"روسيا"}},
		{"Arabic digits", `"المادة 5"`, "", []string{"المادة ٥ من المعاهدة", "المادة 5"}, []string{"المادة ٦"}},
		{"Persian yeh", "روسیه", "", []string{"سفیر روسيه احضار شد"}, nil},
		{"Persian and Arabic yeh", "ایران", "", []string{"ايران پاسخ داد", "ایران"}, nil},
		{"a Hebrew acronym", `צה"ל`, "he", []string{`צה"ל תקף הלילה`, "צה״ל תקף הלילה", "צה”ל"}, []string{"צהוב ל"}},
		{"a Hebrew acronym in a query", `(ארה"ב OR נאט"ו) AND צה"ל`, "he", []string{`נאט"ו וצה"ל, צה"ל`}, []string{`נאט"ו`}},
		{"a Hebrew acronym behind a small word", `צה"ל`, "he", []string{`חיילים בצה"ל`, "שצה״ל תקף"}, nil},
		{"a Hebrew acronym to the letter", `=צה"ל`, "he", []string{`צה"ל`, "צה״ל"}, []string{"צהל", `בצה"ל`}},
		{"a quotation behind a small word of Hebrew", `"הארץ"`, "he", []string{`נמסר ב"הארץ" הבוקר`, "ב״הארץ״"}, []string{"בארץ"}},
		{"a foreign sound of Hebrew", "צ'כיה", "he", []string{"צ׳כיה", "בצ’כיה"}, []string{"צ כיה"}},
		{"letters at the end of a Hebrew word", "מכון", "he", []string{"מכונים"}, nil},
		{"traditional Chinese finds simplified", "愛沙尼亞", "zh", []string{"爱沙尼亚总统访华"}, []string{"拉脱维亚"}},
		{"simplified Chinese finds traditional", "北约", "", []string{"北約秘書長", "北约秘书长"}, []string{"北京"}},
		{"regional characters of Chinese", "台湾", "zh-Hant", []string{"臺灣", "台灣", "台湾"}, nil},
		{"characters that share a simplified one", "头发", "zh", []string{"頭髮", "頭發"}, nil},
		{"forms of letters of old Arabic pages", "لا", "ar", []string{"ﻻ"}, nil},
		{"Urdu letters", "پاکستانی", "ur", []string{"پاكستاني"}, nil},
		{"Urdu heh", "بھارت", "ur", []string{"بہارت", "بهارت"}, nil},
		{"a mark of direction inside a word", "روسيا", "", []string{"رو\u200Fسيا"}, nil},
		{"a half-space of Persian is a space", "رئیس\u200Cجمهور", "fa", []string{"رئیس\u200Cجمهور ایران", "رئیس جمهور ایران", "رئيس\u200Cجمهورهای پیشین"}, []string{"جمهور رئیس"}},
		{"a plural with a half-space is a form", "موشک", "fa", []string{"موشک\u200Cهای تازه", "موشکهای تازه", "موشک های تازه"}, []string{"موش ها"}},
		{"a Hebrew acronym in quotes", `"של צה"ל"`, "he", []string{`דובר של צה״ל`}, []string{"של"}},
		{"a space of no width in a rule", "NA\u200BTO\u200B AND troops", "en", []string{"NATO troops"}, nil},
		{"a soft hyphen in a rule", "bri\u00ADgade", "en", []string{"brigades", "bri\u00ADgade"}, nil},
		{"a space of no width in an article", "NATO", "en", []string{"NA\u200BTO", "\u200BNATO\u200B"}, nil},
		{"= counts accents", "=Šiauliai", "lt", []string{"Šiauliai", "Šiauliai"}, []string{"Siauliai", "šiauliai", "Šiaulių"}},
		{"= takes a phrase", `="Enhanced Forward"`, "en", []string{"Enhanced Forward"}, []string{"enhanced Forward"}},
		{"a prefix", "deter*", "en", []string{"deterrence", "deter", "Détermination"}, []string{"undeterred"}},
		{"a prefix in quotes", `"nuclear deter*"`, "en", []string{"nuclear deterrence"}, []string{"nuclear umbrella"}},
		{"~ in quotes", `"battle group~"`, "en", []string{"battle groups", "Battle Group"}, []string{"battles group"}},
		{"AND", "Estonia AND Latvia", "en", []string{"Latvia and Estonia"}, []string{"Latvia"}},
		{"side by side means AND", "Estonia Latvia", "en", []string{"Latvia and Estonia"}, []string{"Estonia"}},
		{"OR", "Estonia OR Latvia", "en", []string{"Latvia"}, []string{"Lithuania"}},
		{"NOT", "Estonia NOT football", "en", []string{"Estonia votes"}, []string{"Estonia football"}},
		{"groups", "(Estonia OR Latvia) AND NOT (football OR hockey)", "en", []string{"Latvia votes"}, []string{"Latvia hockey", "votes"}},
		{"NEAR either way", "NATO NEAR/2 troops", "en", []string{"NATO sends troops", "troops of NATO", "NATO troops"}, []string{"NATO will send troops", "NATO NATO"}},
		{"BEFORE in this order", "NATO BEFORE/2 troops", "en", []string{"NATO sends troops"}, []string{"troops of NATO", "NATO will send troops"}},
		{"NEAR between phrases", `"battle group" NEAR/2 (Latvia OR "Ādaži base")`, "en", []string{"battle group in Latvia", "Adazi base: battle group"}, []string{"battle group is now in Latvia"}},
		{"a word is not near itself", "NATO NEAR/5 NATO", "en", []string{"NATO and NATO"}, []string{"NATO"}},
		{"ATLEAST", "ATLEAST/3 NATO", "en", []string{"NATO, NATO, NATO"}, []string{"NATO, NATO"}},
		{"ATLEAST of a group", "ATLEAST/2 (NATO OR OTAN)", "en", []string{"NATO, OTAN"}, []string{"NATO"}},
		{"regex", `/EFP-\d+/`, "en", []string{"EFP-12", "the efp-3 force"}, []string{"EFP-", "EFP 12"}},
		{"regex word bounds know Unicode", `/\bНАТО\b/`, "ru", []string{"страны НАТО и ЕС", "нато"}, []string{"ВАНАТОР", "НАТОв"}},
		{"regex word bounds and accents", `/\bNATO\b/`, "", []string{"NATO"}, []string{"NATOš", "šNATO"}},
		{"lists", "@list", "en", []string{"Estonia", "the US", "battle group", "F-35s", "trooper"}, []string{"us", "battle groups", "Finland"}},
		{"lists in lists and quoted terms", "@other AND Estonia", "en", []string{"F35 over Estonia"}, []string{"Estonia"}},
		{"dotted initials are one word", "US", "en", []string{"U.S.", "the U.S. and", "U.S.'s"}, []string{"U. S."}},
		{"and in the rule", "U.S.", "en", []string{"US", "the U.S"}, []string{"U S"}},
		{"E.U. is EU", "EU", "en", []string{"the E.U.", "EU's"}, []string{"euro"}},
		{"a letter and a number", "F-35", "en", []string{"F-35", "F35", "F 35", "F-35s", "F35s", "f-35's"}, []string{"F-350", "AF-3 5", "35"}},
		{"a joined one finds the parts", "MH17", "en", []string{"MH17", "MH-17", "MH 17"}, []string{"MH175"}},
		{"inner marks make a phrase", "AT&T", "en", []string{"AT&T", "AT T"}, []string{"at the T"}},
		{"a hyphen makes a phrase", "battle-group", "en", []string{"battle group", "battle-groups"}, []string{"group battle"}},
		{"an apostrophe in a Cyrillic word is a letter", "Лук'янівка", "uk", []string{"Лук'янівка", "Лук’янівки", "Лукʼянівку"}, []string{"Лук"}},
		{"French elision", "OTAN", "fr", []string{"l'OTAN", "L’Otan"}, nil},
		{"scripts without spaces", "日本", "ja", []string{"日本軍", "在日本"}, []string{"本日"}},
		{"Katakana runs are words", "ウクライナ", "ja", []string{"ウクライナ軍"}, []string{"ウクライナン"}},
		{"soft hyphens are not seen", `"presence"`, "en", []string{"pre\u00ADsence"}, nil},
		{"no-break spaces are spaces", `"battle group"`, "en", []string{"battle\u00A0group"}, nil},
		{"Rada is not řada", "Rada", "cs", []string{"Rada", "Radě"}, []string{"řada", "řadě"}},
		{"a surname of Estonia has no forms of a shore", "Kallas", "et", []string{"Kallase valitsus", "Kallasele"}, []string{"järve kaldal", "kallasid vett"}},
		{"nor an island", "Saar", "et", []string{"Saare sõnul", "Saarega"}, []string{"Eesti saared", "saarele"}},
		{"Čína is not čin", "Čína", "cs", []string{"Číny", "čínu", "Činy"}, []string{"činu", "činy"}},
		{"a quoted name in small letters has its own accents", `"Valdis"`, "lv", []string{"Valdis", "VALDIS", "valdis", "Valdīs"}, []string{"valdīs"}},
		{"a quoted word with accents is not one in small letters with others", `"Mežotne"`, "lv", []string{"Mezotne", "Mežotnē", "mežotne", "mezotne"}, []string{"mežotnē"}},
		{"of a name, one in small letters has them all", `"Ķīna"`, "lv", []string{"Kina", "Ķīnā", "ķīna"}, []string{"kina", "ķinā"}},
		{"accents are optional in longer names without quotes", "Siauliai", "lt", []string{"Šiauliai", "šiauliai"}, nil},
		{"VIDa is a form of VID, not Vida", `"Vida"`, "lv", []string{"Vida", "VIDA", "vida"}, []string{"VIDa"}},
		{"a rule may say VIDa", `"VIDa"`, "lv", []string{"VIDa", "Vida"}, nil},
		{"an acronym of two letters that is a small word", "ES", "lv", []string{"ES", "E.S.", "ES valstis"}, []string{"es", "Es zinu"}},
		{"other acronyms in any case", "EU", "en", []string{"EU", "Eu", "eu"}, nil},
		{"attacked is a form of attack", "attack", "en", []string{"attacked", "attacks", "Attacking"}, []string{"attacker"}},
		{"new is not news", "new", "en", []string{"NEW"}, []string{"news"}},
		{"lang as declared", "lang:en AND NATO", "en-GB", []string{"NATO"}, []string{"x"}},
		{"lang of a region", "lang:en-GB AND NATO", "en", nil, []string{"NATO"}},
		{"lang told by the words", "lang:lt AND Lietuva", "", []string{"Lietuva yra pasirengusi, bet ir kitos šalys kaip ir buvo"}, nil},
	} {
		for _, text := range c.yes {
			if !matchText(t, c.query, c.lang, text) {
				t.Errorf("%s: %s does not match %q", c.why, c.query, text)
			}
		}
		for _, text := range c.no {
			if matchText(t, c.query, c.lang, text) {
				t.Errorf("%s: %s matches %q", c.why, c.query, text)
			}
		}
	}
}

// TestNordicGenitive: most Nordic headlines name a country in the genitive. It is found
// whether or not the feed declares the language, and however long the text is.
func TestNordicGenitive(t *testing.T) {
	for _, c := range []struct{ lang, query, title string }{
		{"sv", "Ukraina", "Ukrainas president besöker Riksdagen"},
		{"sv", "Estland", "Estlands premiärminister kommer till Stockholm"},
		{"sv", "NATO", "Natos generalsekreterare talade"},
		{"sv", "Ryssland", "Regeringen har inte sagt något om det, men Rysslands ambassadör är kallad till departementet och det är inte första gången som han kommer"},
		{"da", "Danmark", "Danmarks statsminister rejser til Kyiv"},
		{"da", "Kreml", "Det er ikke første gang, at Kremls talsmand har sagt det, og han er ikke den eneste, som vil have en aftale med EU"},
		{"nb", "Norge", "Norges forsvarssjef møter Natos ledelse"},
		{"no", "Forsvaret", "Det er ikke kjent hvor Forsvarets skip er, men de har vært til sjøs i flere dager og det er ikke første gang"},
		{"nn", "Noreg", "Noregs statsminister er ikkje samd"},
		{"fi", "NATO", "Naton pääsihteeri; Nato ja Natos"},
	} {
		for _, lang := range []string{c.lang, c.lang + "-XX", ""} {
			if !matchText(t, c.query, lang, c.title) {
				t.Errorf("%s, declared %q, not found in: %s", c.query, lang, c.title)
			}
		}
	}
}

func TestFields(t *testing.T) {
	it := &feeds.Item{
		Feed: "ERR News", Tags: []string{"Analysis"}, Title: "Alpha title", Summary: "Beta summary",
		Content: "Gamma content " + strings.Repeat("word ", 50) + "Delta", Authors: []string{"Jane Roe", "Mart Epsilon"},
		Categories: []string{"Zeta defence"}, Link: "https://example.org/eta/theta-iota.html", Language: "en",
	}
	short := &feeds.Item{Title: "Alpha", Summary: "Beta summary"}
	for _, c := range []struct {
		query string
		it    *feeds.Item
		want  bool
		why   string
	}{
		{"Alpha", it, true, "a term looks at the title"},
		{"Gamma", it, true, "and at the content"},
		{"Beta", it, false, "not at the summary where there is a content"},
		{"Beta", short, true, "but where there is none"},
		{"summary:Beta", it, true, "the summary by name"},
		{"content:Beta", short, false, "the summary is not the content"},
		{"title:Gamma", it, false, "one field only"},
		{"title:(Alpha AND NOT Gamma)", it, true, "a field takes a group"},
		{"title:Alpha AND content:Gamma", it, true, "two fields"},
		{"lead:Gamma", it, true, "the first words"},
		{"lead:Delta", it, false, "not the fifty-third"},
		{"lead:Alpha", it, true, "the title leads"},
		{"author:Epsilon", it, true, "the second author"},
		{`author:"Roe Mart"`, it, false, "a phrase does not cross authors"},
		{"category:zeta", it, true, "category"},
		{"link:theta", it, true, "words of the link"},
		{"Epsilon", it, false, "authors are looked at by name only"},
		{"feed:\"err news\" AND Alpha", it, true, "feeds have names"},
		{"feed:ERR AND Alpha", it, false, "whole names"},
		{"tag:analysis AND Alpha", it, true, "tags"},
		{"tag:(x OR analysis) AND Alpha", it, true, "a group of tags"},
		{`"title Gamma"`, it, false, "phrases do not cross fields"},
		{"title NEAR/5 Gamma", it, false, "NEAR does not cross fields"},
		{"NOT title:Gamma AND Gamma", it, true, "NOT of a field"},
	} {
		s, err := rules.Compile([]rules.Rule{{Name: "r", Match: c.query}}, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Match(c.it)) == 1; got != c.want {
			t.Errorf("%s: %v; %s\n%s", c.query, got, c.why, strings.Join(s.Explain(0, c.it).Lines, "\n"))
		}
	}
}

func TestKeywords(t *testing.T) {
	for _, c := range []struct {
		why, keyword string
		yes, no      []string
	}{
		{"a phrase as a person writes it", "Enhanced Forward Presence", []string{"Enhanced Forward Presence", "enhanced forward presences"}, []string{"Forward Enhanced Presence"}},
		{"its words take their forms", "battle group", []string{"battle groups"}, []string{"group battle"}},
		{"quotes", `"battle group"`, []string{"battle group"}, []string{"battle groups"}},
		{"a space of Persian is a half-space", "رئیس جمهور", []string{"رئیس\u200Cجمهور ایران", "رئیس جمهور ایران"}, []string{"رئیس دولت"}},
		{"quotes for a part", `NATO "battle group"`, []string{"NATO's battle group"}, []string{"NATO battle groups"}},
		{"=", "=US", []string{"US"}, []string{"us"}},
		{"= for the first word", "=US Army", []string{"US Army", "US army"}, []string{"us army"}},
		{"*", "deter*", []string{"deterrence"}, []string{"detect"}},
		{"a list", "@other", []string{"F-35", "new group"}, []string{"Estonia"}},
		{"small and is a word", "Bosnia and Herzegovina", []string{"Bosnia and Herzegovina"}, []string{"Bosnia Herzegovina"}},
		{"a comma of a number", "1,000 troops", []string{"1,000 troops"}, []string{"1 troops"}},
		{"a comma in quotes", `"Washington, D.C."`, []string{"in Washington, D.C."}, nil},
		{"a Hebrew acronym", `צה"ל`, []string{`צה"ל תקף`, "צה״ל תקף"}, nil},
		{"a dash between words", "Moscow – Kyiv", []string{"Moscow-Kyiv", "Moscow Kyiv"}, nil},
		{"punctuation is not looked for", "Yahoo!", []string{"Yahoo"}, nil},
		{"a colon in a name", "Mission: Impossible", []string{"Mission Impossible"}, nil},
	} {
		s, err := rules.Compile([]rules.Rule{{Name: "r", Keywords: []string{"nothing", c.keyword}}}, rules.Options{Lists: testLists})
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		for _, x := range c.yes {
			if len(s.Match(&feeds.Item{Title: x, Language: "en"})) != 1 {
				t.Errorf("%s: %s does not match %q", c.why, c.keyword, x)
			}
		}
		for _, x := range c.no {
			if len(s.Match(&feeds.Item{Title: x, Language: "en"})) != 0 {
				t.Errorf("%s: %s matches %q", c.why, c.keyword, x)
			}
		}
	}
}

func TestNoInflect(t *testing.T) {
	o := rules.Options{Exact: true}
	s, err := rules.Compile([]rules.Rule{{Match: "Lietuva"}, {Match: "Lietuva~"}, {Keywords: []string{"Lietuva"}}, {Keywords: []string{"Lietuva~"}}}, o)
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, m := range s.Match(&feeds.Item{Title: "Lietuvos bankas", Language: "lt"}) {
		got = append(got, m.Rule)
	}
	if want := []int{1, 3}; !slices.Equal(got, want) {
		t.Errorf("rules %v, want %v: only ~ asks for forms", got, want)
	}
}

func TestSpans(t *testing.T) {
	s, err := rules.Compile([]rules.Rule{{Match: `@list AND (NATO NEAR/3 (brigade* OR "battle group~")) AND NOT football`}}, rules.Options{Lists: testLists})
	if err != nil {
		t.Fatal(err)
	}
	it := &feeds.Item{Title: "Estonia’s view", Content: "NATO sends a brigade. Later on the NATO summit is far from any other place where two battle groups stand.", Language: "en"}
	want := []rules.Match{{Rule: 0, Spans: []rules.Span{
		{"title", 0, 0, 11, "Estonia"},
		{"content", 0, 0, 4, "NATO"},
		{"content", 0, 13, 20, "brigade*"},
	}}}
	if d := cmp.Diff(want, s.Match(it)); d != "" {
		t.Errorf("spans of what satisfied the query, in the order of fields and text (-want +got)\n%s", d)
	}
	if d := cmp.Diff(want[0].Spans, s.Explain(0, it).Spans); d != "" {
		t.Errorf("Explain has the same spans (-want +got)\n%s", d)
	}
}

// A feed may repeat the title at the head of the content: that is one mention.
func TestCopiesCountOnce(t *testing.T) {
	s, err := rules.Compile([]rules.Rule{{Match: "ATLEAST/2 NATO"}, {Match: "ATLEAST/2 summary:NATO"}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	copied := &feeds.Item{Title: "NATO meets", Content: "NATO meets. The end.", Summary: "NATO meets"}
	if got := s.Match(copied); len(got) != 0 {
		t.Errorf("a title repeated in the content counts twice: %v", got)
	}
	if got := s.Match(&feeds.Item{Title: "NATO meets", Content: "NATO meets. NATO talks."}); len(got) != 1 {
		t.Errorf("a second mention does not count: %v", got)
	}
	one, err := rules.Compile([]rules.Rule{{Match: "ATLEAST/1 content:NATO"}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := one.Match(copied); len(got) != 1 {
		t.Error("where the title is not looked at, what repeats it is no copy")
	}
}

func TestScope(t *testing.T) {
	s, err := rules.Compile([]rules.Rule{{Match: "NATO", Feeds: []string{"tag:analysis", "ERR News"}}, {Match: "NATO"}}, rules.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		it   feeds.Item
		want int
	}{
		{feeds.Item{Title: "NATO", Feed: "err news"}, 2},
		{feeds.Item{Title: "NATO", Feed: "x", Tags: []string{"news", "Analysis"}}, 2},
		{feeds.Item{Title: "NATO", Feed: "x", Tags: []string{"ERR News"}}, 1},
	} {
		if got := len(s.Match(&c.it)); got != c.want {
			t.Errorf("from %s %v: %d rules, want %d", c.it.Feed, c.it.Tags, got, c.want)
		}
		if got := s.Explain(0, &c.it).Matched; got != (c.want == 2) {
			t.Errorf("from %s: Explain says %v", c.it.Feed, got)
		}
	}
}
