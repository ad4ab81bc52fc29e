package inflect

import "watcher/internal/rules/words"

// Norwegian, both Bokmål and Nynorsk: its forms are those of danoNorwegian.
var norwegian = language{
	code: "no", also: []string{"nb", "nn"}, script: words.LatinScript,
	family: "nordic",
	forms:  danoNorwegianForms,
	clues: `og at det som en på av til med er ikke har den et ble blir fra ved i for de han hun om etter mot over ny nye nå seg sier ut opp også bli kan skal vil hva hvor hvorfor når eller men var jeg vi ikkje frå ein eit dei
	regjeringen regjering regjeringa krigen krig ministeren minister statsminister statsministeren presidenten president utenriksminister utenriksministeren angriper angrep sender advarer avviser krever møter møtes drept drepte døde såret skadet
	stortinget norge noreg norsk norske nordmenn tyskland tysk russland russisk russiske ukraina ukrainsk ukrainske sverige danmark storbritannia frankrike svalbard europeisk europeiske
	forsvaret forsvar forsvarsminister soldater våpen våpenhvile raketter missiler droner valg valget velgere avtale avtalen toppmøte sanksjoner støtte milliarder kroner år dager uke uker
	grensen grense sikkerhet politiet politi pågrepet siktet mistenkt dømt retten hæren angripes flyktninger tilbake igjen uten mellom under mens første noen flere mer minst mange hjelp ber
	toll olje priser handel etterforsker oppfordrer anklager truer fordømmer forhandlinger fred sjøkabel kabel skip havn flyplass eksplosjon brann`,
	letters: "æø",
	small:   `i å ad af at av da de du en er et få gå ja jo må nå no ny og om på se så to ut vi`,
	three: `
all alt ars bak ben ber bil ble bli bok bor bra dag deg dei den der det din ditt dro dyp ein eit ene enn ett far fem fikk for fra fri gar gir god gor
han har hen her hja hos hoy hun hus hva inn jeg kan kom kun kva kvi lar lav lik liv lov lys mai mal mat med meg min mor mot mye nar ned nei noe nok
nye okt opp ord oss par rad rett rom sak seg ser sia sin sma som sta sto syv tar tid til tok tre tro upp ute var ved vei vel vet vil`,
	acronyms: `BAR DEL DEM DIN FAST MAN MIN MOT PA PLAN POP STAR START TOP VI VIS`,
	counted:  `prosent milliarder millioner dager år kroner`,
}

/*
Test words of Norwegian:

Norge | Norges | norsk nordmann nordmenn
Russland | Russlands | russer russisk russiske
Ukraina | Ukrainas | ukrainer ukrainsk
Sverige | Sveriges | svensk svenske
Danmark | Danmarks | dansk danske
Tyskland | Tysklands | tysk tyske tysker
Storbritannia | Storbritannias | britisk brite
Svalbard | Svalbards | svale
Kina | Kinas | kineser kinesisk
Polen | Polens | polsk polakk
Oslo | Oslos | oslofolk
Tromsø | Tromsøs | tromme
Finnmark | Finnmarks | finne finner
Stoltenberg | Stoltenbergs | Stolt stolthet
Støre | Støres | størrelse støy
Putin | Putins | putte
Stortinget | Stortingets | tinge
regjering | regjeringen regjeringa regjeringens regjeringer regjeringene | regjere regjerer
minister | ministeren ministre ministrene ministerens ministere | ministerium
departement | departementet departementer departementene departementa | depot
president | presidenten presidentens presidenter presidentene | presidentskap
soldat | soldaten soldater soldatene soldatenes | soldatesk
krig | krigen krigens kriger krigene krigar krigane | krigersk
våpen | våpenet våpnene våpna våpens | bevæpnet
missil | missilet missiler missilene missila | misjon
rakett | raketten raketter rakettene rakettar | rakk
fregatt | fregatten fregatter fregattene | fregne
drone | dronen droner dronene | dronning
stridsvogn | stridsvognen stridsvogner stridsvognene stridsvogna | strid
skip | skipet skipene skipa skips | skipsfører
ubåt | ubåten ubåter ubåtene | båt
grense | grensen grensa grenser grensene | grenseløs
angrep | angrepet angrepene angrepa | angriper
avtale | avtalen avtaler avtalene avtalane | avta
artikkel | artikkelen artikler artiklene | artig
valg | valget valgene valga valgets | velger
lærer | læreren lærere lærerne | lære
senter | senteret sentre sentrene sentra | sentral
mann | mannen menn mennene | mandag
natt | natten natta netter nettene | natur
bok | boken boka bøker bøkene | bokse
tilskudd | tilskuddet tilskuddene tilskudda | skudd
program | programmet programmer programmene | programmere
norsk | norske | Norge nordmenn
europeisk | europeiske | Europa europeer
stor | store stort | storm
åpen | åpne åpent | åpning
væpnet | væpnede væpnete | våpen
raketter | rakett raketten rakettene |
sanksjoner | sanksjon sanksjonen sanksjonene | sanksjonere
flyktninger | flyktning flyktningen flyktningene | flykte
*/
