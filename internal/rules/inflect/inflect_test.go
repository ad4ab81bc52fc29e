package inflect

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"watcher/internal/rules/words"
)

func folded(t testing.TB, s string) string {
	t.Helper()
	var b words.Buffer
	b.Scan(s, 0)
	if len(b.Tokens) != 1 {
		t.Fatalf("%q is %d words", s, len(b.Tokens))
	}
	return strings.Clone(b.Folded(&b.Tokens[0]))
}

// Forms of names and of words of the field, and similar words that are not forms. None is
// from a treebank.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		lang, term, yes, never string
	}{
		{"de", "Bundeswehr", "Bundeswehr", "Bundestag"},
		{"de", "Brigade", "Brigaden", "Brigadier"},
		{"de", "Land", "Landes Länder Ländern", "Landung"},
		{"de", "Berlin", "Berlins", "Berliner"},
		{"de", "Ukraine", "Ukraine", "Ukrainer Ukrainern ukrainisch"},
		{"de", "Ministerium", "Ministeriums Ministerien", "Minister"},
		{"de", "Truppe", "Truppen", "Trupp"},
		{"de", "baltisch", "baltische baltischen baltischer baltisches baltischem", "Balte"},
		{"fr", "balte", "baltes", "Baltique"},
		{"fr", "navire", "navires", "naval"},
		{"fr", "général", "généraux générale générales", "génération"},
		{"fr", "européen", "européens européenne européennes", "Europe"},
		{"fr", "port", "ports", "porte portes portée"},
		{"pl", "Polska", "Polski Polsce Polskę Polską", "Polak Polacy"},
		{"pl", "Warszawa", "Warszawy Warszawie Warszawę Warszawą", "warszawski"},
		{"pl", "Kowalski", "Kowalskiego Kowalskiemu Kowalskim Kowalscy", "Kowal"},
		{"pl", "Marek", "Marka Markowi Markiem Marku", "Maria"},
		{"pl", "Brexit", "Brexitu Brexitowi Brexitem Brexicie", "Bruksela"},
		{"pl", "Niemcy", "Niemiec Niemcom Niemczech Niemcami", "niemiecki"},
		{"pl", "brygada", "brygady brygadzie brygadę brygadą brygad", "brygadier"},
		{"pl", "wojsko", "wojska wojsku wojskiem wojskach", "wojskowy"},
		{"pl", "Rosja", "Rosji Rosję Rosją", "Rosjanin rosyjski"},
		{"pl", "Zełenski", "Zełenskiego Zełenskiemu Zełenskim", "zielony"},
		{"cs", "Praha", "Prahy Praze Prahu Prahou", "pražský"},
		{"cs", "Česko", "Česka Česku Českem", "čeština"},
		{"cs", "Merkelová", "Merkelové Merkelovou", "Merkel"},
		{"cs", "Babiš", "Babiše Babišovi Babišem", "Babel"},
		{"cs", "Itálie", "Itálii Itálií", "Ital italský"},
		{"cs", "Němec", "Němce Němcem Němci Němců", "Nemocnice"},
		{"cs", "vláda", "vlády vládě vládu vládou vlád", "vládní"},
		{"et", "Tallinn", "Tallinna Tallinnas Tallinnast Tallinnasse Tallinnaga", "Tallinlane"},
		{"et", "Eesti", "Eestis Eestist Eestisse Eestit Eestiga Eestile", "eestlane eestlased"},
		{"et", "Venemaa", "Venemaal Venemaale Venemaalt Venemaad", "venelane"},
		{"et", "Kallas", "Kallase Kallasele Kallasega", "Kalle"},
		{"et", "valitsus", "valitsuse valitsuses valitsust valitsusele", "valitseja"},
		{"et", "minister", "ministri ministril ministrile ministrid", "ministeerium"},
		{"et", "eestlane", "eestlase eestlased eestlasi eestlaste eestlastele", "Eesti"},
		{"et", "Riigikogu", "Riigikogus Riigikogule Riigikogult", "riik"},
		{"lv", "Rīga", "Rīgas Rīgai Rīgu Rīgā", "rīdzinieks"},
		{"lv", "Latvija", "Latvijas Latvijai Latviju Latvijā", "latvietis latvieši"},
		{"lv", "Bērziņš", "Bērziņa Bērziņam Bērziņu", "bērzs"},
		{"lv", "Kalnietis", "Kalnieša Kalnietim Kalnieti", "kalns"},
		{"lv", "Saeima", "Saeimas Saeimai Saeimā", "saiets"},
		{"lt", "Lietuva", "Lietuvos Lietuvai Lietuvą Lietuvoje", "lietuvis lietuviai lietuvių"},
		{"lt", "Kaunas", "Kauno Kaunui Kauną Kaune Kaunu", "kaunietis"},
		{"lt", "Vilnius", "Vilniaus Vilniui Vilniuje Vilnių", "vilnietis"},
		{"lt", "Šiauliai", "Šiaulių Šiauliams Šiauliuose Šiaulius", "šiaurė"},
		{"lt", "Rusija", "Rusijos Rusijai Rusijoje Rusiją", "rusas rusai"},
		{"lt", "lietuvis", "lietuvio lietuviai lietuvių lietuviams", "Lietuva Lietuvos"},
		{"ru", "Москва", "Москвы Москве Москву Москвой", "москвич московский"},
		{"ru", "Россия", "России Россию Россией", "россиянин российский"},
		{"ru", "Путин", "Путина Путину Путиным Путине", "Путилов"},
		{"ru", "Киев", "Киева Киеву Киевом Киеве", "киевлянин киевский"},
		{"ru", "Донецк", "Донецка Донецке Донецку", "донецкий"},
		{"ru", "немец", "немца немцы немцев немцам", "немой"},
		{"ru", "ракета", "ракеты ракету ракет ракетами ракетой", "ракетный"},
		{"ru", "Зеленский", "Зеленского Зеленскому Зеленским", "зеленый"},
		{"ru", "армия", "армии армию армией армий", "армейский"},
		{"uk", "Харків", "Харкова Харкову Харковом Харкові", "харківський"},
		{"uk", "Київ", "Києва Києву Києвом Києві", "київський кияни"},
		{"uk", "Україна", "України Україні Україну Україною", "українець український"},
		{"uk", "Одеса", "Одеси Одесі Одесу Одесою", "одеський"},
		{"uk", "Зеленський", "Зеленського Зеленському Зеленським", "зелений"},
		{"uk", "Порошенко", "Порошенка Порошенку Порошенком", "порох"},
		{"uk", "Рига", "Риги Ризі Ригу Ригою", "ригати"},
		{"uk", "Запоріжжя", "Запоріжжю Запоріжжям Запоріжжі", "запорізький"},
		{"bg", "министър", "министърът министъра министри министрите", "министерство"},
		{"bg", "Европейски", "Европейския Европейският Европейските", "Европа"},
		{"bg", "ракета", "ракетата ракети ракетите", "ракетен"},
		{"bg", "съюз", "съюзът съюза съюзи", "съюзник"},
	} {
		term := NewTerm(folded(t, c.term), c.term)
		for w := range strings.FieldsSeq(c.yes) {
			if !term.Joins(Language(c.lang), folded(t, w)) {
				t.Errorf("%s does not find %s", c.term, w)
			}
		}
		for w := range strings.FieldsSeq(c.never) {
			if term.Joins(Language(c.lang), folded(t, w)) {
				t.Errorf("%s finds %s", c.term, w)
			}
		}
	}
}

