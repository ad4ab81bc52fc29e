package inflect

import "watcher/internal/rules/words"

// Danish and Norwegian, whose small words are the same.
var danish = language{
	code: "da", script: words.LatinScript,
	also:    []string{"no", "nb"},
	clues:   `og at det som en pa af til med er ikke har den et ble blir fra ved i for de han hun om efter mod over ny nye regeringen krigen ministeren praesidenten angriber`,
	letters: "åøæ",
	small:   `i å ad af at av da de di du en er et få gå ja jo må nå no nu ny og om op på se så to ud ut vi`,
	three: `
all alt ars bae bag bak ben ber bil ble bli bok bor bra dag deg dei den der det dig dit dog dro dyp ein eit end ene enn ett far fem fik for fra fri
fur gar gik gir gis god gor goy ham han har hej hen her hja hoe hos hoy hun hus hva ind inn jeg jer kan kom kun kva kvi lad lar lav lik liv lod los
lov lys mai maj mal mat med meg mig mor mot mye nar ned nei nej noe nok nye nyt oke okt opp ord oss oya par pub rad ret rom sak seg ser ses sia sig
sin sit sla sma som sta sto syv tar thi tid til tok tre tro ude upp ute var ved vei vej vel vet vil vor`,
	acronyms: `BAR DEL DEM DIN FAST MAN MIN MIT MOD PA PLAN POP STAR START TOP VI VIS`,
}
