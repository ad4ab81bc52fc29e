package inflect

import "watcher/internal/rules/words"

// Danish: its forms are those of danoNorwegian.
var danish = language{
	code: "da", script: words.LatinScript,
	family: "nordic",
	forms:  danoNorwegianForms,
	clues: `og at det som en på af til med er ikke har den et blev fra ved i for de han hun om efter mod over ny nye nu sig siger ud op også blive bliver kan skal vil hvad hvor hvorfor når eller men var jeg vi
	regeringen regering krigen krig ministeren minister statsminister statsministeren præsidenten præsident udenrigsminister angriber angreb sender advarer afviser kræver møder mødes dræbt dræbte døde såret
	folketinget danmark dansk danske danskere tyskland tysk rusland russisk russiske ukraine ukrainsk ukrainske sverige norge storbritannien frankrig grønland europæisk europæiske
	forsvaret forsvar forsvarsminister soldater våben våbenhvile raketter missiler droner valg valget vælgere aftale aftalen topmøde sanktioner støtte milliarder kroner år dage uge uger
	grænse grænsen sikkerhed politiet politi anholdt sigtet mistænkt dømt retten hæren angribes flygtninge tilbage igen uden mellem under mens første nogle flere mere mindst mange mod hjælp beder
	toldsatser olie priser handel undersøger opfordrer anklager truer fordømmer forhandlinger fred søkabel kabel skib skibe havn lufthavn eksplosion`,
	letters: "æø",
	small:   `i å ad af at av da de du en er et få gå ja jo må nå no nu ny og om op på se så to ud ut vi`,
	three: `
all alt ars bae bag bak ben ber bil ble bli bok bor bra dag deg dei den der det dig dit dog dro dyp ein eit end ene enn ett far fem fik for fra fri
fur gar gik gir gis god gor goy ham han har hej hen her hja hoe hos hoy hun hus hva ind inn jeg jer kan kom kun kva kvi lad lar lav lik liv lod los
lov lys mai maj mal mat med meg mig mor mot mye nar ned nei nej noe nok nye nyt oke okt opp ord oss oya par pub rad ret rom sak seg ser ses sia sig
sin sit sla sma som sta sto syv tar thi tid til tok tre tro ude upp ute var ved vei vej vel vet vil vor`,
	acronyms: `BAR DEL DEM DIN FAST MAN MIN MIT MOD PA PLAN POP STAR START TOP VI VIS`,
	counted:  `procent milliarder millioner dage år kroner`,
}

/*
Test words of Danish:

Danmark | Danmarks | dansk danske danskere danskerne
Rusland | Ruslands | russer russisk russiske
Ukraine | Ukraines | ukrainer ukrainsk ukrainske
Sverige | Sveriges | svensk svensker
Norge | Norges | norsk nordmand
Tyskland | Tysklands | tysk tysker
Grønland | Grønlands | grønlandsk grønlænder
Polen | Polens | polsk polak pol
Kina | Kinas | kineser kinesisk
Europa | Europas | europæer europæisk
København | Københavns | københavner
Århus | | århusianer
Moskva | Moskvas | moskovit
Kreml | Kremls | kremle
Frederiksen | Frederiksens | Frederik frederikke
Putin | Putins | puttede
Zelenskyj | Zelenskyjs | selen
Folketinget | Folketingets | tinge
regering | regeringen regeringens regeringer regeringerne regerings | regere regerede
minister | ministeren ministre ministrene ministerens ministrenes | ministerium ministeriet
ministerium | ministeriet ministeriets ministerier ministerierne | minister ministre
præsident | præsidenten præsidentens præsidenter præsidenterne | præsidentskab
soldat | soldaten soldater soldaterne soldaternes | soldatesk
krig | krigen krigens krige krigene | krigerisk
våben | våbnet våbnene våbens | bevæbnet bevæbning
missil | missilet missiler missilerne | mission
raket | raketten raketter raketterne | rak
drone | dronen droner dronerne | dronning
kampvogn | kampvognen kampvogne kampvognene | kamp vogn
fly | flyet flyene flyets | flygtning
skib | skibet skibe skibene | skipper
ubåd | ubåden ubåde ubådene | båd
mine | minen miner minerne | minister
forsvundet | forsvundne | forsvinde
grænse | grænsen grænser grænserne | grænseløs
angreb | angrebet angrebene angrebs | angriber
aftale | aftalen aftaler aftalerne | aften aftner
valg | valget valgene valgets | vælger
kabel | kablet kabler kablerne | kabale
lærer | læreren lærere lærerne | lære
mand | manden mænd mændene | mandag
nat | natten nætter nætterne | natur
hånd | hånden hænder hænderne | håndbold
dansk | danske danskt | Danmark dansker
europæisk | europæiske | Europa europæer
stor | store stort | storm
rød | røde rødt | rødme
bevæbnet | bevæbnede | våben
åben | åbne åbent | åbning
raketter | raket raketten raketterne |
sanktioner | sanktion sanktionen sanktionerne | sanktionere
forhandlinger | forhandling forhandlingen forhandlingerne | forhandle
*/
