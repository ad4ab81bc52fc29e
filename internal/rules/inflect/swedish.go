package inflect

import "watcher/internal/rules/words"

// Swedish: s for names; nouns of five declensions with what is the article in other
// languages behind them. Umlauts of the plural are folded away with the accents
// (land, länder).
var swedish = language{
	code: "sv", script: words.LatinScript,
	family: "nordic",
	forms: build(paradigms{
		sets: map[string]string{
			"N": "- s t n ns +D",
			"D": "e es a as en ens et ets ar ars arna arnas er ers erna ernas",
		},
		lines: `
- | - s
: - | +N
: a | a as an ans at ats att on ons onen or ors orna ornas er ers erna ernas
: e | e es n ns na nas ena enas eer eers eerna een eens +D
: are | are ares aren arens arna arnas arn arns
: el | el+N l+D
: kel | kel+N kl+D
: mmel mmal | mmel+N ml+D mmal+N mal+D
: er | er+N erna ernas r+D
: mmer mmar | mmer+N mr+D mmar+N mr+D
: en | en+N n+D et ets
: nen | nen+N n+D
: m | m+N mm+D
: n | n+N nn+D
: um | um+N et ets er ers erna ernas a
: d | d+N tt
: ad | ad+N at ats
: t | t+N tt
: y i | y+N ytt i+N itt
: o | o+N ott
: bok | bok+N bock+D
: fot rot | fot+N fott+D rot+N rott+D
: ingar | ing+N
: ioner | ion+N
: ater | at+N
: anter | ant+N
: enter | ent+N
: etter | ett+N
: oner | on+N
: iler | il+N
: otar | ot+N
`,
		groups: `
bok boks boken bokens böcker böckers böckerna böckernas
fot fots foten fotens fötter fötters fötterna
rot rots roten rotens rötter rötters rötterna
bror brors brodern broderns broder bröder bröders bröderna brödernas
far fars fadern faderns fader fäder fäders fäderna
mor mors modern moderns moder mödrar mödrars mödrarna
liten litet lilla små
annan annat andra
gammal gammalt gamla
man mans mannen mannens män mäns männen männens
öga ögas ögat ögats ögon ögonen ögons
öra öras örat öron öronen
min mitt mina
din ditt dina
sin sitt sina
`,
		closed: `
den det de där dem dess deras denna detta dessa här hon han hans hos vad vem var varje som att en ett och eller över under efter före för från mot med men min mitt mina din ditt dina sin sitt sina
vår vårt våra jag du vi i på av till ut upp in om när nu då så är har blir blev kan ska vill må annan annat andra någon något några alla allt allra mer mera mest många mycket inte icke samma
vid mellan utan
`,
	}),
	clues: `och att det som en på av till med har inte om ett den var sig vid i är de han hon man efter mot över ny nya nytt nu säger ut upp också blir bli kan ska vill vad var varför när eller men jag vi från för under utan mellan
	regeringen regering kriget krig ministern minister statsminister statsministern presidenten president utrikesminister utrikesministern anfaller anfall angriper höjer presenterar skickar varnar avvisar kräver möter möts dödade död döda skadade
	riksdagen sverige svensk svenska svenskar tyskland tysk tyska ryssland rysk ryska ryssar ukraina ukrainsk ukrainska norge danmark finland storbritannien frankrike europeisk europeiska gotland
	försvaret försvar försvarsminister försvarsmakten soldater vapen vapenvila robotar raketer drönare val valet väljare avtal avtalet toppmöte sanktioner stöd miljarder kronor år dagar vecka veckor
	gränsen gräns säkerhet polisen polis gripen gripna misstänkt misstänks åtalas döms domstol armén flyktingar tillbaka igen medan första några fler mer minst många hjälp ber nytt
	tullar olja priser handel utreder uppmanar anklagar hotar fördömer förhandlingar fred sjökabel kabel fartyg hamn flygplats explosion avgår utreds väntas`,
	letters: "äö",
	small:   `å i af av då de du ej en er få gå ju nu ni om på se så ta ut vi är ål`,
	three: `
ars bli bor bra dag dar den det dig dit dom ens era ers ert ett far fem fin for gar ger god gor han har hem hit hog hon hos jag kan kom kon lag lat
liv lon med mej mig mot nan nar nat ned nej ner nio nog nya och oss rad ser sex sig sin sju ska sma som syn tar tid tio tog tre tva upp ute vad vag
val var vem`,
	acronyms: `ATT DEL DEM DIN FAST HUR MAN MIN PA STAR START UNGA VA VI VID`,
	counted:  `dagar procent år miljarder miljoner kronor`,
}

/*
Test words of Swedish:

syrier | syrierna syriernas syriern syriers | syrisk Syrien
Sverige | Sveriges | svensk svenska svenskar
Ryssland | Rysslands | ryss rysk ryska
Ukraina | Ukrainas | ukrainare ukrainsk ukrainska
Norge | Norges | norsk norrman
Finland | Finlands | finsk finländare
Tyskland | Tysklands | tysk tyskar
Polen | Polens | polsk polack
Kina | Kinas | kines kinesisk
Stockholm | Stockholms | stockholmare
Göteborg | Göteborgs | göteborgare
Moskva | Moskvas | moskovit
Gotland | Gotlands | gotlänning
Kristersson | Kristerssons | Krister
Putin | Putins | puttar
Riksdagen | Riksdagens | dagar
regering | regeringen regeringens regeringar regeringarna | regera regerar
minister | ministern ministerns ministrar ministrarna | ministerium
ministerium | ministeriet ministerier ministerierna | minister
departement | departementet departementen departementets | depå
president | presidenten presidentens presidenter presidenterna | presidium
soldat | soldaten soldater soldaterna soldaters | soldatesk
krig | kriget krigets krigen | krigare krigisk
vapen | vapnet vapnen vapnets | beväpnad
robot | roboten robotar robotarna | rob
drönare | drönaren drönarna drönarens | dröna
stridsvagn | stridsvagnen stridsvagnar stridsvagnarna | strid
fartyg | fartyget fartygen fartygets | farkost
ubåt | ubåten ubåtar ubåtarna | båt
gräns | gränsen gränser gränserna | gränslös
attack | attacken attacker attackerna | attackera
avtal | avtalet avtalen avtals | avtalad
artikel | artikeln artiklar artiklarna | artig
val | valet valen valets | väljare
lärare | läraren lärarna lärarens | lär lära
möte | mötet möten mötena mötets | mötte
land | landet länder länderna landets | landning
stad | staden städer städerna stadens | stadig
hand | handen händer händerna | handel handla
natt | natten nätter nätterna | natur
bok | boken böcker böckerna | bokstav
man | mannen män männen | manlig
armé | armén arméns arméer arméerna | arm
senator | senatorn senatorer senatorerna | senat
program | programmet programmen programmets | programmera
svensk | svenska svenskt svenskar svensken svenskarna | Sverige svenskhet
europeisk | europeiska europeiskt | Europa europé
röd | röda rött | rödna
väpnad | väpnade väpnat | vapen
öppen | öppet öppna | öppning
vacker | vackra vackert | vacklar
sanktioner | sanktion sanktionen sanktionerna | sanktionera
förhandlingar | förhandling förhandlingen förhandlingarna | förhandla
*/
