package inflect

import "watcher/internal/rules/words"

// Hungarian: cases are glued on behind the stem, the plural and the possessor; the v
// of -val and -vá is the consonant before it, doubled. Accents fold away, and with
// them what changes in most stems (kéz, kezek). V stands behind a vowel, K behind a
// consonant, and both of them behind the plural and possessors; C are the forms of a
// word that ends in a consonant but for -val. Names have neither plural nor possessor,
// but for the family's -ék.
var hungarian = language{
	code: "hu", script: words.LatinScript,
	family: "hungarian",
	forms: build(paradigms{
		longest: 13,
		sets: map[string]string{
			"X": "nak nek ban ben ba be bol ra re rol tol nal nel hoz hez ig ert kent kepp kor stul",
			"V": "- t n +X val vel va ve",
			"P": "- at et t ot on en +X kal kel ka ke ert",
			"H": "a+V e+V uk+P ai+V ei+V aik+P eik+P unk+P aink+P eink+P am em om amat emet omat aim eim ad ed otok etek atok",
			"C": "- t at et ot on en +X ul ek+P :ok+P :ak+P :+H :j+H",
			"L": "+V k+P :j+H :m :mat :met :nk+P :d :i+V :ik+P :ink+P :im+P",
		},
		lines: `
a | a+L
e | e+L
i | i+L :iak+P :iek+P
o | o+L
u | u+L
y | y+L yi :i+V
- | +C
b | b+C bbal bbel bba bbe
c | c+C ccal ccel cca cce
d | d+C ddal ddel dda dde
f | f+C ffal ffel ffa ffe
g | g+C ggal ggel gga gge
h | h+C hhal hhel hha hhe val vel hval hvel
j | j+C jjal jjel jja jje
k | k+C kkal kkel kka kke
l | l+C llal llel lla lle
m | m+C mmal mmel mma mme
n | n+C nnal nnel nna nne
p | p+C ppal ppel ppa ppe
r | r+C rral rrel rra rre
s | s+C ssal ssel ssa sse
t | t+C ttal ttel tta tte
v | v+C vval vvel vva vve
w | w+C wval wvel
x | x+C xxel xszel xszal
z | z+C zzal zzel zza zze
cs | cs+C ccsal ccsel ccsa ccse
sz | sz+C sszal sszel ssza ssze
zs | zs+C zzsal zzsel zzsa zzse
gy | gy+C ggyal ggyel ggya ggye
ny | ny+C nnyal nnyel nnya nnye
ly | ly+C llyal llyel llya llye
ty | ty+C ttyal ttyel ttya ttye
ll | ll+C llal llel
nn | nn+C nnal nnel
ss | ss+C ssal ssel
tt | tt+C ttal ttel
alom | alom+C almat almon :alm+H almak+P almi alommal
elem | elem+C elmet elmen :elm+H elmek+P elemmel
erem | erem+C ermet ermen :erm+H ermek+P eremmel
szag | szag+C szaggal
ero | ero+L :ere+H :erej+H
ido | ido+L :idej+H
mu | mu+L :muv+C
ereg | ereg+C erget ergek+P :erg+H ereggel
`,
		groups: `
szo szo+V szav+H szavak+P szok+P
titok titok+X titkot titkok+P titk+H titokkal
dolog dolog+X dolgot dolgok+P dolg+H dologgal
falu falu+V falvak+P falv+H faluk
alom alom+X almot almok+P alm+H alommal
sator sator+X satrat satrak+P satr+H satorral
fegyver fegyver+X fegyvert fegyverek+P fegyver+H fegyverrel fegyveren
ezer ezer+X ezret ezrek+P ezr+H ezerrel
fogoly fogoly+X foglyot foglyok+P fogly+H fogollyal
mereg mereg+X merget mergek+P merg+H mereggel
haszon haszon+X hasznot hasznok+P haszn+H haszonnal
terem terem+X termet termek+P term+H teremmel
eger eger+X egert egeren egerrel
pecs pecs+X pecset pecsen pecsett peccsel
`,
	}),
	clues: `a az es hogy nem egy is ez volt meg csak mint de el magyar szerint utan ellen kormany elnok haboru miniszter talalkozott tamadta evben
	azt ami aki ahol amely hanem mert mar még most majd lesz lett van vannak voltak lenne kell lehet tobb uj elso masik minden sem ki be le fel ossze vissza ott itt igy ugy akkor ekozben mikozben kozott alatt felett elott mellett miatt szamara iranti
	magyarorszag magyarorszagi orban viktor budapest budapesti orosz ukran nemet amerikai europai unios brusszel brusszeli miniszterelnok kulugyminiszter vedelmi honvedelmi elnoke elnoki kormanya parlament orszaggyules valasztas valasztasi part partja
	katonak katonai hadsereg raketa dron dronok robbanas tuz halott halalos meghalt serult sebesult ember emberek rendorseg birosag itelt vad vadat ugyeszseg nyomozas millio milliard forint euro szazalek dragul nott csokkent emelkedett
	bejelentette kozolte mondta allitja keri koveteli figyelmeztet javasolta alairta elfogadta elutasitotta megszavazta beszelt targyalt targyalas egyezmeny megallapodas szankciok hatar hataron menekultek segely tamogatas tamogatja fenyeget tamad lelottek kilottek kuld kuldott`,
	letters: "üöőű",
	small:   `a e ő s az be de el én és ez fa fő ha is ki le ma mi ne no ok ők se ti új úr vs`,
	three: `
aki ala azt bal ben egy ele elo eve evi ezt fel hat het hol ide igy itt jol ket kie kik kin kit mai meg mig mik nem oda ont ota ott par rad ram sem
sok sot tiz tul ugy van`,
	acronyms: `AM BAR ES IS MAR MAS MIN MIT MOD`,
}

