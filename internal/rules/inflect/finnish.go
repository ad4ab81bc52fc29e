package inflect

import "watcher/internal/rules/words"

// Finnish: the endings are the same for every word but for vowel harmony, which
// folding takes away; what differs is the vowel before them, the plural's, and the
// stem's grade. L are the cases on any vowel stem, with possessives (P), K those
// after the i of the plural; Va to Vy are the forms of words by their last vowel.
var finnish = language{
	code: "fi", script: words.LatinScript,
	family: "finnic",
	forms: withEnclitics(build(paradigms{
		longest: 13,
		sets: map[string]string{
			"P": "- nsa an mme nne ni si",
			"L": "- n t nsa mme nne ni si lle lleen llensa llemme ksi kseen ksensa ssa+P sta+P lla+P lta+P na+P tta",
			"K": "ssa+P sta+P lla+P lta+P lle lleen llensa ksi kseen ksensa na+P tta n neen",
			// the plural on o, e, u or the second part of a diphthong, and on the i alone
			"O":  "i+K ja+P jen jensa ihin ihinsa ita+P iden idensa itten iin isiin",
			"I":  "i+K ia+P ien iensa iin iinsa",
			"Sa": "+L a+P an ansa", "Se": "+L a+P en ensa", "Si": "+L a+P in insa", "So": "+L a+P on onsa", "Su": "+L a+P un unsa", "Sy": "+L a+P yn ynsa",
			// after a long vowel or a diphthong
			"D":  "+L ta+P seen seensa han hen hin hon hun hyn",
			"Va": "a+Sa :o+O :+I", "Vo": "o+So :o+O", "Vu": "u+Su :u+O", "Vy": "y+Sy :y+O",
			"Vi": "i+Si e+Se :e+O :+I",
			"Ve": "e+Se :e+O", "Vee": "ee+D etta+P :e+O",
			"C":   "- i+Si :e+O",
			"KSE": "kse+Se sta+P :ks+I :sten :stensa", "DE": "de+Se te+Se tta+P :ks+I :sien :sia :sissa :sista",
		},
		grades: `
kk k
pp p
tt t
gg g
bb b
nk ng
mp mm
nt nn
lt ll
rt rr
lk l lj
rk r rj
hk h hj
ht hd
uk u uv
yk y yv
k -
uok uo uu
sk
tk
lp lv
rp rv
p v
sp
t d
st
<k kk -
<lj lk
<rj rk
<p pp
<t tt
<ng nk
<mm mp
<nn nt
<ll lt
<rr rt
<d t
<v p
`,
		lines: `
a | +Va
ia | ia+Sa :io+O
ea | ea+Sa eata+P :e+O
oa | oa+Sa oata+P :o+O
ja | ja+Sa :jo+O :j+I
o | +Vo
io | io+So iota+P :io+O
eo | eo+So eota+P :eo+O
u | +Vu
y | +Vy
i | +Vi
li | li+Si le+Se lta+P :lten :le+O :l+I
lli | lli+Si :lle+O :ll+I
ri | ri+Si re+Se rta+P :rten :re+O :r+I
ni | ni+Si ne+Se nta+P :nten :ne+O :n+I
hi | hi+Si he+Se hta+P :he+O :h+I
mi | mi+Si me+Se nta+P :me+O :m+I
si | si+Si se+Se de+Se te+Se tta+P :se+O :s+I
psi | psi+Si pse+Se psta+P :pse+O :ps+I
ksi | ksi+Si kse+Se sta+P :kse+O :ks+I
nsi | nsi+Si nne+Se nte+Se ntta+P :nse+O :ns+I
rsi | rsi+Si rre+Se rte+Se rtta+P :rse+O :rs+I
lsi | lsi+Si lle+Se lte+Se ltta+P :lse+O :ls+I
e | +Ve
< e | +Vee
aa | aa+D :a+O
oo | oo+D :o+O
uu | uu+D :u+O
yy | yy+D :y+O
ee | ee+D :e+O
ii | ii+D :i+O
uo | uo+D :o+O
yo | yo+D :o+O
ie | ie+D :e+O
ue | ue+Se uee+D uetta+P :ue+O
yi | yi+D yi+Si
ai | ai+D :ai+O
ei | ei+D :ei+O
oi | oi+D :oi+O
ui | ui+D :ui+O
au | au+D :au+O
eu | eu+D :eu+O
ou | ou+D :ou+O
iu | iu+D :iu+O
ay | ay+D :ay+O
oy | oy+D :oy+O
nen | nen se+Se sta+P :s+I :sten :stensa :s
ainen | ainen aise+Se aista+P :ais+I :aisten :aistensa :ais
as | a+KSE as+C
< as | aa+D asta+P :a+O
es | e+KSE es+C ee+D esta+P
ies | iehe+Se iesta+P :ieh+I :iesten ie+KSE ies+C
is | i+KSE is+C
< is | ii+D ista+P :i+O
os | o+KSE o+DE os+C
us | u+KSE u+DE us+C
ys | y+KSE y+DE ys+C
ss | ss+C ssi+Si
s | s+C kse+Se
n | n+C :ne+Se :nta :nten
in | in+C ime+Se
< in | ime+Se inta+P :im+I :inten in+C
ton | ton+C ttoma+Sa tonta :ttomi+K :ttomia :ttomien
nut | nut nee+D nutta :ne+O
ut | ut ut+C ue+Se utta+P :u+I
yt | yt yt+C ye+Se ytta+P :y+I
at | at at+C o+O +I ain aa+P
< at | at o+O +I ain
ot | ot ot+C o+O o+L
< ot | ot o+O
ut | ut u+O u+L
< ut | ut u+O
it | it it+C e+O +I ien
< it | it e+O +I ien
et | et et+C +I te+P ten
< et | et +I ten
eet | eet e+O
< eet | eet e+O
set | set s+I sten
aat | aat a+O
b | b+C
c | c+C
d | d+C
f | f+C
g | g+C
h | h+C
j | j+C
k | k+C
l | l+C le+Se lta+P
m | m+C
p | p+C
q | q+C
r | r+C re+Se rta+P
< r | re+Se
t | t+C
v | v+C
w | w+C
x | x+C
z | z+C
`,
		groups: `
mies miehen miesta mieheen miehena miehessa miehelle miehella miehelta miehet miesten miehia miehissa miehille miehilta miehiin miehina miehineen
maa maan maata maassa maasta maahan maalla maalle maalta maaksi maana maansa maat maiden maita maissa maista maihin mailla maille mailta maamme maataan maassaan maastaan maahansa maahaan maallaan maalleen maaltaan maidensa maitaan maissaan maistaan maihinsa
tie tien tieta tiella tielle tielta tiehen tiesta tiessa tiet teiden teita teilla teille teilta
tyo tyon tyota tyossa tyosta tyohon tyolle tyonsa tyot toiden toita toissa toihin
syy syyn syyta syysta syyhyn syyna syyksi syynsa syyt syiden syita syista syihin
puu puun puuta puusta puussa puuhun puut puiden puita puissa puista
suo suon suota suolla suolle suosta suot soiden soita soilla
-koe kokeen koetta kokeessa kokeesta kokeeseen kokeella kokeen kokeet kokeiden kokeita kokeissa kokeista kokeisiin kokeilla
-aika ajan aikaa ajassa ajasta aikaan ajalla ajalle ajalta ajaksi aikana aikansa ajat aikojen aikoja ajoissa ajoista ajoilta aikoihin aikoina
vuosi vuoden vuotta vuonna vuodessa vuodesta vuoteen vuodelle vuodella vuodelta vuodeksi vuodet vuosien vuosia vuosina vuosiin vuosissa vuosista vuosilta vuosille vuosiksi
asia asian asiaa asiaan asiassa asiasta asialla asialle asiaksi asiana asiansa asiat asiain asioiden asioita asioissa asioista asioihin asioilla asioille
ase aseen asetta aseessa aseesta aseella aseelle aseeksi aseensa aseet aseiden aseita aseissa aseista aseisiin aseilla aseille aseineen
kolmas kolmannen kolmatta kolmannessa kolmannesta kolmanteen kolmannella kolmannelle kolmannelta kolmantena kolmanneksi kolmannet kolmansien kolmansia
neljas neljannen neljatta neljannessa neljannesta neljanteen neljannella neljannelle neljantena neljanneksi neljannet
viides viidennen viidetta viidennessa viidennesta viidenteen viidennella viidentena viidenneksi viidennet
kuudes kuudennen kuudetta kuudennessa kuudennesta kuudenteen kuudennella kuudentena kuudenneksi kuudennet
lapsi lapsen lasta lapsiin lapsina lapsineen lapseen lapselle lapsella lapselta lapset lasten lapsia lapsien lapsissa lapsille lapsilla lapsista
meri meren merta mereen meressa merella merelle merelta meresta meret merten merien meria merilla
veri veren verta vereen veressa veresta
kevat kevaan kevatta kevaaseen kevaalla kevaalta kevaasta
`,
	}), "kin kaan han ko pa kohan"),
	clues: `ja on etta ei se oli han mutta myos kun joka sen ovat kuin mukaan jonka hanen ole olla ollut olisi suomi suomen suomessa suomeen venaja venajan ukrainan uusi uuden hallitus hallituksen sulkee rajan
	tapasi hyokkasi presidentti presidentin ministeri ministerin jalkeen vastaan vuoden vuonna vuotta taman tama nama ne niiden niita sita siita siina joita jotka joiden jossa josta sitten enaa viela vain
	kanssa ennen ilman kohti noin yli alle lisaa lisaksi yhden yksi kaksi kolme nelja viisi ensi ensimmainen toinen paljon eniten enemman vahemman suuri suurin pieni hyva huono
	sanoo sanoi kertoo kertoi vaatii uhkaa varoittaa varoitti tukee hyvaksyi hylkasi paatti paattaa aloitti aloittaa jatkaa jatkuu alkaa alkoi loppuu nousi nousee laski laskee kasvaa kasvoi
	poliisi epailee iski isku iskut iskun sota sodan rauha rauhan neuvottelut neuvottelee puhui tapaa vierailee matkustaa lahettaa lahetti joukkoja sotilaita ohjuksia lennokit lennokkien puolustusvoimat
	puolustusministeri paaministeri ulkoministeri eduskunta puolue vaalit vaalien vaaleissa kansanedustaja oikeus tuomitsi tuomittiin vankeuteen kuoli kuollut loukkaantui ihmista ihmiset miljoonaa
	miljardia euroa prosenttia kaupunki kaupungin kunta koulu sairaala lapset naiset miehet talous hinnat hinta kauppa yritys yhtio sahko energia raja rajalla itarajan itameren kaapeli kaapelin
	laiva turvallisuus uhka uhan vahvistaa vahvisti kiistaa kiisti ilmoitti ilmoittaa erosi eroaa nimitti valittiin haluaa voi voivat saa saivat pitaa tulee tulevat menee teki tehtiin`,
	letters: "öäå",
	small:   `en et ei he ja jo me ne no se te on`,
	three: `
ala apu eli eri esi ett han hei isa jaa jai jne joo jos kai kun lla luo moi muu nuo nyt ohi ole oli oma osa saa sai sen ssa sta taa tai tee tuo vai
voi yha yli yon`,
	acronyms: `NRO`,
}

