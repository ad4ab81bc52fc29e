package inflect

import (
	"strings"
	"testing"
)

// joinPairs are words that a reader would call forms of one word.
const joinPairs = `
Baltic/Baltics brigade/brigades division/divisions army/armies country/countries city/cities navy/navies ally/allies enemy/enemies treaty/treaties
convoy/convoys day/days missile/missiles drone/drones tank/tanks strike/strikes force/forces troop/troops soldier/soldiers officer/officers base/bases
border/borders exercise/exercises summit/summits sanction/sanctions embargo/embargoes veto/vetoes hero/heroes cargo/cargoes torpedo/torpedoes photo/photos
video/videos bus/buses gas/gases virus/viruses crisis/crises thesis/theses analysis/analyses oasis/oases basis/bases axis/axes hypothesis/hypotheses
box/boxes tax/taxes fox/foxes church/churches branch/branches clash/clashes crash/crashes glass/glasses class/classes boss/bosses process/processes
princess/princesses quiz/quizzes man/men woman/women child/children foot/feet tooth/teeth mouse/mice knife/knives life/lives wife/wives leaf/leaves
half/halves wolf/wolves thief/thieves shelf/shelves spokesman/spokesmen policeman/policemen fisherman/fishermen congressman/congressmen airman/airmen
criterion/criteria phenomenon/phenomena memorandum/memoranda referendum/referenda index/indices person/people
attack/attacks attack/attacked attack/attacking attacked/attacking attacks/attacked deter/deters deter/deterred deter/deterring deploy/deploys
deploy/deployed deploy/deploying invade/invades invade/invaded invade/invading invaded/invading annex/annexes annex/annexed annex/annexing
bomb/bombs bomb/bombed bomb/bombing plan/plans plan/planned plan/planning planned/planning stop/stopped stop/stopping ban/banned ban/banning
kill/killed kill/killing arm/armed arm/arming launch/launches launch/launched launch/launching threaten/threatened threaten/threatening
carry/carries carry/carried carry/carrying deny/denies deny/denied deny/denying supply/supplies supply/supplied supply/supplying try/tries try/tried
die/dies die/died die/dying lie/lying tie/tying agree/agrees agree/agreed agree/agreeing flee/fled flee/fleeing free/freed free/freeing
refer/referred refer/referring control/controlled control/controlling travel/travelled travel/travelling travel/traveled permit/permitted
commit/committed commit/committing submit/submitted occur/occurred panic/panicked panic/panicking send/sends send/sent send/sending build/built
build/builds fight/fought fight/fighting strike/struck strike/striking lead/led say/said take/took take/taken give/gave give/given
write/wrote write/written withdraw/withdrew withdraw/withdrawn withdraw/withdrawing overthrow/overthrew overthrow/overthrown break/broke break/broken
begin/began begin/begun hold/held sell/sold buy/bought bring/brought seek/sought teach/taught catch/caught shoot/shooting fly/flew fly/flown
sink/sank sink/sunk steal/stolen freeze/froze freeze/frozen choose/chose hide/hidden ride/rode drive/driven speak/spoken shake/shook meet/met
win/won run/ran swim/swam understand/understood rebuild/rebuilt spend/spent lose/lost make/made keep/kept pay/paid
militia/militias agenda/agendas visa/visas camera/cameras panda/pandas Kurd/Kurds Serb/Serbs Russian/Russians American/Americans Israeli/Israelis
Iraqi/Iraqis Saudi/Saudis Pakistani/Pakistanis Houthi/Houthis taxi/taxis menu/menus guru/gurus Zulu/Zulus shoe/shoes toe/toes
force/forced force/forcing hope/hoped hope/hoping rate/rated rate/rating stare/staring care/caring use/used use/using ease/easing
change/changing exchange/exchanging challenge/challenging range/ranging bureau/bureaus Hindu/Hindus Thai/Thais hang/hanged
howitzer/howitzers battalion/battalions convoy/convoys corvette/corvettes frigate/frigates submarine/submarines cable/cables pipeline/pipelines
minefield/minefields ceasefire/ceasefires airstrike/airstrikes cyberattack/cyberattacks warplane/warplanes hostage/hostages refugee/refugees
ambassador/ambassadors envoy/envoys embassy/embassies ministry/ministries agency/agencies party/parties policy/policies strategy/strategies
election/elections vote/votes vote/voted vote/voting ballot/ballots coalition/coalitions parliament/parliaments senator/senators mayor/mayors
resign/resigns resign/resigned resign/resigning arrest/arrested arrest/arresting jail/jailed jail/jailing accuse/accused accuse/accusing
sabotage/sabotaged sabotage/sabotaging jam/jammed jam/jamming spy/spies spy/spied spy/spying veto/vetoed veto/vetoing embargo/embargoed
Leopard/Leopards Patriot/Patriots Pole/Poles Finn/Finns Swede/Swedes Dane/Danes Turk/Turks Estonian/Estonians Latvian/Latvians Lithuanian/Lithuanians
Kennedy/Kennedys Fed/Feds seize/seized seize/seizing change/changed judge/judging cease/ceased refugee/refugees committee/committees employee/employees
`

