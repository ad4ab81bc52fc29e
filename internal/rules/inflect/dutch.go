package inflect

import "watcher/internal/rules/words"

// Dutch: s for names; nouns and adjectives with the letters that change when a
// syllable opens or closes (staat, staten; raket, raketten; brief, brieven).
var dutch = language{
	code: "nl", script: words.LatinScript,
	family: "western",
	forms: build(paradigms{
		lines: `
- | - s
: - | - s en e
: b | b bs ben be bben bbe
: d | d ds den de dden dde
: f | f fs fen fe ffen ffe ven ve
: g | g gs gen ge ggen gge
: k | k ks ken ke kken kke
: l | l ls len le llen lle
: m | m ms men me mmen mme
: n | n ns nen ne nnen nne
: p | p ps pen pe ppen ppe
: r | r rs ren re rren rre
: s | s sen se ssen sse zen ze
: t | t ts ten te tten tte
: aab | aab aabs aben abe
: aad | aad aads aden ade
: aaf | aaf aafs afen afe aven ave
: aag | aag aags agen age
: aak | aak aaks aken ake
: aal | aal aals alen ale
: aam | aam aams amen ame
: aan | aan aans anen ane
: aap | aap aaps apen ape
: aar | aar aars aren are
: aas | aas aass asen ase azen aze
: aat | aat aats aten ate
: eeb | eeb eebs eben ebe
: eed | eed eeds eden ede
: eef | eef eefs efen efe even eve
: eeg | eeg eegs egen ege
: eek | eek eeks eken eke
: eel | eel eels elen ele
: eem | eem eems emen eme
: een | een eens enen ene
: eep | eep eeps epen epe
: eer | eer eers eren ere
: ees | ees eess esen ese ezen eze
: eet | eet eets eten ete
: oob | oob oobs oben obe
: ood | ood oods oden ode
: oof | oof oofs ofen ofe oven ove
: oog | oog oogs ogen oge
: ook | ook ooks oken oke
: ool | ool ools olen ole
: oom | oom ooms omen ome
: oon | oon oons onen one
: oop | oop oops open ope
: oor | oor oors oren ore
: oos | oos ooss osen ose ozen oze
: oot | oot oots oten ote
: uub | uub uubs uben ube
: uud | uud uuds uden ude
: uuf | uuf uufs ufen ufe uven uve
: uug | uug uugs ugen uge
: uuk | uuk uuks uken uke
: uul | uul uuls ulen ule
: uum | uum uums umen ume
: uun | uun uuns unen une
: uup | uup uups upen upe
: uur | uur uurs uren ure
: uus | uus uuss usen use uzen uze
: uut | uut uuts uten ute
: e | e en es
: er el | er ers eren ere el els elen ele
: aar | aar aars aren are
: ie | ie ies ieen ien
: ee | ee ees eeen
: heid | heid heden heids
: um | um ums a
: us | us ussen i
: man | man mannen mans lieden lui
: eur | eur eurs euren
: lid | lid leden lids
: schip | schip schepen schips
: stad | stad steden stads
: a o i y u | a as o os i is y ys u us
: heden | heid heden
: tten kken ppen ssen | tten t tte kken k kke ppen p ppe ssen s sse
: ingen | ingen ing ings
: aten | aten aat at ate
: eten oten | eten eet et ete oten oot ot ote
: ers | ers er ere
`,
		groups: `
stad steden stads
boot boten boots
zaak zaken zaaks
taal talen taals
raad raden raads
jaar jaren jaars
naam namen naams
raam ramen raams
baan banen
deel delen deels
been benen
zoon zonen zoons
noot noten
rood rode
dood dode doden doods
zee zeeën zeeen
schip schepen schips
lid leden lids
kind kinderen kinds
lied liederen lieds
blad bladen bladeren
volk volken volkeren volks
koe koeien
ei eieren
man mannen mans
weg wegen wegs
bom bommen
goed goede goeds
staatshoofd staatshoofden
`,
		closed: `
de het een van in op aan met voor door bij naar uit over tegen tussen na om en of dat die dit deze als er hij zij ze we wij ik je jij hun zijn haar is was waren wordt werd worden hebben heeft had kan kunnen zal zou moet niet geen ook nog maar
meer mee te tot toe onder wie wat waar hoe al alle alles ander andere
`,
	}),
	clues: `de het een van en dat niet zijn op te voor met aan ook als bij door naar wordt in is die hij ze maar om uit over tegen tussen na nieuwe nieuw jaar geen heeft hebben werd worden kan zal moet wil tot nog wel meer hun haar wie wat waar hoe volgens onder
	oorlog regering president minister premier aanval aanvallen valt ontmoet leger troepen rusland oekraïne russische rus russen oekraïense duitsland duitse frankrijk franse nederland nederlandse belgië belgische europese unie kabinet kamer
	akkoord top verkiezingen stemt stem kiezers parlement wet rechter politie aangehouden opgepakt doden gewonden raketten drones hulp grens veiligheid defensie kabinet miljard miljoen euro week vandaag gisteren morgen
	kondigt eist wijst waarschuwt beschuldigt ontkent bezoekt dreigt veroordeelt onderhandelingen wapenstilstand sancties heffingen olie prijzen onderzoek schip schepen haven vluchten vliegtuig dagen maanden mensen zegt vraagt`,
	small: `u al de en er ge he ik in is ja je me na nu of om on op te to we ze zo`,
	three: `
aan ben bij dan dat der die dit dus een had heb hem het hij hoe hun kan kon met mij nog ons ook tot uit van was wat wie wil zal zij zou`,
	acronyms: `ALS IS MAN`,
	counted:  `procent miljoen miljard dagen jaar`,
}

/*
Test words of Dutch:

Nederland | Nederlands | Nederlander Nederlanders
Rusland | Ruslands | Rus Russen Russisch
Oekraïne | Oekraïnes | Oekraïner Oekraïens
Duitsland | Duitslands | Duitser Duits
Frankrijk | Frankrijks | Frans Fransen
Brussel | Brussels | Brusselaar
Moskou | Moskous | Moskoviet
Putin | Putins | putten
Polen | Polens | Pool Pools
Rutte | Ruttes | rustte
raket | raketten rakets | rakelen
raketten | raket | rakelen
staat | staten staats | stad
brief | brieven | brevet
huis | huizen | huiselijk
grens | grenzen | grensoverschrijdend
tank | tanks tanken | tanker
soldaat | soldaten soldaats | soldij
drone | drones dronen | dronken
minister | ministers ministeren | ministerie ministeries
ministerie | ministeries | minister ministers
president | presidenten presidents | presidentschap
regering | regeringen regerings | regeren regeert
verkiezing | verkiezingen | verkiezen
verkiezingen | verkiezing | verkiezer
oorlog | oorlogen oorlogs | oorlogvoering
wapen | wapens wapenen | wapenstilstand
schip | schepen | schipper
oorlogsschip | oorlogsschepen | oorlog
fregat | fregatten | fregel
vliegtuig | vliegtuigen vliegtuigs | vliegen
stad | steden | staat
hoofdstad | hoofdsteden | hoofd
lid | leden | lied
bondgenoot | bondgenoten | bondig
partij | partijen partijs | partijdig
aanval | aanvallen aanvals | aanvaller
bom | bommen | boom
boot | boten boots | bot
sanctie | sancties | sanctioneren
overheid | overheden | overheersen
onderzeeër | onderzeeërs | onderzoek
Russisch | Russische | Rusland Russen
Nederlands | Nederlandse | Nederlander
groot | grote | groter
nieuw | nieuwe | nieuwkomer
zee | zeeën | zeer
*/