/*
Test words of Finnish:

Suomi | Suomen Suomea Suomessa Suomesta Suomeen Suomella Suomelta Suomelle Suomeksi Suomena Suomensa Suomemme Suomikin Suomessakin Suomeenkin Suomenkaan Suomeako | suomalainen suomalaiset suora suoma
Viro | Viron Viroa Virossa Virosta Viroon Virolla Virolle Virolta Viroonkin | virolainen virolaiset virta virallinen virus
Venäjä | Venäjän Venäjää Venäjällä Venäjälle Venäjältä Venäjään Venäjänkin | venäläinen venäläiset vene
Ruotsi | Ruotsin Ruotsia Ruotsissa Ruotsista Ruotsiin Ruotsille | ruotsalainen ruotsalaiset
Norja | Norjan Norjaa Norjassa Norjasta Norjaan Norjalle | norjalainen norsu
Tanska | Tanskan Tanskaa Tanskassa Tanskasta Tanskaan | tanskalainen tasku
Islanti | Islannin Islantia Islannissa Islannista Islantiin Islannille | islantilainen islam
Englanti | Englannin Englantia Englannissa Englantiin | englantilainen
Irlanti | Irlannin Irlantia Irlannissa Irlantiin | irlantilainen Islanti
Hollanti | Hollannin Hollantia Hollannissa | hollantilainen
Latvia | Latvian Latviaa Latviassa Latviasta Latviaan Latvialle | latvialainen latva
Liettua | Liettuan Liettuaa Liettuassa Liettuasta Liettuaan | liettualainen
Puola | Puolan Puolaa Puolassa Puolasta Puolaan Puolalle Puolaltakin | puolalainen puolesta puolia puolissa puoli
Saksa | Saksan Saksaa Saksassa Saksasta Saksaan Saksalle | saksalainen sakset
Ranska | Ranskan Ranskaa Ranskassa Ranskasta Ranskaan | ranskalainen
Kiina | Kiinan Kiinaa Kiinassa Kiinasta Kiinaan Kiinalle Kiinaltakaan | kiinalainen kiintiö kiinni
Ukraina | Ukrainan Ukrainaa Ukrainassa Ukrainasta Ukrainaan Ukrainalle | ukrainalainen
Eurooppa | Euroopan Eurooppaa Euroopassa Euroopasta Eurooppaan | eurooppalainen euro
Kreikka | Kreikan Kreikkaa Kreikassa Kreikasta Kreikkaan | kreikkalainen
Turkki | Turkin Turkkia Turkissa Turkista Turkkiin | turkkilainen turku
Amerikka | Amerikan Amerikkaa Amerikassa Amerikkaan | amerikkalainen
Itävalta | Itävallan Itävaltaa Itävallassa Itävaltaan | itävaltalainen itäraja
Unkari | Unkarin Unkaria Unkarissa Unkariin | unkarilainen
Sveitsi | Sveitsin Sveitsiä Sveitsissä Sveitsiin | sveitsiläinen
Espanja | Espanjan Espanjaa Espanjassa Espanjaan | espanjalainen
Irak | Irakin Irakia Irakissa Irakiin | Iran Iranin irakilainen
Iran | Iranin Irania Iranissa Iraniin Iranille | Irak iranilainen
Tibet | Tibetin Tibetiä Tibetissä Tibetiin | tibetiläinen
Kuwait | Kuwaitin Kuwaitia Kuwaitissa Kuwaitiin | kuwaitilainen
Israel | Israelin Israelia Israelissa Israeliin | israelilainen
Kazakstan | Kazakstanin Kazakstania Kazakstanissa Kazakstaniin | kazakki
Yhdysvallat | Yhdysvaltain Yhdysvaltojen Yhdysvaltoja Yhdysvalloissa Yhdysvalloista Yhdysvaltoihin Yhdysvalloille | yhdysvaltalainen
Alankomaat | Alankomaiden Alankomaita Alankomaissa Alankomaista Alankomaihin | alanko
Filippiinit | Filippiinien Filippiinejä Filippiineillä Filippiineille | filippiiniläinen
# Towns and waters.
Helsinki | Helsingin Helsinkiä Helsingissä Helsingistä Helsinkiin Helsingille | helsinkiläinen
Turku | Turun Turkua Turussa Turusta Turkuun | turkulainen turnaus
Tampere | Tampereen Tamperetta Tampereella Tampereelle Tampereelta | tamperelainen
Lahti | Lahden Lahtea Lahdessa Lahdesta Lahteen | lahtelainen lahja
Espoo | Espoon Espoota Espoossa Espoosta Espooseen | espoolainen
Porvoo | Porvoon Porvoossa Porvooseen | porvoolainen
Vaasa | Vaasan Vaasaa Vaasassa Vaasaan | vaasalainen
Salo | Salon Saloa Salossa Saloon | salolainen sali
Kotka | Kotkan Kotkaa Kotkassa Kotkaan | kotkalainen
Hamina | Haminan Haminassa Haminaan | haminalainen
Lappeenranta | Lappeenrannan Lappeenrantaa Lappeenrannassa Lappeenrantaan | lappeenrantalainen
Rovaniemi | Rovaniemen Rovaniemeä Rovaniemellä Rovaniemelle | rovaniemeläinen
Joensuu | Joensuun Joensuuta Joensuussa Joensuuhun | joensuulainen
Tallinna | Tallinnan Tallinnaa Tallinnassa Tallinnaan | tallinnalainen talli
Pietari | Pietarin Pietaria Pietarissa Pietariin | pietarilainen
Moskova | Moskovan Moskovaa Moskovassa Moskovaan Moskovalle | moskovalainen
Kiova | Kiovan Kiovaa Kiovassa Kiovasta Kiovaan | kiovalainen
Riika | Riian Riikaa Riiassa Riikaan | riikalainen riita
Vilna | Vilnan Vilnaa Vilnassa Vilnaan | vilnalainen
Varsova | Varsovan Varsovassa Varsovaan | varsovalainen
Bryssel | Brysselin Brysseliä Brysselissä Brysseliin | brysseliläinen
Pariisi | Pariisin Pariisia Pariisissa Pariisiin | pariisilainen
Peking | Pekingin Pekingiä Pekingissä Pekingiin | pekingiläinen
Washington | Washingtonin Washingtonia Washingtonissa Washingtoniin | washingtonilainen
Itämeri | Itämeren Itämerta Itämerellä Itämerelle Itämereen | itä meri
Suomenlahti | Suomenlahden Suomenlahtea Suomenlahdella Suomenlahdelle | suomalainen
Krim | Krimin Krimiä Krimillä Krimille | krimiläinen
# People.
Niinistö | Niinistön Niinistöä Niinistölle Niinistöltä | niini
Virtanen | Virtasen Virtasta Virtaselle Virtaseen Virtaset | virta virran
Lavrov | Lavrovin Lavrovia Lavroville Lavrovilta | lavra
Putin | Putinin Putinia Putinille Putinilta Putiniin | putinilainen
Zelenskyi | Zelenskyin Zelenskyita Zelenskyille |
Biden | Bidenin Bideniä Bidenille Bideniltä | bidee
Trump | Trumpin Trumpia Trumpille Trumpilta | trumpetti
Stubb | Stubbin Stubbia Stubbille Stubbilta | stubi
Orpo | Orvon Orpoa Orvolle Orpolle | orpolainen
Marin | Marinin Marinia Marinille | marja
Haavisto | Haaviston Haavistoa Haavistolle | haava
Valtonen | Valtosen Valtosta Valtoselle | valta
Häkkänen | Häkkäsen Häkkästä Häkkäselle | häkki
Arafat | Arafatin Arafatia Arafatille | arabi
Merkel | Merkelin Merkeliä Merkelille | merkki
Macron | Macronin Macronia Macronille | makro
Kallas | Kallaksen Kallasta Kallakselle | kallo
# Organisations and things.
Nato | Naton Natoa Natossa Natosta Natoon Natolle Natolta Natoksi Natonkin | naatti natsi
NATO | Naton Natossa Natoon Natolle Natossakin | natisi
Etyj | Etyjin Etyjiä Etyjissä | etu
Puolustusvoimat | Puolustusvoimien Puolustusvoimia Puolustusvoimissa Puolustusvoimille | puolustus
eduskunta | eduskunnan eduskuntaa eduskunnassa eduskuntaan eduskunnalle | edustaja
hallitus | hallituksen hallitusta hallitukseen hallitukselle hallituksessa hallitukset hallitusten hallituksia | hallita hallinto
ministeri | ministerin ministeriä ministerille ministerit ministerien ministereitä ministereille | ministeriö ministeriön
ministeriö | ministeriön ministeriötä ministeriössä ministeriöön ministeriöt ministeriöiden | ministeri ministerin
presidentti | presidentin presidenttiä presidentille presidentit presidenttien presidenttejä | presidenttiys
pääministeri | pääministerin pääministerille pääministeriä | pää
sota | sodan sotaa sodassa sotaan sodat sotien sotia sodissa | sotilas sotilaan
sotilas | sotilaan sotilasta sotilaalle sotilaat sotilaiden sotilaita sotilaille | sota
joukot | joukkojen joukkoja joukoille joukoissa joukkoineen | joukkue
ohjus | ohjuksen ohjusta ohjukset ohjuksia ohjuksilla ohjusten | ohjaus ohje
lennokki | lennokin lennokkia lennokit lennokkien lennokkeja | lento
laiva | laivan laivaa laivassa laivat laivojen laivoja | laivasto
hyökkäys | hyökkäyksen hyökkäystä hyökkäykseen hyökkäykset hyökkäyksiä hyökkäysten hyökkäystensä | hyökätä
turvallisuus | turvallisuuden turvallisuutta turvallisuuteen turvallisuudessa | turva
pakote | pakotteen pakotetta pakotteet pakotteita pakotteiden pakotteisiin | pakko
pakotteet | pakotteiden pakotteita pakotteisiin | pakko
vaalit | vaalien vaaleja vaaleissa vaaleihin | vaalea
raja | rajan rajaa rajalla rajalle rajat rajojen rajoja | rajoitus
kaapeli | kaapelin kaapelia kaapelit kaapelien kaapeleita | kaappi
puolue | puolueen puoluetta puolueelle puolueet puolueiden | puoli
suomalainen | suomalaisen suomalaista suomalaiset suomalaisten suomalaisia suomalaisille | Suomi Suomen
venäläinen | venäläisen venäläistä venäläiset venäläisten venäläisiä | Venäjä Venäjän
uusi | uuden uutta uudessa uuteen uudet uusien uusia uusissa | uusinta
suuri | suuren suurta suureen suuret suurien suuria | suurlähettiläs
korkea | korkean korkeaa korkeassa korkeat korkeiden korkeita | korkeus
hinta | hinnan hintaa hinnat hintojen hintoja | hintava
kauppa | kaupan kauppaa kaupassa kaupat kauppojen kauppoja | kaupunki
kaupunki | kaupungin kaupunkia kaupungissa kaupunkiin kaupungit kaupunkien kaupunkeja | kauppa
asiakas | asiakkaan asiakasta asiakkaalle asiakkaat asiakkaiden | asia
kirje | kirjeen kirjettä kirjeet kirjeitä | kirja
internet | internetin internetiä internetissä | inter
ydinkoe | ydinkokeen ydinkoetta ydinkokeet ydinkokeita ydinkokeiden | ydinaine ydinase
ase | aseen asetta aseet aseita aseiden aseista | asenne asema
vuosi | vuoden vuotta vuonna vuosien vuosina | vuosisata vuokra
aika | ajan aikaa ajat aikojen ajassa | aie ajatus
syy | syyn syytä syistä | syyte syyttäjä
asia | asian asiaa asiat asioita asioista | asiakas
jäsen | jäsenen jäsentä jäsenten jäsenet jäseniä | jäsenyys
ruoka | ruoan ruokaa ruuan ruoassa | ruokala
kieli | kielen kieltä kielten kielet | kielto
nuori | nuoren nuorta nuorten | nuora
kolmas | kolmannen kolmatta kolmanteen | kolme
tie | tien tietä tiellä tielle tiet teiden teitä | tieto
tulli | tullin tullia tullit tulleja tullien | tulleen tullessa
maa | maassaan maan maata maassa maahan maat maiden maita maissa | maailma
työ | työn työtä työssä työhön töitä | työläs
*/
