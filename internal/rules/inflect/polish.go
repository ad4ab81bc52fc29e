package inflect

import "watcher/internal/rules/words"

// Polish. M are the endings of masculine nouns with a hard consonant, I those
// of a soft one, written with i. Locatives soften the consonant (Brexit,
// Brexicie; Ryanair, Ryanairze), and e falls out (Marek, Marka).
var polish = language{
	code: "pl", script: words.LatinScript,
	family: "west slavic",
	forms: build(paradigms{
		sets: map[string]string{
			"M": "- a u owi em y e om ami ach ow owie",
			"P": "ki kich kim kom kami kach kow",
			"K": "k ka ku kowi kiem kow kowie",
			"I": "- ia iu iowi iem i ie iow iom iami iach ia",
			"F": "a y e o om ami ach ej ow owie",
			"N": "o a u em y e owi - om ami ach",
			"A": "ego emu ym ych ymi",
			"Y": "y +A ow - om ami ach e i :u :em :owi :ie :a :ej :o",
		},
		lines: `
- | +M i ie
t | t+M cie ci
st | st+M scie sci
d | d+M dzie dzi
r | r+M rze rzy
s | s+M sie si s+I
z | z+M zie zi z+I
n | n+M nie ni n+I
l | l+M le li l+I lu
w | w+M wie wi w+I
b | b+M bie bi b+I
p | p+M pie pi p+I
m | m+M mie mi m+I
f | f+M fie fi
c | c+M c+I ci
k | k+M ku kiem ki cy kowie
sk ck | s+K c+K :s+P :c+P
x | x+M xie x ks+M ksie
um | um+M umie :a :ow :om :ami :ach
anin | anin+M aninie anie an anow anom anami anach
g | g+M gu giem gi dzy
ch | ch+M chu si
j | j+M ju i ji
ek | ek+M ekiem eku eki ecy ka ku kowi kiem ki cy kow kom kami kach kowie
iek | iek ieka ieku iekowi iekiem ka ku kowi kiem ki kow kom kami kach kowie
ec | ec+M ca cu cowi cem ce cy cow com cami cach cowie
rzec | rzec rca rcu rcowi rcem rce rcy rcow rcom rcami rcach
iec | ca cu cowi cem ce cy cow com cami cach iec ieca iecowi iecem
el | el+M ele eli la lu lowi lem le li low lom lami lach
iel | iel+M iela iele la lu lowi lem le li
er | er+M erze :erzy ra ru rowi rem rze rzy ry rowie row rom rami rach
ier | ier+M ierze :ierzy ra ru rowi rem rze rzy ry row rom rami rach
en ien | en+M en+I enie nia niu niem niowi nie ien+M ien+I ieniu ienia ieniem
a | +F i ie :-
: ra | r er
ta | t+F cie :t
sta | st+F scie sci
da | d+F dzie dow dowie :d
ra | r+F rze row rowie :r :er
sa | s+F sie :s
za | z+F zie :z
ca | c+F ci ki ke ko :k :c
na | n+F nie :n :en :ien
la | l+F le li :l :el
wa | w+F wie :w :ew
ba | b+F bie :b
pa | p+F pie :p
ma | m+F mie :m :em
ka | ka ki ce ke ko ek kom kami kach kiej kow kowie :k
ga | ga gi dze ge go gom gami gach giej :g
cha | ch+F sze :ch
ska cka | ska ski sce ske sko skiej cka cki cce cke cko ckiej :skie :skich :skim :skimi :ckie :ckich :ckim :ckimi :sek
ja | ja ji je jo j jom jami jach
aja eja oja uja yja | aja ai aje ajo aj ajom ajami ajach eja ei eje ejo ej ejom ejami ejach oja oi oje ojo oj ojom ojami ojach uja ui uje ujo uj ujom ujami ujach yja yi yje yjo yj yjom yjami yjach
ia | ia ii i ie io ij iom iami iach :-
o | +N ie ow owie
owo ewo ino | owo owa owu owem owie ewo ewa ewu ewem ewie ino ina inu inem inie
to | t+N cie
do | d+N dzie
ro | r+N rze
lo | l+N le el
no | n+N nie en ien
ko | ko ka ku kiem ki ke k ek kom kami kach ce kowi
go | go ga gu giem gi g gom gami gach gowi gow gowie ge
e | e a u em om ami ach - +A i
ie | ie ia iu iem i iom iami iach - ich im imi iego iemu iej
kie | kie kiego kiemu kim kich kimi
i | i iego iemu im ich imi ow om ami ach ego emu m ch :-
ki | ki kiego kiemu kim kich kimi kow kom kami kach k ek :kiem :ku :kie :ka :kiej :ko :c :cy
ski | ski skiego skiemu skim scy skich skimi skie
cki | cki ckiego ckiemu ckim ccy ckich ckimi ckie
: ski | ski ska skiej sko skie
: cki | cki cka ckiej cko ckie
y | +Y
ty | t+Y :ci
ry | r+Y :rzy
dy | d+Y :dzi
szy | sz+Y :si
ony | on+Y :eni
cy | cy k kow kom kami kach ka kowi kiem ku ca cow com cami cach cem cu cowi iec c cego cemu cym cych cymi :ce :cej
dzi | dzi d dow dom dami dach da dem du dzie
anie | anie an anom anami anach anin anina aninem aninowi ania aniu aniem aniach aniom aniami
ay ey oy | ay+M ey+M oy+M
: gi | gi ga giej gie giego giemu gim gich gimi gow gom gami gach dzy go g
: i | i ia iej ie
`,
		groups: `
niemcy niemiec niemcom niemcami niemczech
wegry wegier wegrom wegrami wegrzech
wegier wegra wegrowi wegrem wegrze wegrzy wegrow
wloch wlocha wlochowi wlochem wlochu wlosi wlochow wlochach
wlochy wloch wlochom wlochami wloszech
czechy czech czechom czechami czechach
pies psa psu psem psie psy psow psom psami psach
dzien dnia dniowi dniem dniu dni dniom dniami dniach
tydzien tygodnia tygodniu tygodniem tygodnie tygodni
rok roku rokiem lata lat latach
czlowiek czlowieka ludzie ludzi ludziom ludzmi ludziach
ksiadz ksiedza ksiedzu ksiedzem
bialystok bialegostoku bialymstoku bialymstokiem bialemustokowi
wies wsi wsia wsie wsiach
`,
	}),
	clues: `w i z na sie do nie jest ze od przez dla oraz jak po przy tym które ktory ktora byl byla bylo są sa jego takze czy ale tego
	nad pod bez przed za ze we o u to ma juz tylko beda bedzie moze jako jej ich ten ta te tych tej co kto gdzie kiedy dlaczego wobec podczas miedzy wedlug przeciw ponad
	nowe nowy nowa prezydent premier minister rzad sejm wojna wojny atak rosja rosji polska polski polskie ukraina ukrainy wojska broni rakiety rakietami drony obrony kraj lat roku dnia osob
	spotkal rozmawial podpisal przyjal zostal zostala zostaly chce mowi krytykuje ostrzega atakuje zapowiada trwa zabitych rannych wybuch strajk sankcje ustawe budzet glosowanie
	buduje granicy granica uszkodzone papiez apeluje blokuje wejscie szwecji rosna rosnie przegrywa poleci uchodzcy policja sprawa sprawy partia partii wybory wyborow wyborach
	poslowie posel senatorowie pieniadze zlotych tysiecy milionow miliardow szkola szpital dzieci kobiety mezczyzni miasto miasta miescie gmina dzis wczoraj jutro tydzien tygodniu
	miesiac pierwszy pierwsza drugi trzeci nowych wiecej mniej moga bylby praca pracy pracownicy zolnierze zolnierzy wojsko czolgi czolgow samolot samoloty lotnisko ropa`,
	letters: "łżśźńąęć",
	small:   `a i o u w z ad by co do go ja je ją ku ma mi my na no od on pa po są se ta te to tu ty we wy za ze że`,
	three: `
aby ach acz aha ale all alt and ani are bez ble but byc byl bym bys cie com cos coz cze czy dac daj dal dam dla dom don dwa eee for gdy hab has ich
ide idz ile inz isc itd itp jak jej juz kim kto lat lub mam maz met mna moi moj nad nas nei nia nic nie nim niz noc ode off ona oni ono org oto out
pld pol raz sie tak tam tej tel ten tez the tla tym tys tzn tzw uda uiu use wam was wez wie wsi you zas zla zle zly zna zyc`,
	acronyms: `CAN CO DNI IS IT KOD KU MY NAM NET PAN PO POD ROK SAM STAN START TU TY VI`,
	counted:  `km proc procent dni lat tys mln mld`,
}

