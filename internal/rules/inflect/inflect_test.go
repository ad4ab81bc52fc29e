package inflect

import (
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

// Forms of names and of words of the field, and words that are near them and
// are not forms. None is from a treebank.
func TestForms(t *testing.T) {
	for _, c := range []struct {
		lang             Langs
		term, yes, never string
	}{
		{German, "Bundeswehr", "Bundeswehr", "Bundestag"},
		{German, "Brigade", "Brigaden", "Brigadier"},
		{German, "Land", "Landes Länder Ländern", "Landung"},
		{German, "Berlin", "Berlins", "Berliner"},
		{German, "Ukraine", "Ukraine", "Ukrainer Ukrainern ukrainisch"},
		{German, "Ministerium", "Ministeriums Ministerien", "Minister"},
		{German, "Truppe", "Truppen", "Trupp"},
		{German, "baltisch", "baltische baltischen baltischer baltisches baltischem", "Balte"},
		{French, "balte", "baltes", "Baltique"},
		{French, "navire", "navires", "naval"},
		{French, "général", "généraux générale générales", "génération"},
		{French, "européen", "européens européenne européennes", "Europe"},
		{French, "port", "ports", "porte portes portée"},
		{Polish, "Polska", "Polski Polsce Polskę Polską", "Polak Polacy"},
		{Polish, "Warszawa", "Warszawy Warszawie Warszawę Warszawą", "warszawski"},
		{Polish, "Kowalski", "Kowalskiego Kowalskiemu Kowalskim Kowalscy", "Kowal"},
		{Polish, "Marek", "Marka Markowi Markiem Marku", "Maria"},
		{Polish, "Brexit", "Brexitu Brexitowi Brexitem Brexicie", "Bruksela"},
		{Polish, "Niemcy", "Niemiec Niemcom Niemczech Niemcami", "niemiecki"},
		{Polish, "brygada", "brygady brygadzie brygadę brygadą brygad", "brygadier"},
		{Polish, "wojsko", "wojska wojsku wojskiem wojskach", "wojskowy"},
		{Polish, "Rosja", "Rosji Rosję Rosją", "Rosjanin rosyjski"},
		{Polish, "Zełenski", "Zełenskiego Zełenskiemu Zełenskim", "zielony"},
		{Czech, "Praha", "Prahy Praze Prahu Prahou", "pražský"},
		{Czech, "Česko", "Česka Česku Českem", "čeština"},
		{Czech, "Merkelová", "Merkelové Merkelovou", "Merkel"},
		{Czech, "Babiš", "Babiše Babišovi Babišem", "Babel"},
		{Czech, "Itálie", "Itálii Itálií", "Ital italský"},
		{Czech, "Němec", "Němce Němcem Němci Němců", "Nemocnice"},
		{Czech, "vláda", "vlády vládě vládu vládou vlád", "vládní"},
		{Estonian, "Tallinn", "Tallinna Tallinnas Tallinnast Tallinnasse Tallinnaga", "Tallinlane"},
		{Estonian, "Eesti", "Eestis Eestist Eestisse Eestit Eestiga Eestile", "eestlane eestlased"},
		{Estonian, "Venemaa", "Venemaal Venemaale Venemaalt Venemaad", "venelane"},
		{Estonian, "Kallas", "Kallase Kallasele Kallasega", "Kalle"},
		{Estonian, "valitsus", "valitsuse valitsuses valitsust valitsusele", "valitseja"},
		{Estonian, "minister", "ministri ministril ministrile ministrid", "ministeerium"},
		{Estonian, "eestlane", "eestlase eestlased eestlasi eestlaste eestlastele", "Eesti"},
		{Estonian, "Riigikogu", "Riigikogus Riigikogule Riigikogult", "riik"},
		{Latvian, "Rīga", "Rīgas Rīgai Rīgu Rīgā", "rīdzinieks"},
		{Latvian, "Latvija", "Latvijas Latvijai Latviju Latvijā", "latvietis latvieši"},
		{Latvian, "Bērziņš", "Bērziņa Bērziņam Bērziņu", "bērzs"},
		{Latvian, "Kalnietis", "Kalnieša Kalnietim Kalnieti", "kalns"},
		{Latvian, "Saeima", "Saeimas Saeimai Saeimā", "saiets"},
		{Lithuanian, "Lietuva", "Lietuvos Lietuvai Lietuvą Lietuvoje", "lietuvis lietuviai lietuvių"},
		{Lithuanian, "Kaunas", "Kauno Kaunui Kauną Kaune Kaunu", "kaunietis"},
		{Lithuanian, "Vilnius", "Vilniaus Vilniui Vilniuje Vilnių", "vilnietis"},
		{Lithuanian, "Šiauliai", "Šiaulių Šiauliams Šiauliuose Šiaulius", "šiaurė"},
		{Lithuanian, "Rusija", "Rusijos Rusijai Rusijoje Rusiją", "rusas rusai"},
		{Lithuanian, "lietuvis", "lietuvio lietuviai lietuvių lietuviams", "Lietuva Lietuvos"},
		{Russian, "Москва", "Москвы Москве Москву Москвой", "москвич московский"},
		{Russian, "Россия", "России Россию Россией", "россиянин российский"},
		{Russian, "Путин", "Путина Путину Путиным Путине", "Путилов"},
		{Russian, "Киев", "Киева Киеву Киевом Киеве", "киевлянин киевский"},
		{Russian, "Донецк", "Донецка Донецке Донецку", "донецкий"},
		{Russian, "немец", "немца немцы немцев немцам", "немой"},
		{Russian, "ракета", "ракеты ракету ракет ракетами ракетой", "ракетный"},
		{Russian, "Зеленский", "Зеленского Зеленскому Зеленским", "зеленый"},
		{Russian, "армия", "армии армию армией армий", "армейский"},
		{Ukrainian, "Харків", "Харкова Харкову Харковом Харкові", "харківський"},
		{Ukrainian, "Київ", "Києва Києву Києвом Києві", "київський кияни"},
		{Ukrainian, "Україна", "України Україні Україну Україною", "українець український"},
		{Ukrainian, "Одеса", "Одеси Одесі Одесу Одесою", "одеський"},
		{Ukrainian, "Зеленський", "Зеленського Зеленському Зеленським", "зелений"},
		{Ukrainian, "Порошенко", "Порошенка Порошенку Порошенком", "порох"},
		{Ukrainian, "Рига", "Риги Ризі Ригу Ригою", "ригати"},
		{Ukrainian, "Запоріжжя", "Запоріжжю Запоріжжям Запоріжжі", "запорізький"},
		{Bulgarian, "министър", "министърът министъра министри министрите", "министерство"},
		{Bulgarian, "Европейски", "Европейския Европейският Европейските", "Европа"},
		{Bulgarian, "ракета", "ракетата ракети ракетите", "ракетен"},
		{Bulgarian, "съюз", "съюзът съюза съюзи", "съюзник"},
	} {
		term := NewTerm(folded(t, c.term), c.term)
		for w := range strings.FieldsSeq(c.yes) {
			if !term.Joins(c.lang, folded(t, w)) {
				t.Errorf("%s does not find %s", c.term, w)
			}
		}
		for w := range strings.FieldsSeq(c.never) {
			if term.Joins(c.lang, folded(t, w)) {
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
	if NewTerm("pis", "PiS").Joins(Polish, "pisem") || NewTerm("ron", "Ron").Acronym || NewTerm("mcd", "McD").Acronym == false {
		t.Error("PiS finds pisem, or Ron is an acronym, or McD is none")
	}
	if NewTerm("aid", "AID").Joins(English, "aids") {
		t.Error("AID finds aids")
	}
}

// An article in no known language: a word finds itself and nothing else.
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
		{"sv", "Regeringen har inte sagt något om det", "", "a language without tables"},
		{"", "El ministro dijo que las fuerzas no están en la región por el momento", "", "Spanish is not taken for French"},
	} {
		var b words.Buffer
		b.Scan(c.text, 0)
		if _, got := Detect(c.declared, []string{c.text}, &b, len(b.Tokens)); got != c.want {
			t.Errorf("%q, declared %q: %q, want %q: %s", c.text, c.declared, got, c.want, c.why)
		}
	}
}

// Whatever joins must be found by the keys: a stem of the class of a language,
// and an ending that Cuts knows.
func TestPropertyStemsAndCuts(t *testing.T) {
	var endings []string
	for _, s := range []source{germanSource, frenchSource, polishSource, czechSource, estonianSource, latvianSource, lithuanianSource, russianSource, ukrainianSource, bulgarianSource} {
		x := &expander{sets: s.sets, tails: map[string][]string{}}
		for line := range strings.Lines(s.table) {
			if _, forms, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), ":"), "|"); ok {
				for _, e := range x.expand(forms) {
					endings = append(endings, strings.TrimPrefix(e, ":"))
				}
			}
		}
		for f := range strings.FieldsSeq(s.groups) {
			endings = append(endings, fold(strings.TrimPrefix(f, "-")))
		}
	}
	for _, e := range append(strings.Fields(joinPairs), englishEndings...) {
		endings = append(endings, strings.Split(e, "/")...)
	}
	stems := strings.Fields("al ber kor plan stop mar tal pol var iran di ly invad countr мос кие бер тал п’ят ра ки")
	for i, s := range stems {
		stems[i] = fold(s)
	}
	all := []Langs{English, German, French, Polish, Czech, Estonian, Latvian, Lithuanian, Russian, Ukrainian, Bulgarian, latin | cyrillic, None, Other, English | Polish, German | Other}
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
		classes, cyrillics := l.Classes()
		if words.Cyrillic(b) {
			classes = cyrillics
		}
		classes |= 1 << AnyClass
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