/*
Test words of Hungarian:

Magyarország | Magyarországon Magyarországra Magyarországról Magyarországnak Magyarországot Magyarországgal Magyarországtól Magyarországhoz Magyarországért Magyarországig | magyar magyarországi
Budapest | Budapesten Budapestre Budapestről Budapestnek Budapestet Budapesttel Budapesttől Budapesthez | budapesti Bukarest
Ukrajna | Ukrajnában Ukrajnába Ukrajnából Ukrajnának Ukrajnát Ukrajnával Ukrajnáról Ukrajnától Ukrajnához Ukrajnáért | ukrán ukrajnai
Oroszország | Oroszországban Oroszországot Oroszországgal Oroszországból Oroszországnak | orosz oroszországi
Moszkva | Moszkvában Moszkvába Moszkvát Moszkvának Moszkvával Moszkvából Moszkvától | moszkvai Moszkovszkij
Kijev | Kijevben Kijevbe Kijevet Kijevnek Kijevvel Kijevből Kijevtől Kijevig | kijevi
Bécs | Bécsben Bécsbe Bécset Béccsel Bécsnek Bécsből | bécsi béke
Brüsszel | Brüsszelben Brüsszelbe Brüsszelnek Brüsszelt Brüsszellel Brüsszelből | brüsszeli
Párizs | Párizsban Párizst Párizzsal Párizsnak Párizsból | párizsi
Varsó | Varsóban Varsóba Varsót Varsónak Varsóval Varsóból | varsói
Tokió | Tokióban Tokióba Tokiónak Tokióval | tokiói
Peking | Pekingben Pekingnek Pekinggel Pekinget | pekingi
Orbán | Orbánnak Orbánt Orbánnal Orbántól Orbánra Orbánról Orbánék Orbánéknak Orbánnál | orbáni
Zelenszkij | Zelenszkijnek Zelenszkijt Zelenszkijjel Zelenszkijről Zelenszkijtől | zelenszkaja
Putyin | Putyinnak Putyint Putyinnal Putyinhoz Putyinra | putyini
Trump | Trumpnak Trumpot Trumppal Trumptól Trumpék | trumpi
Szijjártó | Szijjártónak Szijjártót Szijjártóval | szilárd
Lengyelország | Lengyelországban Lengyelországot Lengyelországgal | lengyel
Litvánia | Litvániában Litvániát Litvániának Litvániával | litván
Irak | Irakban Irakba Irakot Irakkal Irakból Iraknak | iraki Irán
Kína | Kínában Kínát Kínának Kínával Kínából | kínai kín
NATO | NATO Natóban Natónak Natóval Natótól Natóba Natóhoz | nátha
katona | katonák katonákat katonának katonáknak katonával katonát katonája katonáit katonáinak katonai | katolikus
kormány | kormányt kormánynak kormánnyal kormányok kormánya kormányának kormányát kormányától kormányunk kormányának | kor
miniszter | minisztert miniszternek miniszterrel miniszterek miniszterei minisztere miniszterének miniszterét miniszterével | minisztérium
elnök | elnököt elnöknek elnökkel elnökök elnöke elnökének elnökét elnökével | elnökség
rakéta | rakétát rakéták rakétákat rakétával rakétákkal rakétája rakétáit rakétáik | raktár
háború | háborút háborúban háborúval háborúk háborúja háborúnak háborúról háborúból | háborog
védelem | védelmet védelmének védelmét védelme védelmében védelemmel | véd
hatalom | hatalmat hatalma hatalmát hatalmak hatalommal hatalomra hatalmának | hatalmas
fegyver | fegyvert fegyverek fegyvereket fegyverrel fegyverekkel | fegyelem
hadsereg | hadsereget hadseregnek hadsereggel hadserege hadseregének hadseregek | had
haderő | haderőt haderőnek haderővel haderők hadereje haderejét haderejének | hadar
erőmű | erőművet erőművek erőműben erőműnek erőműve erőműveket erőművekre erőművel | erő
határ | határt határon határnál határok határa határán határait határokat határral határhoz határról | határoz
választás | választást választások választáson választásokat választásokon választással választásának | választó
szankció | szankciót szankciók szankciókat szankcióval szankciókkal szankciói szankcióit szankciókról | szakma
drón | drónt drónok drónokat drónnal drónokkal drónja drónjai drónjait drónjaival | drót
támadás | támadást támadások támadásokat támadásban támadásról támadása támadásának támadással | támad
tengeralattjáró | tengeralattjárót tengeralattjárók tengeralattjáróval tengeralattjárója | tenger
repülőgép | repülőgépet repülőgépek repülőgéppel repülőgépeket repülőgépei repülőgépe | repülő
kéz | kezet kezek kezében keze kezét kézzel kezébe | kész
magyar | magyarok magyarokat magyart magyarnak magyarral magyarokkal | magyaráz Magyarország
orosz | oroszok oroszokat orosznak oroszokkal orosszal oroszul | Oroszország oroszlán
kábel | kábelt kábelek kábeleket kábellel kábelekkel | kábul
hajó | hajót hajók hajókat hajóval hajón hajója hajói hajóik | haj
*/