/*
Test words of Polish:

# Countries and their peoples and adjectives are different words.
Polska | Polski Polsce Polskę Polską Polsko | polskie polskich polskim polskimi polskiego Polak Polacy Polek Polonia Polonez polskość polskojęzyczny spolszczony
Rosja | Rosji Rosję Rosją | rosyjski rosyjska rosyjskiego Rosjanin Rosjanie Rosjan rosa rosnąć Rosjanka rusycyzm
Ukraina | Ukrainy Ukrainie Ukrainę Ukrainą | ukraiński ukraińska ukraińskiego Ukrainiec Ukraińcy Ukrainka Ukraińców
Litwa | Litwy Litwie Litwę Litwą | litewski litewska Litwin Litwini Litwinów Litwinka litera
Łotwa | Łotwy Łotwie Łotwę Łotwą | łotewski Łotysz Łotysze łotr
Estonia | Estonii Estonię Estonią | estoński estońska Estończyk Estończycy estoński
Białoruś | Białorusi Białorusią | białoruski Białorusin Białorusini
Niemcy | Niemiec Niemczech Niemcom Niemcami | niemiecki niemieckiego niemiecka Niemka niemy niemowlę
Czechy | Czech Czechach | czeski czeskiego Czeszka
Francja | Francji Francję Francją | francuski Francuz Francuzi franciszkanin
Chiny | Chin Chinach Chinom Chinami | chiński chińska Chińczyk Chińczycy
Stany | Stanów Stanach Stanom | stanowisko stanowczy stanąć Stanisław
Szwecja | Szwecji Szwecję Szwecją | szwedzki Szwed Szwedzi
Gruzja | Gruzji Gruzję Gruzją | gruziński Gruzin Gruzini gruz
Turcja | Turcji Turcję Turcją | turecki Turek Turcy
Węgier | Węgra Węgrzy Węgrów | węgierski
Włoch | Włosi Włochów Włochem | włoski Włoszka
Turek | Turcy Turków Turka | turecki Turcja
Holender | Holendrzy Holendrom Holendra | holenderski
Uzbek | Uzbecy Uzbeka Uzbekami | uzbecki
Węgry | Węgier Węgrzech | węgierski Węgierka
Włochy | Włoch Włoszech | włoski Włoszka
Mołdawia | Mołdawii Mołdawię Mołdawią | mołdawski Mołdawianin
Finlandia | Finlandii Finlandię | fiński Fin Finowie
Norwegia | Norwegii Norwegię Norwegią | norweski Norweg
Brytania | Brytanii Brytanię Brytanią | brytyjski Brytyjczyk
# Towns and rivers.
Warszawa | Warszawy Warszawie Warszawę Warszawą | warszawski warszawska warszawiak warsztat
Kijów | Kijowa Kijowowi Kijowem Kijowie | kijowski kijowska kij kijek kijanka
Kraków | Krakowa Krakowowi Krakowem Krakowie | krakowski krakowianin krakać
Praga | Pragi Pradze Pragę Pragą | praski prażanin pragnąć pragmatyczny
Ryga | Rygi Rydze Rygę Rygą | ryski rygor rygiel
Haga | Hagi Hadze Hagę Hagą | haski haracz
Wilno | Wilna Wilnu Wilnem Wilnie | wileński wileńska wilk wilgoć
Gdynia | Gdyni Gdynię Gdynią | gdyński gdyż
Gdańsk | Gdańska Gdańskowi Gdańskiem Gdańsku | gdański gdańskich gdańskim gdańszczanin Gdynia
Suwałki | Suwałk Suwałkach Suwałkom | suwalski suwak
Lublin | Lublina Lublinowi Lublinem Lublinie | lubelski lubić
Moskwa | Moskwy Moskwie Moskwę Moskwą | moskiewski moskitiera
Charków | Charkowa Charkowem Charkowie | charkowski charczeć
Lwów | Lwowa Lwowem Lwowie | lwowski lew
Mińsk | Mińska Mińskiem Mińsku | miński mińskich mina
Donieck | Doniecka Donieckiem Doniecku | doniecki donieckich donieść
Bruksela | Brukseli Brukselę Brukselą | brukselski brukselka bruk
Paryż | Paryża Paryżem Paryżu | paryski paryżanin parytet
Londyn | Londynu Londynie Londynem | londyński londyńczyk
Waszyngton | Waszyngtonu Waszyngtonie Waszyngtonem | waszyngtoński
Królewiec | Królewca Królewcem Królewcu | królewski królewna król
Bachmut | Bachmutu Bachmutem Bachmucie | bachmucki
Krym | Krymu Krymem Krymie Krymowi | krymski kryminalny kryminał
Wisła | Wisły Wiśle Wisłę Wisłą | wiślany wisieć wisielec
Odra | Odry Odrze Odrę Odrą | odrzański odrzucić
Bałtyk | Bałtyku Bałtykiem Bałtykowi | bałtycki bałtyckiego
# People.
Tusk | Tuska Tuskowi Tuskiem Tusku Tuskowie | tuskać tuzin tuskowy
Duda | Dudy Dudzie Dudę Dudą Dudów | dudnić Dudek dudowy dudziarz
Błaszczak | Błaszczaka Błaszczakowi Błaszczakiem Błaszczaku | błaszany blask
Kaczyński | Kaczyńskiego Kaczyńskiemu Kaczyńskim Kaczyńscy | Kaczyńska Kaczyńską kaczka kaczor
Kaczyńska | Kaczyńskiej Kaczyńską | Kaczyńskiego Kaczyńskiemu kaczka
Morawiecki | Morawieckiego Morawieckiemu Morawieckim | Morawiecka morawski
Zełenski | Zełenskiego Zełenskiemu Zełenskim | Zełenska zelówka zielony
Putin | Putina Putinowi Putinem Putinie | putinowski putinizm puty
Łukaszenka | Łukaszenki Łukaszence Łukaszenkę Łukaszenką | Łukasz łukaszenkowski
Trump | Trumpa Trumpowi Trumpem Trumpie | trumpizm trumna trumpista
Biden | Bidena Bidenowi Bidenem Bidenie | bidet bida
Macron | Macrona Macronowi Macronem Macronie | makro makroekonomia
Johnson | Johnsona Johnsonowi Johnsonem Johnsonie | johnsonowski
Juncker | Junckera Junckerowi Junckerem Junckerze | junkier
Orban | Orbana Orbanowi Orbanem Orbanie | orbita
Marek | Marka Markowi Markiem Marku | Maria Marta Marcin marketing
Sikorski | Sikorskiego Sikorskiemu Sikorskim | sikorka Sikorska
Obama | Obamy Obamie Obamę Obamą | obawa
Stoltenberg | Stoltenberga Stoltenbergowi Stoltenbergiem Stoltenbergu | stolica
Komorowski | Komorowskiego Komorowskim | komora Komorowska
Andrzej | Andrzeja Andrzejowi Andrzejem Andrzeju | Andrzejewski andrzejki
Wałęsa | Wałęsy Wałęsie Wałęsę Wałęsą | wałęsać
Ziobro | Ziobry Ziobrze Ziobrę Ziobrą | ziobrysta
Fotyga | Fotygi Fotydze Fotygę | fotyl
Merkel | | merkantylny
# Organisations and things.
Brexit | Brexitu Brexitowi Brexitem Brexicie | brexitowy brexitowego brexiter
Ryanair | Ryanaira Ryanairu Ryanairowi Ryanairem Ryanairze | ryanairowy
Gazprom | Gazpromu Gazpromowi Gazpromem Gazpromie | gazociąg gaz
Sejm | Sejmu Sejmowi Sejmem Sejmie | sejmowy sejmik
Senat | Senatu Senatowi Senatem Senacie | senator senacki senatorowie
Komisja | Komisji Komisję Komisją | komisarz komis komisyjny
Europejska | Europejskiej Europejską | Europa Europejczyk
Unia | Unii Unię Unią | unijny unik unionista
Ministerstwo | Ministerstwa Ministerstwu Ministerstwem Ministerstwie | minister ministra ministerialny
Królestwo | Królestwa Królestwu Królestwie Królestwem | król królowa
Zjednoczone | Zjednoczonego Zjednoczonemu Zjednoczonym Zjednoczonych | zjednoczenie
Facebook | Facebooka Facebookowi Facebookiem Facebooku | facebookowy
Orlen | Orlenu Orlenowi Orlenem Orlenie | orlik orzeł
Patriot | Patriota Patriotu Patrioty Patriotów Patriotami Patriotach | patriotyzm patriotyczny
wojna | wojny wojnie wojnę wojną wojen wojnom wojnami wojnach | wojenny wojsko wojownik
wojsko | wojska wojsku wojskiem wojskom wojskami wojskach | wojna wojskowy wojownik
rakieta | rakiety rakiecie rakietę rakietą rakiet rakietom rakietami rakietach | rakietowy rakietka
czołg | czołgu czołgowi czołgiem czołgi czołgów czołgom czołgami czołgach | czołgać czołgista
żołnierz | żołnierza żołnierzowi żołnierzem żołnierzu żołnierze żołnierzy żołnierzom | żołnierski
minister | ministra ministrowi ministrem ministrze ministrowie ministrów | ministerstwo ministrant
sankcje | sankcji sankcjom sankcjami sankcjach | sanki
granica | granicy granicę granicą granic granicom granicami granicach | graniczny granit
dron | drona dronu dronowi dronem dronie drony dronów dronami | dronowy dronka
Białystok | Białegostoku Białymstoku Białymstokiem | białostocki biały
Maciek | Maćka Maćkiem Maćkowi | Maciej
Polacy | Polaków Polakom Polakami Polakach Polak | Polska polski
Rosjanie | Rosjan Rosjanom Rosjanami Rosjanach Rosjanin | Rosja rosyjski
Muzeum | Muzeum | muza
# More names of the field, of people and places abroad, and words that change inside.
Asia | Asi Asię Asią | Asja azjatycki
Bibi | | bibka bibuła
Theresa | Theresy Theresie Theresę Theresą | terasa
Corbyn | Corbyna Corbynowi Corbynem Corbynie | korba
Barnier | Barniera Barnierowi Barnierem Barnierze | barnaba
Verhofstadt | Verhofstadta Verhofstadtowi Verhofstadtem Verhofstadcie | verhof
Schulz | Schulza Schulzowi Schulzem Schulzu | szulc
Timmermans | Timmermansa Timmermansowi Timmermansem Timmermansie | timmer
Farage | | farad
Rees | Reesa | res
Zacharowa | Zacharowej Zacharową Zacharowę | Zacharowem Zachar
Ławrow | Ławrowa Ławrowowi Ławrowem Ławrowie | ławra ława
Pieskow | Pieskowa Pieskowowi Pieskowem Pieskowie | piesek
Nawalny | Nawalnego Nawalnemu Nawalnym | nawał nawała
Poroszenko | Poroszenki Poroszence Poroszenkę Poroszenką Poroszenko | porost
Erdogan | Erdogana Erdoganowi Erdoganem Erdoganie | erdoganizm
Netanjahu | | netto
Sarkozy | | sark
Kennedy | Kennedych | kenia
Ursula | Ursuli Ursulę Ursulą | urszulanka
Leyen | | leja
Sánchez | Sáncheza Sánchezowi Sánchezem | sanki
Renzi | Renziego Renziemu Renzim | ren
Gentiloni | Gentiloniego Gentiloniemu Gentilonim | gent
Conte | Contego Contemu | kontrola
Kurz | Kurza Kurzowi Kurzem Kurzu | kurzyć kurka
Rutte | Ruttego Ruttemu | ruta
Sołtys | Sołtysa | soltysowski
Waszczykowski | Waszczykowskiego Waszczykowskiemu Waszczykowskim | Waszczykowska waszczyk
Szydło | Szydły Szydle Szydło | szydełko
Szymański | Szymańskiego Szymańskiemu Szymańskim | szyma
Czaputowicz | Czaputowicza Czaputowiczowi Czaputowiczem Czaputowiczu | czapka
Bolton | Boltona Boltonowi Boltonem Boltonie | bolt
Pompeo | | pompa
Kim | Kima Kimowi Kimem Kimie | kimono
Szwajcaria | Szwajcarii Szwajcarię Szwajcarią | szwajcarski Szwajcar Szwajcarzy
Słowacja | Słowacji Słowację Słowacją | słowacki Słowak Słowacy słowo
Słowenia | Słowenii Słowenię Słowenią | słoweński Słoweniec
Hiszpania | Hiszpanii Hiszpanię Hiszpanią | hiszpański Hiszpan
Irlandia | Irlandii Irlandię Irlandią | irlandzki Irlandczyk
Islandia | Islandii Islandię | islandzki Irlandia Irlandii
Grecja | Grecji Grecję Grecją | grecki Grek Grecy
Irak | Iraku Irakiem Irakowi | Iran Iranu iracki
Iran | Iranu Iranem Iranie Iranowi | Irak irański Irańczyk
Izrael | Izraela Izraelowi Izraelem Izraelu | izraelski Izraelczyk
Syria | Syrii Syrię Syrią | syryjski syrena Syryjczyk
Austria | Austrii Austrię Austrią | austriacki Australia Australii Austriak
Australia | Australii Australię | Austria Austrii australijski
Nigeria | Nigerii Nigerię | Niger Nigru Nigru nigeryjski
Niger | Nigru Nigrem Nigrze | Nigeria Nigerii nigeryjski
Mali | | Malta Malty malina
Pakistan | Pakistanu Pakistanie Pakistanem | pakistański Pakistańczyk
Afganistan | Afganistanu Afganistanie Afganistanem | afgański Afgańczyk
Donbas | Donbasu Donbasie Donbasem | donbaski
Odessa | Odessy Odessie Odessę Odessą | odeski
Mariupol | Mariupola Mariupolu Mariupolem | mariupolski
Dniepr | Dniepru Dnieprem Dnieprze | dnieprzański
Ren | Renu Renem Renie | reński renta renifer
Tamiza | Tamizy Tamizie Tamizę | tama
Genewa | Genewy Genewie Genewę Genewą | genewski gen
Wiedeń | Wiednia Wiedniowi Wiedniem Wiedniu | wiedeński wiedza
Berlin | Berlina Berlinem Berlinie | berliński berlińczyk
Strasburg | Strasburga Strasburgiem Strasburgu | strasburski
Hamburg | Hamburga Hamburgiem Hamburgu | hamburger hamburgera hamburski
Jork | Jorku Jorkiem | jorski
Dublin | Dublina Dublinem Dublinie | dubliński
Belfast | Belfastu Belfaście | belfer
Szkocja | Szkocji Szkocję Szkocją | szkocki Szkot Szkoci
Łódź | Łodzi Łodzią | łódzki
Poznań | Poznania Poznaniem Poznaniu | poznański poznać poznał
Wrocław | Wrocławia Wrocławiem Wrocławiu | wrocławski
Bydgoszcz | Bydgoszczy Bydgoszczą | bydgoski bydło
Zakopane | Zakopanego Zakopanem Zakopanemu | kopać
Katowice | Katowic Katowicach Katowicom Katowicami | katowicki kat
Kielce | Kielc Kielcach | kielecki kielich
Tychy | Tychów Tychach | tyski
Ateny | Aten Atenach | ateński atena
Helsinki | Helsinek Helsinkach Helsinkom | helsiński
Kiszyniów | Kiszyniowa Kiszyniowie | kisz
Trybunał | Trybunału Trybunałowi Trybunałem Trybunale | trybuna trybuny
Parlament | Parlamentu Parlamencie Parlamentem Parlamentowi | parlamentarny parlamentarzysta
Rada | Rady Radzie Radę Radą | radny radni radio
Rzeczpospolita | Rzeczpospolitej Rzeczpospolitą | rzecz
Bundestag | Bundestagu Bundestagiem | bunt
Kreml | Kremla Kremlu Kremlem Kremlowi | kremlowski krem
Duma | Dumy Dumie Dumę Dumą | dumny
Izba | Izby Izbie Izbę Izbą | izbowy izbica
Labour | | labor
Google | | gogle gogli
Airbus | Airbusa Airbusem Airbusie Airbusy Airbusów | autobus
Boeing | Boeinga Boeingiem Boeingu Boeingi Boeingów | boa
Rosnieft | Rosnieftem Rosnieftu | rosnąć
Nord | | nora
Stream | Streamu Streamem Streamie Streamowi | strumień
gazociąg | gazociągu gazociągiem gazociągi gazociągów | gaz
koronawirus | koronawirusa koronawirusem koronawirusie koronawirusowi | korona
pandemia | pandemii pandemię pandemią | pandemiczny
szczepionka | szczepionki szczepionkę szczepionek szczepionką szczepionce | szczepić
wybory | wyborów wyborach wyborami wyborom | wyborca wyborczy wyborny
premier | premiera premierowi premierem premierze premierzy | premierowski
prezydent | prezydenta prezydentowi prezydentem prezydencie prezydenci | prezydencja prezydencki
Polak | Polaka Polakiem Polakowi Polacy Polaków Polakom Polakami | Polska polski
Amerykanin | Amerykanina Amerykanie Amerykanów Amerykanom | amerykański Ameryka
Żyd | Żyda Żydzi Żydów Żydom Żydami | żydowski życie
muzułmanin | muzułmanina muzułmanie muzułmanów | muzułmański
chrześcijanin | chrześcijanina chrześcijanie chrześcijan | chrześcijański
biurko | biurka biurek biurkiem biurku | biuro
*/
