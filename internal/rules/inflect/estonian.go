package inflect

import "watcher/internal/rules/words"

// Estonian: the cases are the same for every word; what differs is the vowel
// of the genitive, which cannot be known, and the stem's grade. G are the
// cases on the genitive, P those of the plural.
var estonian = language{
	code: "et", script: words.LatinScript,
	family: "finnic",
	forms: build(paradigms{
		sets: map[string]string{
			"G": "- s st sse l le lt ks ni na ta ga d",
			"P": "- s st sse l le lt ks ni na ta ga",
			// after the genitive's vowel
			"V": "- s st sse l le lt ks ni na ta ga d t de+P te+P id sid",
			// after a consonant: any vowel of the genitive
			"C": "- a+V e+V i+V u+V t d",
			// the weak grade: any vowel, genitive and nominative plural
			"W": "a+G e+G i+G u+G",
		},
		lines: `
a | a+V :u
ga | ga+V ka
ra | ra+V rra
ba | ba+V pa
la | la+V lla
e | e+V
re | re+V rre rde
le | le+V lle
i | i+V :e
ti | ti+V tti :te
ri | ri+V rri :re
li | li+V lli :le
o | o+V
u | u+V :e
du | du+V tu
ru | ru+V rru
lu | lu+V llu
y | y+V
da | da+V ja+G du
ne | ne ne+G net se+G st seid si sid ste+P
sed | sed st seid si sid ste+P
lane lased | lane lase+G last lasi laste+P
b | b+C v+W +W
id | id+C ide+P ite+P eid
ad ed ud | ad+C ade+P ed+C ede+P ete+P ud+C ude+P
gid | gid+C gide+P kide+P ke ki
did | did+C dide+P tide+P te ti
d | d+C +W
f | f+C
g | g+C +W
h | h+C
j | j+C
k | k+C g+W
nik | nik nik+C nikke
sk | sk+C s+W
l | l+C lte+P
m | m+C
n | n+C
p | p+C b+W
r | r+C rte+P
s | s+C +W ks+W
t | t+C d+W te
v | v+C
w | w+C
x | x+C
z | z+C
c | c+C
kk | kk+C k+W
pp | pp+C p+W
tt | tt+C t+W
ss | ss+C s+W
nd | nd+C nn+W
ld | ld+C ll+W
rd | rd+C rr+W
mb | mb+C mm+W
ht | ht+C h+W
el | el+C li+V la+V
er | er+C ri+V ra+V
us | us+C tu+G uste+P
as | as+C :a+G
is | is+C :i+G iste+P
es | es+C :e+G
: ri | ri re+V rd
: li | li le+V lt
: mi | mi me+V
: ki | ki ki+V ke+V
: si | si se+V e+G
`,
		groups: `
-meri mere meres merest merre meresse merel merele merelt merega merd mered merede
-jogi joe joes joest jokke joesse joel joele joelt joega joge joed jogede
-magi mae maes maest maesse mael maele maelt maega mage maed magede
-kohus kohtu kohtus kohtust kohtusse kohtul kohtule kohtult kohut kohtud kohtute kohtuid kohtuga kohtuna kohtuks kohtuni kohtuta
kiri kirja kirjas kirjast kirjaga kirjale kirjad kirjade kirju kirjades
vesi vee vees veest vette veele vett veed vete veega veel
uus uue uued uute uut uusi uues uuest uuele uuel uusima
jalg jala jalal jalale jalad jalgade jalgu jalga
hind hinna hinnad hindade hindu hinda hinnaga hinnas
lind linnu lindu linnud lindude linde
laps lapse lapses lapsest lapsele lapsega lapsed last laste lapsi lastele lastest lastel lastega lapsena
-keel keele keeles keelest keelde keelesse keelel keelele keelega keelt keeled keelte keeli keeltes
-vagi vae vaes vaest vakke vaesse vael vaele vaelt vaega vage vaed vagede vagesid
-kasi kae kaes kaest katte kael kaele kaelt kaega katt kaed
-laht lahe lahes lahest lahesse lahte lahel lahele lahelt lahega lahed lahtede
-org oru orus orust orgu orusse orul orule orult oruga orud
-mees mehe mehes mehest mehesse mehel mehele mehelt mehega meest mehed meeste mehi meestele meestega
-aeg aja ajas ajast ajal ajale ajalt ajaga aega ajad aegade
riia riias riiast riiga riiasse riiale riial riialt riiaga riiat
`,
	}),
	clues: `ja on ei et see oma mis ka kui ning aga oli olid kes selle seda need pole eesti tema nende voi nii juba veel aasta mille
	ule alla peale parast enne vastu koos ilma ees kohal jaoks kuid sest siis nad me te mina ta teda talle neid meie teie kus miks kuidas uus uue uued uusi suur rohkem vaid ainult eest poolt
	president peaminister minister valitsus riigikogu sojavagi sojaline soda venemaa vene ukraina soome euroopa liidu riigi kaitse rakettidega droonid plahvatus piir piiri relvi aastal aastat inimest hukkus
	utles raakis kohtus rundas hoiatab hoiatas kulastas kiitis heaks tagasi astus sulgeb suurendab kaitseb korraldab kuulutas valja tuhistas vajame teatas alustas jatkab linnapea
	ehitab piirile hind tousis touseb voitis kaotas moisteti oigeks metsas pagulased kutsus rahule liitumist blokeerib raha maksud kohus prokuratuur politsei vahistas linna linnas
	vallas valla maakond kool koolis haigla arstid lapsed naised mehed pere elanikud elanike inimesed vahem suurem vaiksem esimene teine kolmas viimane tana nadalal kuul aastane
	protsenti miljonit eurot tuhat poliitik erakond valimised valimistel haali kandidaat toetab toetus nouab kritiseerib luges kirjutab kirjutas selgus selgub saab saavad tuleb
	tulevad laheb lahevad peab peavad voib voivad hakkab hakkavad lopetab lopetas otsustas otsus seadus seaduse eelnou komisjon amet ameti juht juhatuse ettevote ettevotte
	elanikke elanikele seadused seadust pangad pankades laevad laeva laevade lennukid sodurid sodurit riigid riikide tuumarelv tuumarelvi jaanuaris jaanuarist veebruaris aprillis juunis juulis augustis septembris oktoobris novembris detsembris tuuakse viiakse saadetakse antakse kontrollitakse muudetakse avatakse suletakse evakueeritakse valitakse arutatakse startisid saabusid lahkusid sisenesid kasvab kasvavad muutub muutuvad puudub puudus keeldus nouavad harjutas harjutavad saatis saadab`,
	letters: "üöäõ",
	small:   `ah ei ju ja ka ta te ma me on no sa se oh`,
	three: `
aeg aga aja ara arp arv ega iga ise jah jne kui kus lae loe loo mis mul nad nii ole oli oma osa rea saa sed sum tee too uhe uht uks ule uue uus uut
vea voi`,
	acronyms: `EES KAS`,
	shouted:  `kuu maa riik keel tuul mets laev jogi mees oja`,
}

