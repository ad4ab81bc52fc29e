package inflect

import "watcher/internal/rules/words"

// Slovak. M are the endings of masculine nouns, C those of stems that lost a vowel
// (Pavol, Pavla), F those of feminine nouns, O and E those of words in these vowels, A
// those of hard adjectives, S those of soft ones.
var slovak = language{
	code: "sk", script: words.LatinScript,
	family: "west slavic",
	forms: build(paradigms{
		sets: map[string]string{
			"M": "- a u ovi om e i y ov och mi ami ia ovia :ou :iam :iach",
			"C": "a u ovi om e i y ov och mi ami ia ovia :ou :iam :iach",
			"F": "a y e i u ou am ach ami iam iach ovi om ov ovia och :- :ej",
			"O": "o a u om e ovi :- :am :ach :ami ov ovia",
			"E": "e a u i om ia iam iach ho mu m ovi ea eovi eom :- :eho :emu :ych :ym :ymi :y :ej :ou ov ach am ami",
			"A": "y eho emu om ym i ych ymi :a :e :ej :u :ou :o",
			"S": "i ieho iemu om im ich imi :ia :ie :ej :iu :ou",
		},
		lines: `
- | +M
k | k+M ci
ch | ch+M si
ok | ok+M k+C ci
ek | ek+M k+C ci
ec | ec+M c+C
iec | iec+M c+C
et | et+M t+C
ov | ov+M v+C
el | el+M l+C
ol | ol+M l+C
er | er+M r+C
or | or+M r+C
en | en+M n+C nou niam niach
em | em+M m+C
ev | ev+M v+C vou vami vach
on | on+M n+C
om | om+M m+C
os es as us is | os+M es+M as+M us+M is+M +C
ius | ius+M ia iovi iom iu iov
um | um+M a u om i am ach
an | an+M anou
st | st+M stou
r | r+M r+C
a | +F
ia | ie ii iu iou i iam iach iami ia iovi iom iov
ka | k+F :iek :ok :ek ci
ga ha cha | g+F h+F ch+F
na | n+F :ien :en :on
la | l+F :iel :el
ra | r+F :ier
va | v+F :iev
ba | b+F :ieb
ma | m+F :iem
ca | c+F :iec
za | z+F :iez
ta | t+F :iet
eta | et+F :iet
ena | en+F :ien
esta | est+F :iest
eda | ed+F :ied
ova | ova ovej ovu ovou ove ovych ovym
ska cka | ska skej sku skou ske sky sko ski cka ckej cku ckou cke cky cko :skych :skym :skeho :skom :ckych :ckym :ckeho :ckom :siek :sok :ciek :sk
o | +O
lo | l+O :iel
eso | es+O :ies
esto | est+O :iest
no | n+O :ien
ro | r+O :ier
ko | k+O :iek :ok :ciek
sko cko | sko ska sku skom sk cko cka cku ckom
vo | v+O
tvo | tv+O tiev
e | +E
ce | c+E c iec
ne | n+E :no :nom
ske cke | ske skej skych skym skymi skeho skemu skom :sky :ska cke ckej ckych ckym ckymi ckeho ckemu ckom :cky :cka
ie | ie ia iu i im iach iam iami ieho iemu om ich imi
y | +A - ach am ami och ov mi yho ymu yovi y
ky | k+A k ok iek kach kam kami koch kov kmi kyho kymu ci
by | b+A b ieb bach bam bami
ry | r+A r ier rach ram rami roch rov
ny | n+A n ien nach nam nami noch nov :no
any | an+A an ian anach anoch anam anami anmi
sky cky | sk+A ck+A :sti :cti :sko :cko
i | +S iho imu ach - ov och
ki | k+A kach k kiho kimu kim ok
ci | c+S :ca :ce :cu :cou ciho cimu cov coch com :k :c
u | u ua uovi uom ue
ay ey oy | ay aya ayovi ayom ey eya eyovi eyom oy oya oyovi oyom
`,
		groups: `
rok roku roka rokom roky rokov rokoch rokmi
deň dňa dňu dni dňom dňoch dňami dňov
človek človeka človeku človekovi človekom ľudia ľudí ľuďom ľuďmi ľuďoch
dieťa dieťaťa dieťaťu dieťati dieťaťom deti detí deťom deťmi deťoch
pes psa psovi psom psy psov psi psoch psami
brat brata bratovi bratom bratia bratov bratmi bratoch
priateľ priateľa priateľovi priateľom priatelia priateľov priateľmi
vec veci vecou vecí veciam veciach vecami
zem zeme zemi zemou zemiam zemiach zemí
mesto mesta mestu mestom meste mestá miest mestám mestách mestami
miesto miesta miestu miestom mieste miest miestam miestach miestami
leto leta letu letom lete liet letám letách
žena ženy žene ženu ženou žien ženám ženách ženami
čech čecha čechovi čechom česi čechov čechoch čechmi
turek turka turkovi turkom turci turkov turkoch
grék gréka grékovi grékom gréci grékov grékoch
rus rusa rusovi rusom rusi rusov rusmi rusoch
čechy čiech čechách čechám čechami
moldova moldovy moldove moldovu moldovou
zviera zvieraťa zvieraťu zvieratá zvierat zvieratám zvieratách zvieratami
oko oka oku okom oči očí očiam očiach očami
vietor vetra vetru vetrom vetry vetrov
chlieb chleba chlebu chlebom
`,
	}),
	clues: `a je sa na v s k ze že rokoval rokovala si sme pre pri ako som aj ktorý ktorá ktoré ktorí bol bola bolo boli podľa uz už by ich so zo do od po nad pod pred bez ale alebo bude budú môže musí chce ešte keď kde prečo čo kto viac medzi počas proti kvôli cez
	vlada vláda vlády minister prezident prezidenta prezidentka premiér premiéra rusko ruska ruské ruský ukrajina ukrajiny ukrajine ukrajinu ukrajinský slovensko slovenska slovensku slovenský slovenská slovenské maďarsko nemecko poľsko česko európska európskej európske
	stretol stretla stretnutie útok útoky vojna vojny vojne rokov roka roku vojaci vojakov vojska armáda zbrane rakety raketami drony obrany obrana bezpečnosť hranici hranice dohoda dohody sankcie sankcií
	povedal povedala oznámil oznámila vyhlásil tvrdí varuje odmietol odmietla žiada podporu pomoc schválil schválila parlament poslanci národná rada voľby voľbách strana koalícia polícia zadržala súd súdu výbuch výbuchu zahynulo mŕtvych
	tisíc miliónov miliárd eur ľudí ľudia dva dve tri štyri prvý nový nová nové ďalší teraz dnes zajtra včera svet sveta mesiac týždeň
	aby však jeho jej ich tom tým tak to tento tejto tohto táto tieto toto čas čase len iba až nie mal mala mali má majú každý iný väčšina pričom okolo neskôr prvej roky nad pod dni správy strany podporu post mladý
	januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra januári marci apríli máji júni júli auguste septembri októbri novembri decembri
	pondelok utorok stredu štvrtok piatok sobotu nedeľu tie túto toho tomto tomu svoje svojho svojej svojich svojím lebo preto pretože potom okrem všetky všetko všetci takmer najmä vrátane niekoľko
	zomrel začal začala začali uviedol uviedla rozhodol podpísal dostal môžu treba vraj asi hoci kým totiž čiže spolu počet krajín krajiny štátov štáty členov života`,
	letters: "ýťďňľĺŕ",
	small:   `a i k o s u v z ak aj by čo či do ho je ju ka ku má mi mu my na ne ni no od on po sa si so ta te tá to tu ty už vo vy za zo že`,
	three: `
aby aka ake ako aku aky ale ani bez bol bud byt cej cez cie cim ciu com cou dal dve iba ich ide ina ine ini inu iny jej kde ked kej kie kom kou kto
kym len mal mam mat mna mne moj nad nas nej nez nic nie nim nom nou odo ona oni ono ony pre pri ruk sem sil sme som ste tak tam tej ten tie tom tou
tri tym tzv vam ved vod`,
	acronyms: `ANO ASI CAS CIA CO DNI KAM KU MAS MY NAM PO POD TU TY VAS`,
}