// apartPairs are words that look like forms of one word but are not, or that a reader takes
// for different words.
const apartPairs = `
new/news good/goods custom/customs mean/means content/contents politic/politics economic/economics arm/arms physic/physics
Hama/Hamas Texa/Texas Kansa/Kansas Lao/Laos Lago/Lagos Wale/Wales Rhode/Rhodes Mar/Mars Athen/Athens Pari/Paris Tuni/Tunis Cypru/Cyprus Honduras/Hondura
William/Williams Robert/Roberts Edward/Edwards Peter/Peters Andrew/Andrews Daniel/Daniels Richard/Richards Adam/Adams Evan/Evans Roger/Rogers
Steven/Stevens Sander/Sanders Marco/Marcos Carlo/Carlos Luca/Lucas Nicola/Nicolas Elia/Elias Jona/Jonas Han/Hans Santo/Santos Jacob/Jacobs
bas/bass mas/mass las/lass clas/class glas/glass pas/pass los/loss bos/boss mis/miss pres/press
bu/bus ga/gas thi/this hi/his wa/was ye/yes viru/virus statu/status campu/campus censu/census focu/focus minu/minus
crisi/crisis thesi/thesis basi/basis analysi/analysis chassi/chassis debri/debris tenni/tennis
even/evening morn/morning dure/during wed/wedding ceil/ceiling herr/herring k/king w/wing th/thing str/string spr/spring r/ring br/bring noth/nothing someth/something
Beij/Beijing Nanj/Nanjing vik/viking sterl/sterling darl/darling read/reading sib/sibling pud/pudding
se/seed nee/need fee/feed spee/speed gree/greed cree/creed stee/steed twee/tweed dee/deed wee/weed bree/breed see/seed exce/exceed proce/proceed succe/succeed
hundr/hundred sacr/sacred nak/naked wick/wicked rug/rugged hatr/hatred kindr/kindred be/bed sh/shed r/red she/shed
unit/united limit/limited past/pasted cloth/clothing cloth/clothed
hop/hoping hop/hoped rat/rating rat/rated star/staring star/stared bar/baring bar/bared car/caring car/cared plan/planed plan/planing win/wining win/wined
ban/baned mat/mating fat/fating hat/hating pin/pining tap/taping tub/tubing scar/scaring strip/striping bit/biting fir/firing tim/timing rob/robing cut/cuted
hate/hatter hope/hopping rate/ratting stare/starring plane/planning bare/barring wine/winning cane/canning tape/tapping robe/robbed
organ/organization organ/organic organ/organize Estonia/Estonian Poland/Polish Russia/Russian Israel/Israeli Iran/Iranian Iraq/Iraqi
nation/national nation/nationality nation/nationalist general/generally secure/security secure/securities police/policy police/policies universe/university
import/important depart/department govern/government parliament/parliamentary minister/ministry minister/ministerial president/presidential
bomb/bomber fight/fighter lead/leader attack/attacker defend/defender deter/deterrent deter/deterrence threat/threaten army/arm army/arms
war/ware war/warn war/warning care/car care/career busy/bus business/busy
port/portal port/porter ship/shipment ship/shipyard tank/tanker mine/miner mine/mineral miner/minor moral/morale human/humane
german/germen human/humen roman/romen shaman/shamen talisman/talismen
cloth/clothes wind/wine policy/polite corps/corpse desert/dessert principal/principle council/counsel affect/effect
sing/singed ring/ringed bring/bringed wing/win
Gates/gate Woods/wood Brooks/brook Wells/well Mills/mill Burns/burn Hawking/hawk Redding/red Fed/feed Fed/feeding Fielding/field Frances/France Chang/change
Chang/changed corp/corps will/willing lung/lunging suite/suited singe/singing Starr/starring Cooke/cooking Cal/calling
Austria/Australia Iran/Iraq Niger/Nigerian Slovakia/Slovenia Sweden/Swedish Finland/Finnish Denmark/Danish Spain/Spanish Greece/Greek Greece/grease
Latvia/Latvian Lithuania/Lithuanian Ukraine/Ukrainian Belarus/Belarusian Kremlin/kremlinology Moscow/Muscovite Baltic/Balt Baltic/baltimore
missile/mission missile/missive drone/drown tank/tankard troop/trooper troop/troupe brigade/brigadier cabin/cabinet cabinet/cabin front/frontier
general/generate general/generation major/majority minor/minority sergeant/serge captain/caption army/armada navy/naval navy/navigate marine/marinate
party/partisan vote/voter elect/election elect/electric elect/electron rebel/rebellion terror/terrorist terror/terrible hostage/host hostile/hostel
sanction/sanctity sanction/sanctuary border/boredom treaty/treat treaty/treatment pact/pack alliance/ally ally/alley allied/alley union/unit union/unite
secretary/secret secret/secrete state/statement nuclear/nucleus missile/missal cable/cab pipe/pipeline ship/shop sub/submarine sail/sailor
found/founder colon/colony colon/colonel batter/battery state/static state/station station/stationary
marsh/marshal Marshall/marshal Georgia/Georgian Chad/chair Mali/malice Oman/omen Jordan/Jordanian Turkey/Turkish Niger/Nigeria Guinea/Guinean Congo/congress
`

