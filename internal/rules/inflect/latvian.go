package inflect

import "watcher/internal/rules/words"

// Latvian: the six declensions, with the consonants that soften in the second,
// fifth and sixth (tis, ša; pis, pja), and the definite adjective.
var latvian = language{
	code: "lv", script: words.LatinScript,
	family: "baltic",
	forms: build(paradigms{
		bare: true,
		lines: `
s i | s a am u i iem us os :-
s | s ij i is im u
is i | is a im i u iem us os
tis si | tis sa tim ti si su siem sus sos ta tu tiem tus tos
dis zi | dis za dim di zi zu ziem zus zos da du diem dus dos
pis pji | pis pja pim pi pji pju pjiem pjus pjos
bis bji | bis bja bim bi bji bju bjiem bjus bjos
mis mji | mis mja mim mi mji mju mjiem mjus mjos
vis vji | vis vja vim vi vji vju vjiem vjus vjos
ns | ns nim ni na nu niem nus nos n ni nam
us | us um u i iem os us
a as | a as ai u am ajai aja o ajam ajas :-
e es | e es ei i em u
te tes | te tes tei ti tem su tu
de des | de des dei di dem zu du
pe pes | pe pes pei pi pem pju pu
be bes | be bes bei bi bem bju bu
me mes | me mes mei mi mem mju mu
ve ves | ve ves vei vi vem vju vu
ais | ais a ajam o aja ie ajiem os ajos
ie | ie o ajiem os ajos ais
o | o
u | u
: s a as | s a am u i iem us os as ai ais ajam o aja ie ajiem ajos ajai ajas
- | - s a am u i iem us os e es ei is im
`,
		groups: `
nakts naktij nakti naktis naksu naktim
suns suna sunim suni suni sunu suniem sunus sunos
`,
	}),
	clues: `un ir ar no par ka uz bet lai tas kas vai tika nav viņš vina ari pie sis bija gan lidz pec ta to kur vel es
	bez virs zem pret starp caur kopa jau tikai tad ja kad kapec ka ko kam vinu vini mes jus sava savu savas vairak visi so sai sa tos tam jauns jauna jaunas jaunu jauni var bus butu
	prezidents premjers ministrs ministru saeima valdiba krievija krievijas latvija latvijas ukraina ukrainas eiropas savienibas kars kara karu uzbrukums armija raketem droni robezu ierocus spradziens
	tikas runaja bridina piedava sledz uzbruk palielina pienem izsludina aizstav apmekle atkapjas sanem vajag norada uzsver sacija teica zino aizsardzibas gadu gada gados cilveku cilveki
	cenas kapj kapums atzits vaicu viesojas aicina bojati kabeli mieru uznemsanu tiesas lieta lietas partija partijas velesanas velesanu deputats deputati likums likuma likumu budzets
	nauda naudas eiro miljonu tukstosi procenti skolas slimnica berni berniem sievietes viriesi pilseta pilsetas novads novada domes riga rigas sodien rit pirmais otrais lielaks mazak
	nevar jabut varetu gribetu uznemums uznemumi darbs darbinieki`,
	letters: "ūāēīķļņģ",
	small:   `ak ap ar es ir ja jo ka ko ne no pa pe šo šā tā to tu uz un vs`,
	three: `
abi aiz alu ara ari bet bez but cik enu esi gan gar gio iet jau jeb jel jus kad kur lai maz mes mus nak nav par pat pec pie sai sak sev sie sim tad
tai tak tam tas tev tie tik tos tur vai var vel zem`,
	acronyms: `AP DEL DOD ES IT KAM KAS KO MAN PA SIS SOS TAPI TU UN VIS`,
}