/*
Test words of Slovak:

Slovensko | Slovenska Slovensku Slovenskom | Slovák Slováci slovenský Slovinsko
Slovák | Slováka Slovákovi Slovákom Slováci Slovákov Slovákoch | Slovensko slovenský
Rusko | Ruska Rusku Ruskom | Rus Rusi ruský
Česko | Česka Česku Českom | Čech Česi český
Poľsko | Poľska Poľsku Poľskom | Poliak Poliaci poľský
Nemecko | Nemecka Nemecku Nemeckom | Nemec Nemci nemecký
Ukrajina | Ukrajiny Ukrajine Ukrajinu Ukrajinou | ukrajinský Ukrajinec Ukrajinci
Ukrajinec | Ukrajinca Ukrajincovi Ukrajincom Ukrajinci Ukrajincov Ukrajincoch | Ukrajina ukrajinský
Británia | Británie Británii Britániu Britániou | britský Brit Briti
Francúzsko | Francúzska Francúzsku Francúzskom | Francúz francúzsky
Irak | Iraku Irakom | Irán Iráne iracký
Irán | Iránu Iráne Iránom | Irak Iraku iránsky
Litva | Litvy Litve Litvu Litvou | litovský Litovec
Čína | Číny Číne Čínu Čínou | čínsky Číňan činnosť
Kosovo | Kosova Kosovu Kosovom Kosove | kosovský kosa
Cyprus | Cypru Cypre Cyprom | cyperský
Bratislava | Bratislavy Bratislave Bratislavu Bratislavou | bratislavský brat
Košice | Košíc Košiciach Košiciam Košicami | košický kosiť
Nitra | Nitry Nitre Nitru Nitrou | nitriansky nit
Michalovce | Michaloviec Michalovciach Michalovciam | Michal michalovský
Trenčín | Trenčína Trenčíne Trenčínom | trenčiansky
Benátky | Benátok Benátkach Benátkam Benátkami | benátsky
Atény | Atén Aténach Aténam | aténsky
Tatry | Tatier Tatrách Tatrám Tatrami | tatranský
Viedeň | Viedne Viedni Viedňou | viedenský videnie
Brusel | Bruselu Bruseli Bruselom | bruselský
Moskva | Moskvy Moskve Moskvu Moskvou | moskovský
Kyjev | Kyjeva Kyjeve Kyjevom | kyjevský
Paríž | Paríža Paríži Parížom | parížsky parte
Rím | Ríma Ríme Rímom | rímsky
Fico | Fica Ficovi Ficom | fičať
Pellegrini | Pellegriniho Pellegrinimu Pellegrinim | peleriny
Čaputová | Čaputovej Čaputovú Čaputovou | čaputa
Merkelová | Merkelovej Merkelovú Merkelovou | Merkel
Pavol | Pavla Pavlovi Pavlom | Pavlína pavilón
Zelenskyj | | zelený zelenina
Zelenský | Zelenského Zelenskému Zelenským Zelenskom | zelenina zelený
Putin | Putina Putinovi Putinom | putovať putinovský
Orbán | Orbána Orbánovi Orbánom | orbita
Trump | Trumpa Trumpovi Trumpom | trumpeta
Bush | Busha Bushovi Bushom | buš
Kennedy | Kennedyho Kennedymu Kennedym | keňa
Danko | Danka Dankovi Dankom | daň
Európska | Európskej Európsku Európskou | Európa Európan
Spojené | Spojených Spojenými Spojeným | spojenec spojenci
minister | ministra ministrovi ministrom ministri ministrov ministroch | ministerstvo ministerka
ministerstvo | ministerstva ministerstvu ministerstvom ministerstve ministerstiev ministerstvách | minister ministri
vojak | vojaka vojakovi vojakom vojaci vojakov vojakmi vojakoch | vojenský vojna vojsko
vojna | vojny vojne vojnu vojnou vojen vojnách vojnami | vojak vojsko vojenský
raketa | rakety rakete raketu raketou rakiet raketami raketách | raketový
vláda | vlády vláde vládu vládou vlád vládam vládach vládami | vládny vládca
bezpečnosť | bezpečnosti bezpečnosťou | bezpečný
zbraň | zbrane zbrani zbraňou zbraní zbraniam zbraniach zbraňami | zbrojný
pomoc | pomoci pomocou | pomocník
sankcia | sankcie sankcii sankciu sankciou sankcií sankciám sankciách sankciami | sankčný
vyhlásenie | vyhlásenia vyhláseniu vyhlásení vyhlásením vyhláseniach | vyhlásiť
predseda | predsedu predsedovi predsedom predsedovia predsedov predsedoch | predsedníctvo
človek | človeka ľudia ľudí ľuďom ľuďmi | ľudský
mesto | mesta mestu meste mestá miest mestám mestách | mestský
voľby | volieb voľbách voľbám voľbami | volič volebný
jadrový | jadrového jadrovému jadrovom jadrovým jadrová jadrové jadrovej jadrovú jadrovou jadrových jadrovými | jadro
cudzí | cudzieho cudziemu cudzom cudzím cudzia cudzej cudziu cudzou cudzích cudzie | cudzinec
národný | národného národná národnej národnú národné národných | národ
poslanec | poslanca poslancovi poslancom poslanci poslancov poslancoch poslancami | poslanecký
týždeň | týždňa týždni týždňom týždne týždňov týždňoch | týždenník
*/