func TestAcronyms(t *testing.T) {
	for _, c := range []struct {
		term, raw string
		want      bool
		why       string
	}{
		{"NATO", "NATOn", true, "a Finnish genitive"},
		{"NATO", "NATOssa", true, "a Finnish case"},
		{"EU", "EUs", true, "a Swedish or German genitive"},
		{"НАТО", "НАТОвский", true, "a Russian adjective"},
		{"МИД", "МИДом", true, "a Russian case"},
		{"EL", "ELi", true, "an Estonian genitive"},
		{"NBS", "NBSi", true, "an Estonian genitive of a Latvian institution"},
		{"ООН", "ООНом", true, "a Russian case"},
		{"US", "USAid", false, "another acronym"},
		{"EU", "EUobserver", false, "more than a suffix"},
		{"NATO", "NATOPress", false, "capitals in what follows"},
		{"Nato", "NATOn", false, "the rule did not write an acronym"},
	} {
		term := NewTerm(folded(t, c.term), c.term)
		if got := term.Suffixed(folded(t, c.raw), c.raw); got != c.want {
			t.Errorf("%s in %s: %v; %s", c.term, c.raw, got, c.why)
		}
	}
	if NewTerm("pis", "PiS").Joins(Language("pl"), "pisem") || NewTerm("ron", "Ron").Acronym || NewTerm("mcd", "McD").Acronym == false {
		t.Error("PiS finds pisem, or Ron is an acronym, or McD is none")
	}
	if NewTerm("aid", "AID").Joins(inEnglish, "aids") {
		t.Error("AID finds aids")
	}
}