/*
Test words of Latvian:

Latvija | Latvijas Latvijai Latviju Latvijā | latvietis latvieši latviešu latvisks latviski
Krievija | Krievijas Krievijai Krieviju Krievijā | krievs krievi krievu krieviski krievisks
Ukraina | Ukrainas Ukrainai Ukrainu Ukrainā | ukrainis ukrainisks ukrainiete
Lietuva | Lietuvas Lietuvai Lietuvu Lietuvā | lietuvietis lietuvieši lietuviešu lietus
Igaunija | Igaunijas Igaunijai Igauniju Igaunijā | igaunis igauņi igauņu
Polija | Polijas Polijai Poliju Polijā | polis poļi poļu
Vācija | Vācijas Vācijai Vāciju Vācijā | vācietis vācieši vāciešu vācu
Baltkrievija | Baltkrievijas Baltkrievijai Baltkrieviju Baltkrievijā | baltkrievs baltkrievi baltkrievu
Ķīna | Ķīnas Ķīnai Ķīnu Ķīnā | ķīnietis ķīnieši ķīniešu
Francija | Francijas Francijai Franciju Francijā | francūzis francūži
Eiropa | Eiropas Eiropai Eiropu Eiropā | eiropietis eiropieši eiropeisks
Savienība | Savienības Savienībai Savienību Savienībā | savienot savienojums
Krima | Krimas Krimai Krimu Krimā | krimināls
Rīga | Rīgas Rīgai Rīgu Rīgā | rīdzinieks rīdzinieki rīks rīkot
Daugavpils | Daugavpilij Daugavpili Daugavpilī | daugavpilietis Daugava
Liepāja | Liepājas Liepājai Liepāju Liepājā | liepājnieks liepa
Jelgava | Jelgavas Jelgavai Jelgavu Jelgavā | jelgavnieks jel
Cēsis | Cēsu Cēsīm Cēsīs | cēsnieks cēlonis
Ventspils | Ventspilij Ventspili Ventspilī | ventspilnieks Venta
Ādaži | Ādažu Ādažiem Ādažus Ādažos | adīt
Valmiera | Valmieras Valmierai Valmieru Valmierā | valmierietis
Tallina | Tallinas Tallinai Tallinu Tallinā | tallinietis
Viļņa | Viļņas Viļņai Viļņu Viļņā | viļņot
Maskava | Maskavas Maskavai Maskavu Maskavā | maskavietis maska
Kijiva | Kijivas Kijivai Kijivu Kijivā | kijivietis
Brisele | Briseles Briselei Briseli Briselē | briselietis
Vašingtona | Vašingtonas Vašingtonai Vašingtonu Vašingtonā | vašingtonietis
Londona | Londonas Londonai Londonu Londonā | londonietis
Minska | Minskas Minskai Minsku Minskā | minskietis
Latgale | Latgales Latgalei Latgali Latgalē | latgalietis latgalieši
Vidzeme | Vidzemes Vidzemei Vidzemi Vidzemē | vidzemnieks vide
Kariņš | Kariņa Kariņam Kariņu | karš
Bērziņš | Bērziņa Bērziņam Bērziņu | Bērziņkalns bērzs
Kalniņš | Kalniņa Kalniņam Kalniņu | kalnains
Levits | Levita Levitam Levitu | leva
Rinkēvičs | Rinkēviča Rinkēvičam Rinkēviču | rinķis
Pabriks | Pabrika Pabrikam Pabriku | pabrist
Siliņa | Siliņas Siliņai Siliņu | silīcijs
Ašeradens | Ašeradena Ašeradenam Ašeradenu | ašs
Vējonis | Vējoņa Vējonim Vējoni | vējains
Kučinskis | Kučinska Kučinskim Kučinski | Kučinskaite kučieris
Ušakovs | Ušakova Ušakovam Ušakovu | ušas
Lācis | Lāča Lācim Lāci | lāčains
Putins | Putina Putinam Putinu | putinisms putns
Zelenskis | Zelenska Zelenskim Zelenski | zelenieks
Tramps | Trampa Trampam Trampu | tramplīns tramvajs
Baidens | Baidena Baidenam Baidenu | baidīt
Makrons | Makrona Makronam Makronu | makro
Tusks | Tuska Tuskam Tusku | tušs
Saeima | Saeimas Saeimai Saeimu Saeimā | saiet saime
ministrija | ministrijas ministrijai ministriju ministrijā ministrijām | ministrs ministri ministru
ministrs | ministra ministram ministru ministri ministriem ministrus | ministrija ministrijas
armija | armijas armijai armiju armijā armijām | armijnieks
karavīrs | karavīra karavīram karavīru karavīri karavīriem | karš karot
brālis | brāļa brālim brāli brāļi brāļu brāļiem | brālīgs
raķete | raķetes raķetei raķeti raķetē raķešu raķetēm | raķetnieks
valdība | valdības valdībai valdību valdībā | valdīt valde
sankcijas | sankciju sankcijām sankcijās | sankcionēt
drons | drona dronam dronu droni droniem dronus | dronisks
karš | kara karam karu karā kari karu karos | karavīrs karot
zeme | zemes zemei zemi zemē zemju zemēm | zemnieks zemisks
bise | bises bisei bisi bisē bišu bisēm | bizons
tauta | tautas tautai tautu tautā tautām | tautisks
robeža | robežas robežai robežu robežā robežām | robežsargs
acs | acis acu acīm acij | acīgs
Putin | Putins Putina Putinam Putinu | putinisms
# More names of the field, of people and places abroad, and words that change inside.
Peru | | per
Una | Unas Unai Unu | un
Ira | Iras Irai Iru | ir
Gana | Ganas Ganai Ganu Ganā | gan
Kuba | Kubas Kubai Kubu Kubā |
Makrons | Makrona Makronam Makronu |
Merkele | Merkeles Merkelei Merkeli |
Šolcs | Šolca Šolcam Šolcu |
Lavrovs | Lavrova Lavrovam Lavrovu |
Lukašenko | | Lukass
Navaļnijs | Navaļnija Navaļnijam Navaļniju |
Orbāns | Orbāna Orbānam Orbānu |
Duda | Dudas Dudai Dudu |
Nausēda | Nausēdas Nausēdai Nausēdu |
Kallasa | Kallasas Kallasai Kallasu |
Stoltenbergs | Stoltenberga Stoltenbergam Stoltenbergu |
Bušs | Buša Bušam Bušu |
Obama | Obamas Obamai Obamu |
Dombrovskis | Dombrovska Dombrovskim Dombrovski |
Lembergs | Lemberga Lembergam Lembergu |
Vaira | Vairas Vairai Vairu | vairs vairāk
Freiberga | Freibergas Freibergai Freibergu | Freibergs
Egils | Egila Egilam Egilu |
Edgars | Edgara Edgaram Edgaru |
Evika | Evikas Evikai Eviku |
Spruds | Spruda Sprudam Sprudu | spridzināt
Sprūds | Sprūda Sprūdam Sprūdu | sprūd
Mūrniece | Mūrnieces Mūrniecei Mūrnieci | mūrnieks
Braže | Bražes Bražei Braži |
Šlesers | Šlesera Šleseram Šleseru |
Kulbergs | Kulberga Kulbergam Kulbergu |
Gobzems | Gobzema Gobzemam Gobzemu |
Plēsums | Plēsuma Plēsumam Plēsumu |
Jansons | Jansona Jansonam Jansonu |
Ozols | Ozola Ozolam Ozolu | ozoliņš
Liepiņš | Liepiņa Liepiņam Liepiņu | liepa
Mednis | Medņa Mednim Medni | medības
Zaļais | Zaļā Zaļajam Zaļo | zāle
Grieķija | Grieķijas Grieķijai Grieķiju Grieķijā | grieķis
Itālija | Itālijas Itālijai Itāliju Itālijā | itālis
Spānija | Spānijas Spānijai Spāniju Spānijā | spānis
Somija | Somijas Somijai Somiju Somijā | soms soma somu
Zviedrija | Zviedrijas Zviedrijai Zviedriju Zviedrijā | zviedrs
Norvēģija | Norvēģijas Norvēģijai Norvēģiju | norvēģis
Turcija | Turcijas Turcijai Turciju Turcijā | turks
Izraēla | Izraēlas Izraēlai Izraēlu Izraēlā |
Irāna | Irānas Irānai Irānu Irānā | Irāka Irākas
Irāka | Irākas Irākai Irāku Irākā | Irāna Irānas
Gruzija | Gruzijas Gruzijai Gruziju Gruzijā | gruzīns gruzis
Moldova | Moldovas Moldovai Moldovu Moldovā |
ASV | |
Donbass | Donbasa Donbasam Donbasu Donbasā |
Harkiva | Harkivas Harkivai Harkivu Harkivā |
Odesa | Odesas Odesai Odesu Odesā |
Krievijas | Krievija Krievijā | krievs krieviem
Rēzekne | Rēzeknes Rēzeknei Rēzekni Rēzeknē |
Jūrmala | Jūrmalas Jūrmalai Jūrmalu Jūrmalā | jūra mala
Sigulda | Siguldas Siguldai Siguldu Siguldā |
Tukums | Tukuma Tukumam Tukumu Tukumā |
Ogre | Ogres Ogrei Ogri Ogrē |
Saldus | Saldus Saldum Saldu Saldū |
Kuldīga | Kuldīgas Kuldīgai Kuldīgu Kuldīgā |
Limbaži | Limbažu Limbažiem Limbažus Limbažos |
Alūksne | Alūksnes Alūksnei Alūksni Alūksnē |
Zemgale | Zemgales Zemgalei Zemgali Zemgalē | zeme
Kurzeme | Kurzemes Kurzemei Kurzemi Kurzemē | zeme
Sēlija | Sēlijas Sēlijai Sēliju Sēlijā |
Daugava | Daugavas Daugavai Daugavu Daugavā | Daugavpils
Kremlis | Kremļa Kremlim Kremli Kremlī | krēms
Pentagons | Pentagona Pentagonam Pentagonu |
Baltija | Baltijas Baltijai Baltiju Baltijā | balts
latvietis | latvieša latvietim latvieti latvieši latviešu latviešiem latviešus | Latvija
krievs | krieva krievam krievu krievi krieviem | Krievija
ukrainis | ukraiņa ukrainim ukraini ukraiņi ukraiņu ukraiņiem |
vēlēšanas | vēlēšanu vēlēšanām vēlēšanās | vēlēt vēlētājs
bruņotie | bruņoto bruņotajiem bruņotos | bruņas
spēki | spēku spēkiem spēkus spēkos spēks | spēkrats
robežsargs | robežsarga robežsargam robežsargu robežsargi robežsargiem | robeža
zeme | zemes zemei zemi zemē zemju zemēm | zemnieks
vēsts | vēstij vēsti vēstis vēstu vēstīm | vēsture
nakts | naktij nakti naktī naktis nakšu |
kuģis | kuģa kuģim kuģi kuģu kuģiem |
lidmašīna | lidmašīnas lidmašīnai lidmašīnu lidmašīnām lidmašīnā | lidot
ministre | ministres ministrei ministri ministru | ministrija
valsts | valstij valsti valstī valstis valstu valstīm |
cilvēks | cilvēka cilvēkam cilvēku cilvēki cilvēkiem cilvēkus | cilvēce
*/