/*
Test words of Estonian:

Eesti | Eestis Eestisse Eestist Eestile Eestil Eestilt Eestiga Eestit Eestini Eestita Eestina Eestiks | eestlane eestlased eestlaste eestipärane Eestimaa eesel
Soome | Soomes Soomest Soomele Soomel Soomega Soomet | soomlane soomlased soomlaste soomus
Läti | Lätis Lätist Lätile Lätil Lätiga Lätit Lätti Lätisse | lätlane lätlased lätlaste latt läte
Leedu | Leedus Leedust Leedule Leeduga Leedut Leetu Leedusse | leedulane leedulased leek
Venemaa | Venemaal Venemaale Venemaalt Venemaad Venemaaga Venemaani | venelane venelased vene venemeelne
Rootsi | Rootsis Rootsist Rootsile Rootsiga Rootsit Rootsisse | rootslane rootslased rootsik
Saksamaa | Saksamaal Saksamaale Saksamaalt Saksamaad Saksamaaga | sakslane sakslased saksa
Poola | Poolas Poolast Poolale Poolaga Poolat Poolasse | poolakas poolakad pool poole poolt
Ukraina | Ukrainas Ukrainast Ukrainale Ukrainaga Ukrainat Ukrainasse | ukrainlane ukrainlased ukrainlaste
Hiina | Hiinas Hiinast Hiinale Hiinaga Hiinat Hiinasse | hiinlane hiinlased hiigel
Norra | Norras Norrast Norrale Norraga Norrat Norrasse | norralane norralased norr
Prantsusmaa | Prantsusmaal Prantsusmaale Prantsusmaalt Prantsusmaad | prantslane prantsuse
Euroopa | Euroopas Euroopast Euroopale Euroopaga Euroopat Euroopasse | eurooplane eurooplased euro
Liit | Liidu Liidus Liidust Liidule Liiduga Liitu | liitlane liitlased liige
# Towns and waters.
Tallinn | Tallinna Tallinnas Tallinnast Tallinnasse Tallinnale Tallinnaga | tallinlane tallinlased talle
Tartu | Tartus Tartust Tartusse Tartule Tartuga Tartut | tartlane tartlased tarkus
Narva | Narvas Narvast Narvale Narvaga Narvat Narvasse | narvalane narvalased narr
Tapa | Tapal Tapale Tapalt Tapaga Tapat | tapeet tapper
Pärnu | Pärnus Pärnust Pärnusse Pärnule Pärnuga Pärnut | pärnulane pärnakas pärn
Kuressaare | Kuressaares Kuressaarest Kuressaarde Kuressaarele Kuressaarega | kuressaarlane
Viljandi | Viljandis Viljandist Viljandisse Viljandile Viljandit | viljandlane viljandlased vili
Rakvere | Rakveres Rakverest Rakveresse Rakverele Rakveret | rakverelane rakverlane
Võru | Võrus Võrust Võrusse Võrule Võrru | võrulane võrk
Valga | Valgas Valgast Valgasse Valgale Valka | valgamaa valge valgus
Moskva | Moskvas Moskvast Moskvasse Moskvale Moskvaga Moskvat | moskvalane moskvalased
Riia | Riias Riiast Riiga Riiale | riialane riik riikide
Vilnius | Vilniuse Vilniuses Vilniusest Vilniusesse Vilniusele | vilnialane
Kiiev | Kiievi Kiievis Kiievist Kiievisse Kiievile | kiievlane kiik
Helsingi | Helsingis Helsingist Helsingisse Helsingile | helsinglane helsinglased
Brüssel | Brüsseli Brüsselis Brüsselist Brüsselisse Brüsselile | brüssellane
London | Londoni Londonis Londonist Londonisse Londonile | londonlane
Pariis | Pariisi Pariisis Pariisist Pariisile | pariislane
Washington | Washingtoni Washingtonis Washingtonist Washingtonile | washingtonlane
Läänemeri | Läänemere Läänemerel Läänemerele Läänemerd | läänlane meri
Emajõgi | Emajõe Emajõel Emajõkke Emajõge | ema emajuur
Peipsi | Peipsil Peipsile Peipsit | peipsiäärne
Hiiumaa | Hiiumaal Hiiumaale Hiiumaalt Hiiumaad | hiidlane hiidlased
Kreml | Kremli Kremlis Kremlist Kremlile Kremliga | kreem
# People.
Kallas | Kallase Kallasele Kallasel Kallasega Kallast Kallaselt | kallus kalle
Ratas | Ratase Ratasele Ratasega Ratast | ratsa
Karis | Karise Karisele Karisega Karist | kari karistus
Pevkur | Pevkuri Pevkurile Pevkuriga Pevkurit | pesu
Michal | Michali Michalile Michaliga Michalit | michel
Helme | Helmele Helmega Helmet | helmeke
Reps | Repsi Repsile Repsiga | repliik
Ilves | Ilvese Ilvesele Ilvesega Ilvest | ilvesnahk
Ansip | Ansipi Ansipile Ansipiga Ansipit | ansambel
Kaljulaid | Kaljulaidi Kaljulaidile Kaljulaidiga | kaljulaiune kalju
Paet | Paeti Paetile Paetiga Paetit | paelus
Herem | Heremi Heremile Heremiga Heremit | here
Tamm | Tamme Tammele Tammega | tammik
Mägi | Mäe Mäele Mäge Mäega | mägine mägismaa
Rüütel | Rüütli Rüütlile Rüütliga Rüütlit | rüü
Mikser | Mikseri Mikserile Mikseriga Mikserit | miks
Savisaar | Savisaare Savisaarele Savisaarega | savi saarlane
Putin | Putini Putinile Putiniga Putinit Putinilt | putinlik putinism
Trump | Trumpi Trumpile Trumpiga Trumpilt | trummar
Zelenskõi | Zelenskõile Zelenskõiga Zelenskõid Zelenskõilt |
Biden | Bideni Bidenile Bideniga Bidenit | bidee
Macron | Macroni Macronile Macroniga Macronit | makro
Tusk | Tuski Tuskile Tuskiga | tuus
Merkel | Merkeli Merkelile Merkeliga Merkelit | merk
Stoltenberg | Stoltenbergi Stoltenbergile Stoltenbergiga | stoltlane
Obama | Obamale Obamaga Obamat | obadus
# Organisations and things.
Riigikogu | Riigikogus Riigikogust Riigikogule Riigikogu Riigikogusse | riigikaitse riigikogulane riik
Kaitsevägi | Kaitseväe Kaitseväes Kaitseväele Kaitseväge Kaitseväest Kaitseväega | kaitsevaldkond kaitse
Kaitseliit | Kaitseliidu Kaitseliidus Kaitseliidule Kaitseliitu | kaitseliitlane kaitse
Keskerakond | Keskerakonna Keskerakonnas Keskerakonnale Keskerakonda Keskerakonnaga | keskerakondlane kesk
Reformierakond | Reformierakonna Reformierakonnas Reformierakonnale Reformierakonda | reformierakondlane reform
ministeerium | ministeeriumi ministeeriumis ministeeriumile ministeeriumid ministeeriumide | minister ministri
minister | ministri ministrile ministriga ministrit ministrid ministrite | ministeerium ministeeriumi
Postimees | Postimehe Postimehele Postimehes Postimeest | postimajandus post
Päevaleht | Päevalehe Päevalehes Päevalehele Päevalehte | päevalill päev
Riigikohus | Riigikohtu Riigikohtus Riigikohtule Riigikohtusse | riigikohtunik riik
Vabariik | Vabariigi Vabariigis Vabariigile Vabariiki | vabariiklane vaba
Komisjon | Komisjoni Komisjonis Komisjonile Komisjoniga | komisjonär
Brexit | Brexiti Brexitile Brexitiga Brexitit | brexitlane
valitsus | valitsuse valitsusele valitsuses valitsust valitsused valitsuste | valitsema valitseja
sõjavägi | sõjaväe sõjaväge sõjaväele | sõda sõjaline
rakett | raketi raketid raketti rakettide rakettidega | raketiheitja
tank | tanki tankid tanke tankide tankidega | tankla
kindral | kindrali kindralile kindralid kindralite | kindralleitnant
president | presidendi presidendile presidenti presidendid presidentide | presidentuur
# More names of the field, of people and places abroad, and words that change inside.
May | Mayd Mayle Mayga | mai maiks
Juncker | Junckeri Junckerile Junckeriga |
Johnson | Johnsoni Johnsonile Johnsoniga Johnsonit |
Corbyn | Corbyni Corbynile |
Farage | |
Sarkozy | Sarkozy Sarkozyle Sarkozyga |
Lavrov | Lavrovi Lavrovile Lavroviga |
Nausėda | Nausėdale Nausėdaga |
Duda | Dudale Dudaga Dudat |
Orbán | Orbáni Orbánile Orbániga |
Erdoğan | Erdoğani Erdoğanile Erdoğaniga |
Scholz | Scholzi Scholziga Scholzile Scholzit |
Navalnõi | Navalnõile Navalnõiga Navalnõid |
Lukašenka | Lukašenkale Lukašenkaga Lukašenkat |
Michel | Micheli Michelile Micheliga |
Leyen | Leyeni Leyenile Leyeniga |
Bush | Bushi Bushile Bushiga |
Clinton | Clintoni Clintonile |
Simson | Simsoni Simsonile Simsoniga |
Laanet | Laaneti Laanetile Laanetiga | laane
Seeder | Seederi Seederile Seederiga |
Kelam | Kelami Kelamile |
Madison | Madisoni Madisonile |
Terras | Terrase Terrasele Terrasega | terrass
Toom | Toomi Toomile Toomiga | tool
Kross | Krossi Krossile Krossiga | krossijooks
Repinski | Repinskile Repinskiga |
Sikkut | Sikkuti Sikkutile |
Vaher | Vaheri Vaherile | vahe vahel vahetus
Aab | Aabi Aabile Aabiga | aabits
Lauri | Laurile Lauriga | laur
Läänemets | Läänemetsa Läänemetsale Läänemetsaga |
Tsahkna | Tsahknale Tsahknaga Tsahknat |
Pere | Perele |
Kiik | Kiige Kiigele Kiik |
Tänak | Tänaku Tänakule Tänakuga Tänakut | täna tänav
Kanepi | Kanepile Kanepit | kanep
Austria | Austrias Austriast Austriale Austriasse | austerlane Austraalia
Austraalia | Austraalias Austraaliast Austraaliasse | Austria austraallane
Belgia | Belgias Belgiast Belgiasse Belgiale | belglane
Itaalia | Itaalias Itaaliast Itaaliasse Itaaliale | itaallane
Hispaania | Hispaanias Hispaaniast Hispaaniasse | hispaanlane
Iisrael | Iisraeli Iisraelis Iisraelist Iisraelile | iisraellane
Iraan | Iraani Iraanis Iraanile | Iraak Iraagi iraanlane
Iraak | Iraagi Iraagis Iraaki Iraagist | Iraan Iraani iraaklane
Süüria | Süürias Süüriast Süüriasse | süürlane süü
Türgi | Türgis Türgist Türgile Türgisse | türklane
Jaapan | Jaapani Jaapanis Jaapanisse Jaapanile | jaapanlane
Taani | Taanis Taanist Taanisse Taanile | taanlane taandub
Holland | Hollandi Hollandis Hollandist Hollandisse | hollandlane
Valgevene | Valgevenes Valgevenest Valgevenesse Valgevenele Valgevenega | valgevenelane
Gruusia | Gruusias Gruusiast Gruusiasse | grusiin
Moldova | Moldovas Moldovast Moldovasse Moldovat | moldovlane
Kasahstan | Kasahstani Kasahstanis Kasahstanist | kasahh
Afganistan | Afganistani Afganistanis Afganistanist Afganistanisse | afgaan
Inglismaa | Inglismaal Inglismaale Inglismaalt Inglismaad | inglane inglise
Suurbritannia | Suurbritannias Suurbritanniast Suurbritanniasse | britt
Šveits | Šveitsi Šveitsis Šveitsist | šveitslane
Tšehhi | Tšehhis Tšehhist Tšehhisse Tšehhit | tšehh
Ungari | Ungaris Ungarist Ungarisse Ungarit | ungarlane
Kreeka | Kreekas Kreekast Kreekasse | kreeklane
Krimm | Krimmi Krimmis Krimmist Krimmile |
Donbass | Donbassi Donbassis Donbassist |
Harkiv | Harkivi Harkivis Harkivist Harkivisse |
Odessa | Odessas Odessast Odessasse |
Peterburi | Peterburis Peterburist Peterburisse | peterburlane
Pihkva | Pihkvas Pihkvast Pihkvasse |
Berliin | Berliini Berliinis Berliinist Berliinile | berliinlane
Varssavi | Varssavis Varssavist Varssavisse |
Stockholm | Stockholmi Stockholmis Stockholmist |
Oslo | Oslos Oslost Oslosse |
Rooma | Roomas Roomast Rooma Roomasse | roomlane roomaja
Praha | Prahas Prahast Prahasse |
Haag | Haagi Haagis Haagist |
Genf | Genfi Genfis Genfist |
Keila | Keilas Keilast Keilasse |
Jõhvi | Jõhvis Jõhvist Jõhvisse | jõhv
Sillamäe | Sillamäel Sillamäele Sillamäelt |
Haapsalu | Haapsalus Haapsalust Haapsallu Haapsalusse |
Paide | Paides Paidest Paidesse | paik
Põltsamaa | Põltsamaal Põltsamaale |
Saaremaa | Saaremaal Saaremaale Saaremaalt Saaremaad | saarlane
Lasnamäe | Lasnamäel Lasnamäele Lasnamäelt |
Harjumaa | Harjumaal Harjumaale Harjumaalt | harjumus
Virumaa | Virumaal Virumaale Virumaalt | virulane
Ämari | Ämaris Ämarist Ämarisse | ämm
Paldiski | Paldiskis Paldiskist Paldiskisse |
Rail | Raili Railis | raiskama
Riigikantselei | Riigikantseleis Riigikantseleile Riigikantseleid |
Kaitseministeerium | Kaitseministeeriumi Kaitseministeeriumis Kaitseministeeriumile |
Välisministeerium | Välisministeeriumi Välisministeeriumile |
Isamaa | Isamaas Isamaast Isamaale Isamaad Isamaaga | isa
EKRE | EKREs EKREst EKREle EKREga |
Swedbank | Swedbanki Swedbankis Swedbankile |
Danske | Danskes Danskest Danskele |
Elering | Eleringi Eleringile Eleringiga |
Estonia | Estonial Estoniale Estoniat |
Gazprom | Gazpromi Gazpromile Gazpromiga |
Politsei | Politseid Politseil |
kaitseminister | kaitseministri kaitseministrile kaitseministriga kaitseministrid |
välisminister | välisministri välisministrile välisministrid |
peaminister | peaministri peaministrile peaministriga peaministrid |
sõda | sõja sõjas sõjast sõjaks sõjad sõdu sõdade | sõdur sõduri
sõdur | sõduri sõdurid sõdurite sõdureid sõduritele | sõda sõja
vägi | väe väes väele väed vägede vägesid | väga
pank | panga pangas pangast panka pangad pankade panku | pan
riik | riigi riigis riigist riiki riigid riikide riike riikides riigile | riigikogu rikas
linn | linna linnas linnast linnad linnade linnu | lind
leht | lehe lehes lehest lehte lehed lehtede lehti |
kool | kooli koolis koolid koolide koole |
keel | keele keeles keelt keeled keelte keeli |
mees | mehe mehed meest meeste mehi mehele |
naine | naise naised naist naiste naisi |
laps | lapse lapsed last laste lapsi lastele |
tervis | tervise terviseks tervist |
õppus | õppuse õppusel õppused õppuste õppusi õppust | õppima
piir | piiri piiril piirid piiride piire | piirkond
president | presidendi presidendile presidendiga presidendid |
droon | drooni droonid droonide droone droonidega |
valimised | valimiste valimisi valimistel valimistest | valima
inimene | inimese inimesed inimest inimeste inimesi |
venelane | venelase venelased venelaste venelasi venelastele | Venemaa vene
ukrainlane | ukrainlase ukrainlased ukrainlaste ukrainlasi | Ukraina
haigla | haigla haiglas haiglast haiglasse haiglate | haige
politsei | politseid politseile politseiga | politseinik
ametnik | ametniku ametnikud ametnike ametnikke ametnikule | amet ameti
kodanik | kodaniku kodanikud kodanike kodanikke | kodu
hääl | hääle häält hääled häälte hääli häältega | haavel
kiri | kirja kirjas kirjast kirjad kirjade kirju | kirik
vesi | vee vett vette vees veest | vesine
hind | hinna hinnad hinda hindade hindu | hindama
rünnak | rünnaku rünnakut rünnakud rünnakute rünnakuid rünnakule | ründama
leping | lepingu lepingut lepingud lepingute lepinguid lepingule | leppima
erakond | erakonna erakonda erakonnad erakondade erakondi | era
laev | laeva laevad laevade laevu laeval laevale | laevastik
lennuk | lennuki lennukid lennukite lennukeid lennukiga | lennuvägi
pomm | pommi pommid pommide pomme pommiga | pommitama
relv | relva relvad relvade relvi relvaga | relvastus
tee | tee teel teele teed teede | teek
töö | tööd tööl tööle tööga tööde | töötaja
kohus | kohtu kohtus kohtusse kohtule kohut kohtud | kohtunik
tütarlaps | tütarlapse tütarlapsed | tütar
*/
