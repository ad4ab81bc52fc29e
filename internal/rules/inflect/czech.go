package inflect

import "watcher/internal/rules/words"

// Czech. M are the endings of masculine nouns, A those of adjectives.
var czech = language{
	code: "cs", script: words.LatinScript,
	family: "west slavic",
	forms: build(paradigms{
		sets: map[string]string{
			"M": "- a u ovi em e y i um ech ich ami ou :ove uv ovu ovo",
			"F": "a y e u ou o am ach ami ovi um",
			"A": "eho emu em ym ych ymi",
		},
		lines: `
- | +M
k | k+M ci cich kum
h | h+M zi zich ze
ch | ch+M si sich
g | g+M zi zich
ek | :kove ek+M ka ku kovi kem ci ky kum cich ke
ec | :cove ec+M ce ci cem cu cum cich covi
el | :love el+M la lu lovi lem le li ly lum lech
er | :rove er+M ra ru rovi rem re ri ry rum rech
en | en+M ne ni nem nu na
ev | ev+M va vu vem
us | us+M a u ovi em um :ismu
um | um um+M a u em - ech y
a | +F :-
ca | c+F ci
ja | j+F ji
sa | s+F si
za | z+F zi
ba | b+F :b :eb
va | v+F :v :ev
la | l+F :l :el
na | n+F :n :en
ka | :k ka ky ce ku kou ko ek kam kach kami ke kovi kum
ga | :g ga gy ze gu gou go gam gach gami govi
ha | :h ha hy ze hu hou ho ham hach hami hovi
cha | :ch cha chy se chu chou cham chach chami chovi
ra | r+F re :r :er
ova | ova ove ovou ovy ovu ov ovych ovym ovymi ovam ovach
ska cka | ska ske sko skovi cko ckovi skou sku sky sce cka cke ckou cku cky cce skam skami skach sek ckam ckami ckach cek :skych :skym :skymi :ckych :ckym :ckymi
ie | ie ii i iim iich iemi io ium iimi
ia | ia ie ii iu iou io ii
ce | ce ci cem cu cum cich cim cemi c covi
e | e i em u im ich emi - ovi eho emu em :ym :ych :ymi ou y eti ete
o | o a u em e - um ech ich ami y ovi
lo | lo la lu le lem l el lum lech ly lovi
no | no na nu ne nem n en num nech ny novi
ne | ne ni nem nu nim nich nemi novi n n+A nou ny nete
ko | ko ka ku kem ce k ek kum cich kach kami ky kovi
sko cko | sko ska sku skem cko cka cku ckem :sk :ck :skum :ckum :scich :ccich :skach :ckach
stvo ctvo | stvo stva stvu stvem stve stev stvum stvech stvy ctvo ctva ctvu ctvem ctve ctev ctvum ctvech ctvy
ost | ost osti ostem ostech ostmi
i | i im imi ich iho imu ho mu iu iovi ie iem ia
ski cki | ski skeho skemu skem skym cki ckeho ckemu ckem ckym skiho skimu skim ckiho ckimu ckim
ove | ove u um y ech ami - a em ovi
ky | ky ek ku kum cich kam kach kami k+A kyho kymu
y | y - u um ech am ach ami +A yho ymu ym
ay ey oy uy | ay ey oy uy aye aya ayovi ayem ayho aymu eye eya eyovi eyem eyho eymu oye oya oyovi oyem oyho oymu uye uya uyovi uyem
yj | yj eho emu ym em
: ky | ky ka ke kou ko ci
: y | y a e ou i o
sky cky skyj | skyj sky skeho skemu skem skym skych skymi sti ske cky ckeho ckemu ckem ckym ckych ckymi cti cke
: sky | sky ska ske skou sko
: cky | cky cka cke ckou cko
`,
		groups: `
nemecko nemecka nemecku nemeckem
may maye mayi mayem mayovi
volby voleb volbach volbam volbami volba volbe volbu volbou
rus rusa rusovi rusem rusove rusu rusum rusy rusech
pes psa psu psem psi psy psum psech
den dne dni dnu dnem dny dnech dnum
rok roku rokem roce roky let letech lety letum
clovek cloveka lide lidi lidem lidmi lidech
pritel pritele priteli pratele pratel pratelum prateli
`,
	}),
	clues: `se na v je ze že s z do o pro ve by jsou byl bylo jako podle také pri ale po k ktery ktera jeho uz bude aby jsme roku
	nad pod bez pred od u i nebo kdyz jen jsem jste jejich jeji kde kdy proc co kdo vice mezi behem kvuli proti pres jeste uz ma maji muze chce rekl rekla uvedl
	nove novy nova prezident premier ministr vlada vlady snemovna valka valky utok rusko ruska ruske cesko ceske cesky ukrajina ukrajine ukrajiny armada zbrane raketami drony obrany zeme let lide lidi
	sesel mluvil podepsal schvalila schvalil navstivil varuje utocilo haji jmenoval prohral prohrala vybuch stavka sankce zakon rozpocet hlasovani dohody evropske evropska komise
	hranici hranice rostou roste novelu vyzval blokuje vstup papez uprchlici podporu podpora volby voleb soud soudu policie zatkla obvineni zahranici bezpecnost rozhodl rozhodla
	oznamil oznamila kritizuje pozaduje odmitl odmitla tvrdi rika hrozi posle posila koupi prodej miliard milionu korun tisic lidem mesto meste mestech nemocnice zdravi vlak letadlo
	ropa jaderna elektrarna vojaci vojaku vojsko tanky strely raket munice zbrani velitel genaral namestek poslanci poslanec strana strany koalice opozice predseda hnuti lidovci loni
	letos vcera dnes zitra pondeli utery stredu ctvrtek patek sobotu nedeli rijna zari srpna cervence kvetna dubna brezna unora ledna listopadu prosince tento toto techto tyto to tom
	toho tim temto vsak dva dve tri ctyri deset prvni druhy treti posledni dalsi cely velky velka mlady spatny chteji mohou nesmi nemuze neni nejsou byt`,
	letters: "řěůýťďň",
	small:   `a i k o s u v z ač ba by co do ho či já je ji jí ke ku má mi mu my na ne ni no od on pa po se si ta te ti to tu ty už ve vy za ze že`,
	three: `
aby ako ale ani atd atp bez bud byl bys byt cau cem cil cim coz cte ctu dal dat den dle dne dva dve jak jde jej jen jez jim jit jiz jsi kde kdo kdy
ked kus lze mam mel mne moc muj muz nad nas neg nej nem nez nic nie nim niz noc oci ode ona oni ono ony osm osy pak par pet pri pro pta rad sem smi
sta ste sto str sve tak tam ted tem ten tim tom trh tri tva tve tym umi vam vec vic von vse zac zda zde zen zit zle`,
	acronyms: `ANO ASI CAS CO KAM KU LETA LU MAS MIT MOD MY NAM PAN PO POD ROK SAM TU TY VAS VI`,
	shouted:  `boj mir les let led`,
}