// In an article in no known language a word finds itself and nothing else.
func TestUnknownLanguage(t *testing.T) {
	term := NewTerm("estonia", "Estonia")
	if !term.Joins(None, "estonia") || term.Joins(None, "estonias") {
		t.Error("forms in a language without tables")
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct{ declared, text, want, why string }{
		{"", "The alliance said that it will send troops to the region", "en", "small words"},
		{"", "Der Minister sagte, dass die Bundeswehr nicht an der Grenze ist", "de", "small words"},
		{"", "Le ministre a dit que les forces sont dans la région", "fr", "small words"},
		{"", "Prezydent powiedział, że wojsko jest na granicy i nie wróci", "pl", "small words"},
		{"", "Vláda řekla, že se vojáci nevrátí do kasáren", "cs", "small words and letters"},
		{"", "Kaitseminister ütles, et liitlased on valmis ja ei lahku", "et", "small words"},
		{"", "Ministrs teica, ka sabiedrotie ir gatavi un nepametīs valsti", "lv", "small words"},
		{"", "Ministras sakė, kad sąjungininkai yra pasirengę ir nepaliks šalies", "lt", "small words"},
		{"", "Министр сказал, что войска не уйдут из этого района", "ru", "small words"},
		{"", "Міністр сказав, що війська не підуть з цього району і це вже рішення", "uk", "letters"},
		{"", "Министърът каза, че войските няма да напуснат района и ще останат", "bg", "small words"},
		{"en-US", "Ministras sakė, kad sąjungininkai yra pasirengę, bet jie dar nepaliks šalies ir yra čia kaip buvo", "lt", "feeds declare en by default"},
		{"et", "Estonia and Latvia", "et", "two words do not outweigh a declaration"},
		{"de-AT", "Der Minister sagte", "de", "a region does not matter"},
		{"sv", "Regeringen har inte sagt något om det", "sv", "small words"},
		{"", "El ministro dijo que las fuerzas no están en la región por el momento", "es", "small words"},
	} {
		var b words.Buffer
		b.Scan(c.text, 0)
		if _, got := Detect(c.declared, []string{c.text}, &b, len(b.Tokens)); got != c.want {
			t.Errorf("%q, declared %q: %q, want %q: %s", c.text, c.declared, got, c.want, c.why)
		}
	}
}

// Words that join must be found by the keys: by a stem of the language's class, and an
// ending that Cuts knows.
func TestPropertyStemsAndCuts(t *testing.T) {
	var endings []string
	for _, l := range languages {
		if t, ok := l.forms.(*table); ok {
			endings = append(endings, t.ends().of(lineSet{^uint64(0), ^uint64(0)})...)
			endings = slices.AppendSeq(endings, maps.Keys(t.citations().groups))
		}
	}
	for _, e := range append(strings.Fields(joinPairs), englishEndings...) {
		endings = append(endings, strings.Split(e, "/")...)
	}
	stems := strings.Fields("al ber kor plan stop mar tal pol var iran di ly invad countr мос кие бер тал п’ят ра ки")
	for i, s := range stems {
		stems[i] = fold(s)
	}
	all := []Langs{None, Other, inflected, inEnglish | Language("pl"), Language("de") | Other}
	for i := range languages {
		all = append(all, 1<<i)
	}
	rapid.Check(t, func(t *rapid.T) {
		stem := rapid.SampledFrom(append(stems, "")).Draw(t, "stem")
		draw := func(label string) string { return stem + rapid.SampledFrom(endings).Draw(t, label) }
		a, b := draw("term"), draw("word")
		if a == "" || b == "" {
			return
		}
		term := Term{Folded: a, Name: rapid.Bool().Draw(t, "name")}
		l := rapid.SampledFrom(all).Draw(t, "langs")
		if !term.Joins(l, b) {
			return
		}
		if !begun(term, l, b) {
			t.Fatalf("%q joins %q in %b, but none of %q begins it", a, b, l, term.Beginnings(l, l.ReadsBothScripts()))
		}
		if latin, in, ok := l.InLatin(b); ok && words.Latin(a) {
			b, l = latin, in // as it is looked up
		}
		classes := l.Classes(words.ScriptOf(b)) | 1<<AnyClass
		cuts := l.Cuts(b)
		for _, s := range term.Stems(nil) {
			k := len(b) - len(s.Text)
			if classes>>s.Class&1 == 1 && strings.HasPrefix(b, s.Text) && k >= 0 && (k == 0 || s.Class != AnyClass && cuts>>k&1 == 1) {
				return
			}
		}
		t.Fatalf("%q joins %q in %b, but no stem of %v with cuts %b in classes %v", a, b, l, term.Stems(nil), cuts, classes)
	})
}