func pairs(t *testing.T, list string) [][2]string {
	t.Helper()
	var out [][2]string
	for f := range strings.FieldsSeq(list) {
		p := strings.Split(f, "/")
		if len(p) != 2 {
			continue
		}
		out = append(out, [2]string{p[0], p[1]})
	}
	return out
}

func TestEnglishJoins(t *testing.T) {
	list := pairs(t, joinPairs)
	if len(list) < 200 {
		t.Fatalf("only %d pairs", len(list))
	}
	for _, p := range list {
		for _, d := range [][2]string{{p[0], p[1]}, {p[1], p[0]}} {
			if term := NewTerm(strings.ToLower(d[0]), d[0]); !term.Joins(inEnglish, strings.ToLower(d[1])) {
				t.Errorf("%s does not find %s", d[0], d[1])
			}
		}
	}
	t.Logf("%d pairs that join", len(list))
}

func TestEnglishKeepsApart(t *testing.T) {
	list := pairs(t, apartPairs)
	if len(list) < 200 {
		t.Fatalf("only %d pairs", len(list))
	}
	for _, p := range list {
		for _, d := range [][2]string{{p[0], p[1]}, {p[1], p[0]}} {
			if d == [2]string{p[1], p[0]} && isWordToo(strings.ToLower(p[0])) {
				continue // a rule for wood cannot know that Woods is a name
			}
			if term := NewTerm(strings.ToLower(d[0]), d[0]); term.Joins(inEnglish, strings.ToLower(d[1])) {
				t.Errorf("%s finds %s", d[0], d[1])
			}
		}
	}
	t.Logf("%d pairs that do not join", len(list))
}
