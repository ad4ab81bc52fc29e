package inflect

import "watcher/internal/rules/words"

// Albanian writes its article behind the word, with the case: Berlini, Berlinit,
// Berlinin. A term may have its article or none: Kosovë or Kosova. M are the endings of
// words in a consonant, E those of words in ë or e, which readers take for one.
var albanian = language{
	code: "sq", script: words.LatinScript,
	family: "albanian",
	forms: build(paradigms{
		sets: map[string]string{
			"M": "- i it in :e :et :eve :a :at :ave :esh :es",
			"E": "e a es en :ja :at :ave :esh :eve :et",
		},
		lines: `
- | +M
k g h | k+M g+M h+M ku kut kun gu gut gun hu hut hun qe qet qeve
ik | ik+M iku ikut ikun ike iket ikeve
er | er+M ri rit rin ra rat rave re res ren
el | el+M la les len
es | es+M es esi esit esve
ues | ues+M uesve uese
ar | ar+M
or | or+M
e | +E
re | r+E reja rese rene
ore | or+E ori orit orin
je | je ja jes jen jet jeve ji
ke | k+E
i | i ia ise ine :ite :ive it in ie - e
ti | ti t+M :tia :tise :tine :tite :tive
ni | ni n+M nia nise nine
a | a es en e se ne :at :ave :ave
ia | ia ise ine i :ite :ive
ja | ja jes jen je :jet :jeve
ra | ra res ren er re :rat :rave
u | u ut un - ua
ku | ku kut kun k
o | o oja ose one os on :ot :ove
: ull | ull ulli ullit ullin uj ujt ujve ujsh
at | at+M a ave
et | et+M e eve
ite | ite i ia ive
y | y yt yn yu
im | im imi imit imin ime imet imeve
`,
		groups: `
njeri njeriu njeriut njeriun njerëz njerëzit njerëzve
ditë dita ditës ditën ditët ditëve
vit viti vitit vitin vite vitet viteve vjet
kufi kufiri kufirit kufirin kufij kufijtë kufijve kufitë
grua gruaja gruas gruan gra gratë grave
burrë burri burrit burrin burra burrat burrave
fshat fshati fshatit fshatin fshatra fshatrat fshatrave
ujë uji ujit ujin ujëra ujërat ujërave
rus rusi rusit rusin rusë rusët rusëve ruse ruset
rrugë rruga rrugës rrugën rrugët rrugëve
shok shoku shokët shokëve
shqiptar shqiptari shqiptarit shqiptarin shqiptarë shqiptarët shqiptarëve shqiptare shqiptarja shqiptares shqiptaren
grek greku grekut grekun grekë grekët grekëve greke
turk turku turkut turkun turq turqit turqve turke
`,
	}),
	clues: `e i të në dhe për me që nga një është u se ka së si do nuk më kjo ky janë tha edhe duke pas kur por ose mbi ndaj midis kundër pa deri ishte kanë sipas tij saj tyre cila pse ku kush çfarë sot nesër dje
	qeveria qeverisë qeveri kryeministri kryeministrit presidenti presidentit ministri ministrit lufta luftë luftës sulmi sulm sulmoi raketa dronë armë ushtria ushtarë siguria sigurisë mbrojtjes kufiri marrëveshja sanksione zgjedhjet kuvendi
	shqipëria shqipërisë shqipëri kosova kosovës kosovë tiranë tirana serbia serbisë ukraina ukrainës ukrainë rusia rusisë rusi evropian evropiane evropës nato
	takohet takoi deklaroi paralajmëron kërkon miraton vendos arrestohen policia shpërthim vdekur plagosur mijë milionë euro njerëz vende vendi shteti`,
	letters: "",
	small:   `a e i o u së që në të ca de di do ia je ju ka ke ky më me mi mu na ne ni po pa se si sa ta te ti tu ty ua ne ik`,
	three: `
ajo apo ata ato aty bë cila dhe disa dot dua dy edhe etj gja gjë për kam kanë kjo kur mos nga nuk një ose pas por pra prej sot sa saj tha tij tek tre tri tyre vet vit vjet`,
	acronyms: `KA KE SE`,
}

/*
Test words of Albanian:

Shqipëri | Shqipëria Shqipërisë Shqipërinë | shqiptar shqip
Shqipëria | Shqipërisë Shqipërinë Shqipëri | shqiptar shqip
Kosovë | Kosova Kosovës Kosovën | kosovar
Kosova | Kosovës Kosovën Kosovë | kosovar
Tiranë | Tirana Tiranës Tiranën | tirans
Tirana | Tiranës Tiranën Tiranë | tirans
Serbi | Serbia Serbisë Serbinë | serbisht
Rusia | Rusisë Rusinë Rusi | rusisht
Ukrainë | Ukraina Ukrainës Ukrainën | ukrainas
Greqia | Greqisë Greqinë Greqi | grek
Berlin | Berlini Berlinit Berlinin | berlinas
Beograd | Beogradi Beogradit Beogradin | beogradas
Irak | Iraku Irakut Irakun | Iran
Londër | Londra Londrës Londrën | londinez
Prishtinë | Prishtina Prishtinës Prishtinën | prishje
Rama | Ramës Ramën | ramazan
Kurti | Kurtit Kurtin | kurth
Vuçiç | Vuçiçi Vuçiçit Vuçiçin | vuç
Trump | Trumpi Trumpit Trumpin | trumpet
Putin | Putini Putinit Putinin | puthje
qeveri | qeveria qeverisë qeverinë qeveritë qeverive | qeveritar
ministër | ministri ministrit ministrin ministra ministrat ministrave | ministria
ministri | ministria ministrisë ministrinë ministritë ministrive | ministror
ushtri | ushtria ushtrisë ushtrinë ushtritë | ushtar
ushtar | ushtari ushtarit ushtarë ushtarët ushtarëve | ushtria
luftë | lufta luftës luftën luftat luftave | luftëtar
raketë | raketa raketës raketën raketat raketave | raketor
shtet | shteti shtetit shtetin shtete shtetet shteteve | shtetas
sulm | sulmi sulmit sulmin sulme sulmet sulmeve | sulmues
president | presidenti presidentit presidentin presidentë presidentët | presidencë
zgjedhje | zgjedhja zgjedhjes zgjedhjen zgjedhjet zgjedhjeve | zgjedhor
marrëveshje | marrëveshja marrëveshjes marrëveshjen marrëveshjet marrëveshjeve | marrë
kufi | kufiri kufirit kufirin kufijtë | kufizim
siguri | siguria sigurisë sigurinë | sigurt
shqiptar | shqiptari shqiptarit shqiptarë shqiptarët shqiptarëve shqiptare | Shqipëri
*/
