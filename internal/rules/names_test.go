package rules_test

import (
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// TestNamesOfSeveralWords: each word of a name takes its forms, in articles that declare
// their language and in those that declare none.
func TestNamesOfSeveralWords(t *testing.T) {
	for _, c := range []struct{ lang, name, text string }{
		{"pl", "Komisja Europejska", "Wniosek trafił do Komisji Europejskiej, a decyzję ogłosiła rzeczniczka"},
		{"pl", "Unia Europejska", "Rozmowy z Unią Europejską potrwają do jesieni"},
		{"pl", "Parlament Europejski", "Debata w Parlamencie Europejskim trwała cały dzień"},
		{"pl", "Wielka Brytania", "Premier poleciał do Wielkiej Brytanii, bo tak było ustalone"},
		{"pl", "Stany Zjednoczone", "W Stanach Zjednoczonych nie ma na to zgody"},
		{"pl", "Theresa May", "Rząd Theresy May przegrał głosowanie w sprawie umowy"},
		{"pl", "Donald Tusk", "List do Donalda Tuska wysłał także premier"},
		{"pl", "Asia Bibi", "Sąd uwolnił Asię Bibi po latach, a o losie Asi Bibi pisały gazety"},
		{"pl", "Nord Stream 2", "Budowę gazociągu Nord Stream 2 krytykuje rząd"},
		{"pl", "Nord Stream", "O Nord Streamie mówiono w Berlinie"},
		{"pl", "Izba Gmin", "Posłowie w Izbie Gmin odrzucili umowę"},
		{"pl", "Partia Konserwatywna", "W Partii Konserwatywnej nie ma zgody"},
		{"pl", "Sąd Najwyższy", "Wyrok Sądu Najwyższego zapadł w środę"},
		{"pl", "Prawo i Sprawiedliwość", "Politycy Prawa i Sprawiedliwości są za tym"},
		{"pl", "Trybunał Sprawiedliwości", "Sprawa trafiła do Trybunału Sprawiedliwości"},
		{"pl", "Angela Merkel", "Spotkanie z Angelą Merkel odbyło się w Berlinie"},
		{"pl", "Nowy Jork", "Obrady w Nowym Jorku trwały do rana"},
		{"pl", "Korea Północna", "Sankcje wobec Korei Północnej zostają"},
		{"pl", "Krym", "Wojska na Krymie są w gotowości"},
		{"pl", "Morze Bałtyckie", "Manewry na Morzu Bałtyckim potrwają tydzień"},
		{"cs", "Evropská unie", "Summit Evropské unie se koná v Bruselu"},
		{"cs", "Evropská komise", "Podle Evropské komise je to možné"},
		{"cs", "Spojené státy", "Ve Spojených státech se o tom jedná"},
		{"cs", "Velká Británie", "Z Velké Británie přišla zpráva"},
		{"cs", "Theresa Mayová", "Návrh Theresy Mayové byl odmítnut"},
		{"cs", "Asia Bibiová", "Rodina Asie Bibiové musela utéct"},
		{"cs", "Donald Trump", "Setkal se s Donaldem Trumpem v Helsinkách"},
		{"cs", "Andrej Babiš", "Vláda Andreje Babiše získala důvěru"},
		{"cs", "Severní Korea", "Jednání se Severní Koreou skončilo, do Severní Koreje nikdo nejel"},
		{"cs", "Evropský parlament", "V Evropském parlamentu se hlasovalo"},
		{"cs", "Dolní sněmovna", "Hlasování v Dolní sněmovně je příští týden"},
		{"cs", "Nejvyšší soud", "Rozhodnutí Nejvyššího soudu je konečné"},
		{"cs", "Ústavní soud", "Podle Ústavního soudu to možné není"},
		{"cs", "Boris Johnson", "Kritika Borise Johnsona zesílila"},
		{"ru", "Северный поток", "Строительство «Северного потока — 2» продолжится, о «Северном потоке» спорят"},
		{"ru", "Северный поток-2", "Санкции против «Северного потока-2» обсудили в Берлине"},
		{"ru", "Европейский союз", "Страны Европейского союза договорились"},
		{"ru", "Европейская комиссия", "В Европейской комиссии не ответили"},
		{"ru", "Тереза Мэй", "Правительство Терезы Мэй проиграло"},
		{"ru", "Дональд Трамп", "Переговоры с Дональдом Трампом прошли"},
		{"ru", "Ангела Меркель", "Канцлеру Ангеле Меркель задали вопрос"},
		{"ru", "Верховный суд", "Решение Верховного суда Пакистана"},
		{"ru", "Асия Биби", "Адвокат Асии Биби уехал"},
		{"ru", "Белый дом", "В Белом доме отказались от комментариев"},
		{"ru", "Государственная дума", "Депутаты Государственной думы приняли закон"},
		{"ru", "Министерство обороны", "В Министерстве обороны сообщили"},
		{"ru", "Балтийское море", "Учения в Балтийском море начались"},
		{"ru", "Владимир Зеленский", "Встреча с Владимиром Зеленским состоялась"},
		{"ru", "Великобритания", "Выход Великобритании из ЕС"},
		{"uk", "Північний потік", "Будівництво «Північного потоку-2» зупинили"},
		{"uk", "Верховна Рада", "Депутати у Верховній Раді проголосували"},
		{"uk", "Європейський Союз", "Країни Європейського Союзу погодилися"},
		{"uk", "Петро Порошенко", "Зустріч з Петром Порошенком відбулася"},
		{"uk", "Володимир Зеленський", "Указ Володимира Зеленського опубліковано"},
		{"uk", "Тереза Мей", "Уряд Терези Мей програв"},
		{"uk", "Європейська комісія", "У Європейській комісії це підтвердили"},
		{"uk", "Збройні Сили", "Командувач Збройних Сил України"},
		{"uk", "Чорне море", "Кораблі в Чорному морі"},
		{"bg", "Европейски съюз", "Страните от Европейския съюз се споразумяха"},
		{"bg", "Европейска комисия", "От Европейската комисия не отговориха"},
		{"bg", "Северен поток", "Строежът на „Северен поток 2“ продължава"},
		{"bg", "Върховен съд", "Решението на Върховния съд е окончателно"},
		{"bg", "Черно море", "Кораби в Черно море и по Черното море"},
		{"bg", "Министерски съвет", "Министерският съвет одобри плана"},
		{"bg", "Бял дом", "Белият дом отказа коментар"},
		{"et", "Euroopa Liit", "Euroopa Liidu liidrid leppisid kokku, Euroopa Liidus on see teada"},
		{"et", "Euroopa Komisjon", "Euroopa Komisjoni otsus on oodatud"},
		{"et", "Kaja Kallas", "Kaja Kallase valitsus astus tagasi"},
		{"et", "Donald Trump", "Kohtumine Donald Trumpiga toimus eile"},
		{"et", "Must meri", "Laevad Mustal merel on valves"},
		{"et", "Ameerika Ühendriigid", "Ameerika Ühendriikide president saabus, Ameerika Ühendriikides oodati"},
		{"et", "Soome laht", "Laev sõitis Soome lahel"},
		{"lv", "Eiropas Savienība", "Eiropas Savienības līderi vienojās"},
		{"lv", "Eiropas Komisija", "Eiropas Komisijā par to runāja"},
		{"lv", "Baltijas jūra", "Kuģi Baltijas jūrā"},
		{"lv", "Krišjānis Kariņš", "Krišjāņa Kariņa valdība krita"},
		{"lv", "Melnā jūra", "Mācības Melnajā jūrā sākās"},
		{"lv", "Nacionālie bruņotie spēki", "Nacionālo bruņoto spēku komandieris"},
		{"lv", "Baltais nams", "No Baltā nama ziņo"},
		{"lt", "Europos Sąjunga", "Europos Sąjungos lyderiai susitarė"},
		{"lt", "Baltijos jūra", "Laivai Baltijos jūroje"},
		{"lt", "Gitanas Nausėda", "Su Gitanu Nausėda kalbėjosi"},
		{"lt", "Juodoji jūra", "Pratybos Juodojoje jūroje prasidėjo"},
		{"lt", "Baltieji rūmai", "Iš Baltųjų rūmų pranešė"},
		{"lt", "Jungtinės Valstijos", "Jungtinėse Valstijose to nėra, iš Jungtinių Valstijų"},
		{"lt", "Vidaus reikalų ministerija", "Vidaus reikalų ministerijoje teigiama"},
		{"de", "Europäische Union", "Die Staaten der Europäischen Union sind sich einig"},
		{"de", "Weißes Haus", "Aus dem Weißen Haus hieß es, das sei nicht so"},
		{"de", "Vereinigte Staaten", "In den Vereinigten Staaten ist das anders"},
		{"de", "Deutscher Bundestag", "Im Deutschen Bundestag wurde das debattiert"},
		{"de", "Rotes Kreuz", "Helfer des Roten Kreuzes sind vor Ort"},
		{"de", "Schwarzes Meer", "Im Schwarzen Meer und am Schwarzen Meer"},
		{"fr", "forces armées", "Le chef des forces armées a parlé"},
		{"fr", "Union européenne", "Les pays de l'Union européenne sont d'accord"},
		{"fr", "missile balistique", "Des missiles balistiques ont été tirés"},
		{"en", "Baltic state", "Leaders of the Baltic states have met"},
		{"en", "air defence system", "New air defence systems were sent to the front"},
	} {
		set, err := rules.Compile([]rules.Rule{{Name: "r", Keywords: []string{c.name}}}, rules.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []string{c.lang, ""} {
			if len(set.Match(&feeds.Item{Title: c.text, Language: lang})) != 1 {
				t.Errorf("declared %q: %q not found in: %s", lang, c.name, c.text)
			}
		}
	}
}