/*
Test words of Czech:

Česko | Česka Česku Českem | Čech Češi češtin čeština
Rusko | Ruska Rusku Ruskem | Rus Rusové rusovlas rusofob
Polsko | Polska Polsku Polskem | Polák Poláci polsky poledne
Slovensko | Slovenska Slovensku Slovenskem | Slovák Slovinsko slovensky sloveso
Německo | Německa Německu Německem | Němec Němci německy
Ukrajina | Ukrajiny Ukrajině Ukrajinu Ukrajinou | ukrajinský ukrajinská ukrajinské Ukrajinec Ukrajinci
Litva | Litvy Litvě Litvu Litvou | litevský Litevec Litevci litovat
Lotyšsko | Lotyšska Lotyšsku Lotyšskem | Lotyš Lotyši lotr
Estonsko | Estonska Estonsku Estonskem | Estonec Estonci
Francie | Francii Francií | francouzský Francouz franc
Británie | Británii Británií | britský Brit Britové
Čína | Číny Číně Čínu Čínou | čínský Číňan Číňané čin
Bělorusko | Běloruska Bělorusku Běloruskem | Bělorus Bělorusové
Maďarsko | Maďarska Maďarsku Maďarskem | Maďar Maďaři
Spojené | Spojených Spojenými Spojeným | spojenec spojenci
státy | států státům státech | statistika stativ
USA | | usadit
# Towns.
Praha | Prahy Praze Prahu Prahou | pražský pražská Pražan práh
Brno | Brna Brnu Brně Brnem | brněnský brnění
Ostrava | Ostravy Ostravě Ostravu Ostravou | ostravský ostrov
Kyjev | Kyjeva Kyjevu Kyjevě Kyjevem | kyjevský kyj
Moskva | Moskvy Moskvě Moskvu Moskvou | moskevský moskyt
Varšava | Varšavy Varšavě Varšavu Varšavou | varšavský vařit
Brusel | Bruselu Bruselem Bruselu | bruselský
Vilnius | Vilniusu Vilniusem | vilniuský
Riga | Rigy Rize Rigu Rigou | rižský rigorózní
Haag | Haagu Haagem | haagský
Charkov | Charkova Charkovu Charkově Charkovem | charkovský
Lvov | Lvova Lvovu Lvově Lvovem | lvovský lvice
Londýn | Londýna Londýnu Londýně Londýnem | londýnský Londýňan
Paříž | Paříže Paříži Paříží | pařížský pařit
Bachmut | Bachmutu Bachmutem | bachmutský
Krym | Krymu Krymem | krymský krymka
Plzeň | Plzně Plzni Plzní | plzeňský plzák
Washington | Washingtonu Washingtonem Washingtoně | washingtonský
Berlín | Berlína Berlínu Berlíně Berlínem | berlínský Berlíňan
# People.
Zelenskyj | Zelenského Zelenskému Zelenskym Zelenským | Zelenská zelenina zelený
Zelenský | Zelenského Zelenskému Zelenským Zelenském | zelenina
Putin | Putina Putinovi Putinem Putine Putinu | putinovský putovat putinismus
Zeman | Zemana Zemanovi Zemanem Zemane | Zemanová Zemanové Zemanovou země zemanovský
Babiš | Babiše Babišovi Babišem Babiši | Babišová Babišové baba
Fiala | Fialy Fialovi Fialu Fialou Fialo | Fialová Fialové fialka
Pavel | Pavla Pavlovi Pavlem Pavle | Pavlová Pavlína pavilon
Havel | Havla Havlovi Havlem | Havlová havelok Havlíček
Okamura | Okamury Okamurovi Okamuru Okamurou | okamžik
Lipavský | Lipavského Lipavskému Lipavským | lípa Lipavská
Černochová | Černochové Černochovou | Černoch černoška
Merkelová | Merkelové Merkelovou | Merkel merklík
Mayová | Mayové Mayovou | maybach
Trump | Trumpa Trumpovi Trumpem Trumpe | Trumpová Trumpové trumpeta trumf
Biden | Bidena Bidenovi Bidenem | Bidenová bidet
Macron | Macrona Macronovi Macronem | makro
Johnson | Johnsona Johnsonovi Johnsonem | Johnsonová Johnsonové
Orbán | Orbána Orbánovi Orbánem | orbita
Duda | Dudy Dudovi Dudu Dudou | Dudová dudák dudek
Tusk | Tuska Tuskovi Tuskem | tuš
Sarkozy | Sarkozyho Sarkozymu Sarkozym | sarkofág
Kennedy | Kennedyho Kennedymu Kennedym | kenning
Lukašenko | Lukašenka Lukašenkovi Lukašenkem Lukašenku | Lukáš
Lavrov | Lavrova Lavrovovi Lavrovem Lavrovu | lavra
Stoltenberg | Stoltenberga Stoltenbergovi Stoltenbergem | stolek
Hrad | Hradu Hradem Hradě | hradba Hradec hradní
Novotný | Novotného Novotnému Novotným | novota
Marek | Marka Markovi Markem Marku | Marie Markéta Marková
Petr | Petra Petrovi Petrem Petře Petru | Petrová petrolej
Šlachta | Šlachty Šlachtovi Šlachtu Šlachtou | šlachtic
# Organisations and things.
Brexit | Brexitu Brexitem | brexitový brexitář
Ryanair | Ryanairu Ryanairem | ryanairový
Gazprom | Gazpromu Gazpromem | gazpromský
Evropská | Evropské Evropskou | Evropa Evropan evropanka
Evropský | Evropského Evropskému Evropským Evropském | Evropa evropanský
Komise | Komisi Komisí | komisař komisionální
Unie | Unii Unií | unijní unionista
parlament | parlamentu parlamentem parlamentě parlamenty parlamentů | parlamentní parlamentář
Sněmovna | Sněmovny Sněmovně Sněmovnu Sněmovnou | sněm sněmovní
Senát | Senátu Senátem Senátě | senátor senátní
ministerstvo | ministerstva ministerstvu ministerstvem ministerstev ministerstvech | ministr ministryně ministerský
ministr | ministra ministrovi ministrem ministři ministrů ministry ministrech ministrům | ministerstvo ministryně
válka | války válce válku válkou válek válkám válkách válkami | válečný válec
raketa | rakety raketě raketu raketou raket raketám raketách raketami | raketový raketka
voják | vojáka vojákovi vojákem vojáci vojáků vojáky vojákům vojácích | vojenský vojna
tank | tanku tankem tanky tanků tancích tankům | tankista tankový
vláda | vlády vládě vládu vládou vlád | vládní vládce
drah | |
sankce | sankcí sankci sankcím sankcích sankcemi | sankční
dron | dronu dronem drony dronů dronech dronům | dronový
# More names of the field, of people and places abroad, and words that change inside.
Asia | Asie Asii Asiu Asií | asijský Asijec
Bibiová | Bibiové Bibiovou | bible
Mayová | Mayové Mayovou | Maya máj
Theresa | Theresy Therese Theresu Theresou | terasa
Corbyn | Corbyna Corbynovi Corbynem | korba
Juncker | Junckera Junckerovi Junckerem | junák
Tusk | Tuska Tuskovi Tuskem | tuš
Poche | Pocheho Pochemu | pochod
Petříček | Petříčka Petříčkovi Petříčkem | petr
Zaorálek | Zaorálka Zaorálkovi Zaorálkem | orat
Stropnický | Stropnického Stropnickému Stropnickým | strop
Sobotka | Sobotky Sobotkovi Sobotku Sobotkou | sobota soboty
Klaus | Klause Klausovi Klausem | klauzule
Schulz | Schulze Schulzovi Schulzem | šulc
Kaczyński | Kaczyńského Kaczyńskému Kaczyńským Kaczyński | kačer
Morawiecki | Morawieckého Morawieckému Morawieckým | Morava moravský
Erdogan | Erdogana Erdoganovi Erdoganem |
Netanjahu | Netanjahua Netanjahuovi Netanjahuem |
Farage | Farage Faragem Faragovi |
Kurz | Kurze Kurzovi Kurzem | kurzor
Macron | Macrona Macronovi Macronem | makro
Salvini | Salviniho Salvinimu Salvinim | sálavý
Conte | Conteho Contemu | kontext
Kim | Kima Kimovi Kimem | kimono
Pompeo | Pompea Pompeovi Pompeem | pumpa
Skripal | Skripala Skripalovi Skripalem | skřípat
Lavrov | Lavrova Lavrovovi Lavrovem |
Ivanka | Ivanky Ivance Ivanku Ivankou | Ivan Ivana
Pákistán | Pákistánu Pákistánem | pákistánský Pákistánec
Skotsko | Skotska Skotsku Skotskem | skotský Skot
Irsko | Irska Irsku Irskem | irský Ir Írán
Írán | Íránu Íránem | íránský Irák Iráku
Irák | Iráku Irákem | irácký Írán Íránu
Severní | Severního Severním Severnímu | sever
Slovensko | Slovenska Slovensku Slovenskem | slovenský Slovák Slovinsko Slovinska
Slovinsko | Slovinska Slovinsku | Slovensko Slovenska slovinský
Rakousko | Rakouska Rakousku Rakouskem | rakouský Rakušan
Austrálie | Austrálii Austrálií | australský Australan
Nigérie | Nigérii Nigérií | Niger Nigeru nigerijský
Niger | Nigeru Nigerem | Nigérie nigerijský
Rumunsko | Rumunska Rumunsku | rumunský Rumun Rumuni
Řecko | Řecka Řecku Řeckem | řecký řeka řeky Řek
Turecko | Turecka Turecku Tureckem | turecký Turek
Chorvatsko | Chorvatska Chorvatsku | chorvatský
Izrael | Izraele Izraeli Izraelem | izraelský
Sýrie | Sýrii Sýrií | syrský sýr sýry
Kypr | Kypru Kyprem | kyperský
Gruzie | Gruzii Gruzií | gruzínský
Kazachstán | Kazachstánu Kazachstánem | kazašský
Amerika | Ameriky Americe Ameriku Amerikou | americký Američan
Evropa | Evropy Evropě Evropu Evropou | evropský Evropan
Dublin | Dublinu Dublinem | dublinský
Štrasburk | Štrasburku Štrasburkem | štrasburský
Ženeva | Ženevy Ženevě Ženevu Ženevou | ženevský žena ženy
Vídeň | Vídně Vídni Vídní | vídeňský
Benátky | Benátek Benátkách Benátkám Benátkami | benátský
Atény | Atén Aténách | aténský
Helsinky | Helsinek Helsinkách | helsinský
Budějovice | Budějovic Budějovicích Budějovicím Budějovicemi | budějovický
Vary | Varů Varech | variace
Ústí | | ústa ústní
Liberec | Liberce Liberci Libercem | liberecký
Olomouc | Olomouce Olomouci Olomoucí | olomoucký
Hradec | Hradce Hradci Hradcem | hradecký hrad hradba
Donbas | Donbasu Donbase Donbasem | donbaský
Oděsa | Oděsy Oděse Oděsu Oděsou | oděský
Mariupol | Mariupolu Mariupole Mariupolem | mariupolský
Alpy | Alp Alpách Alpám | alpský
Labe | Labi Labem | labský
Vltava | Vltavy Vltavě Vltavu Vltavou | vltavský
Kreml | Kremlu Kremlem Kremle | kremelský krém
Bundestag | Bundestagu Bundestagem |
Airbus | Airbusu Airbusem Airbusy | autobus
Boeing | Boeingu Boeingem Boeingy Boeingů |
Rosněfť | Rosněfti Rosněftí |
plynovod | plynovodu plynovodem plynovody plynovodů | plyn
koronavirus | koronaviru koronavirem koronavirus | koruna
volby | voleb volbách volbám volbami | volič volební
premiér | premiéra premiérovi premiérem premiéři | premiérský
Polák | Poláka Polákem Poláci Poláků Polákům | polský Polsko
Američan | Američana Američané Američanů Američanům | americký Amerika
Čech | Čecha Čechem Češi Čechů Čechům | český
Slovák | Slováka Slováci Slováků | slovenský
Rus | Rusa Rusové Rusů Rusům | ruský Rusko
brexit | brexitu brexitem |
referendum | referenda referendu referendem referend |
policie | policii policií | policista
nemocnice | nemocnici nemocnic nemocnicích | nemoc
Merkel | Merkelův | Merkelová
Babiš | Babišův Babišovu Babišovo | Babišová
služba | služby služeb službám službě službou | služební
hrozba | hrozby hrozeb hrozbám | hrozit
letadlo | letadla letadel letadlem letadlech | letadlový
poradce | poradci poradcům poradců poradcem poradcích | porada
Aljaška | Aljašky Aljašce Aljašku Aljaškou | aljašský
*/
