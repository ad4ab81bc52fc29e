package inflect

import "watcher/internal/rules/words"

// English: its forms are made by rules, see englishForms.
var english = language{
	code: "en", script: words.LatinScript,
	family: "western", forms: englishForms, contrary: englishForms,
	clues: `the of and to in that is for was with on by from at are has have this said not as it be will were its who which after been
	says over new news amid into against near about more than their they he she his her we you would could should can may might must what when where why how but or if while during under between
	before since because first last year years day week people world government minister president army defence defense war attack attacks killed dead talks deal vote leader leaders chief
	warns hits sends backs calls meets visits launches strike strikes troops missile missiles drones forces military security foreign border former top ready peace loses wins passes receives
	denies arrive agree agrees fence flights spending army heard claims plans seeks faces urges despite across two three five dozens least
	jails jailed judge arrested charged trial election voters ruling bid joins join hosts price prices oil energy market markets economy growth rate rates cut cuts rises jump fears
	fear concern row crisis refugees refugee migrants migrant frontier crossing ship ships cable cables damage damaged inquiry investigation report reports study finds find help aid
	support funding billion months month weeks white city town school children women family woman student students workers work jobs health cases deaths died injured wounded rescue
	flood storm earthquake crash flight road bridge power nuclear weapons weapon summit without ends start starts begin opens open close closes closed shuts ban bans banned restore
	leave leaves hold holds keep keeps make makes made takes took give gives gave get gets goes going come comes came shows shown set sets seen know tell told ask asks asked called
	move moves moved raise raises raised push pushes fight fighting killing bombing shelling warning threat threatens threaten fresh early late next short small great old young high
	low good best worst many much most some any every each other another own only even yet again back down out off away home here there now then later never always often until though
	although however therefore thus such like well very quite third fourth one seven eight nine hundred thousand north south east northern southern eastern western french russian
	polish ukrainian estonian finnish swedish american chinese turkish officials official spokesman voted voting ballots ballot counted count polls poll campaign candidate lawmakers
	lawmaker senate law laws rules rule ruled policy tax trade tariff tariffs export exports import imports supply supplies pipeline grid defences fleet airport
	airspace jets fighter fighters tanks artillery howitzers ammunition shells soldiers soldier deployed deploy deploys deployment exercise exercises drill drills
	launch launched fired fires shot shoots downed intercepted sabotage espionage spy spies hackers cyber ceasefire truce negotiate negotiations mediation envoy ambassador embassy
	diplomats diplomat visit visited meeting agreed agreement treaty pact signed signs sign pledges pledge vows vow accuses accused blames blame condemns condemn slams rejects reject
	denied approves approve approved delays delay delayed suspends suspend suspended resigns resign resigned mayor governor appointed names named elected`,
	small: `a i am an as at be by do go he hi if in is it me my of oh ok on or so to up us we`,
	three: `
all and any are bad big bit but did don due end far few for get got had has her him his how its low may nor off old our out per put ran saw say she
six ten the tip too try use via was way why yes yet you`,
	acronyms: `AID AM ARM BAR CAN CAP CAR CARE COST FAST GAS HELP ICE IDEA IS IT LIFE LOT MAD MAN MY NET PACE PAN PLAN SAFE SALT SEAL SHAPE STAR START STEP SURE TOP
US WHO`,
	shouted: `act air ban bid boy cut day fly gun jet job law man men new now oil one own pay raw ray row run sea set ship sky spy tax top tow two vow war wars win won`,
	counted: `percent per cent percentage points point million millions billion billions thousand hundred trillion am pm seconds minutes minute hours hour days day
nights weeks week month months year years people others times metres meters kilometres kilometers miles km m kg tonnes tons euros euro dollars pounds
dead killed injured wounded`,
	common: `
us who aid it is may as at in on no so to an am be by do go he if me my of or up we all and any are arm arms art bad bat bed big bit but can cap car
cat cut day die era end far fat fit for fun gas get god gun had has hat her him his hit hot how ice ill its kid lab law let lie lip lot low mad man
map men mix net new nor not now off oil old one our out own pan par pay pen per pet pit put ram ran raw red rid run sad sat saw say sea see set she
sit six son star start stop sun tap tax ten the tie tin tip too top toy try two use van via war was way wet why win won yes yet you able acts aids
base best boat both bush call card care case cast cats child city coin cold come cope core cost crew data date dead deal dear does done down drug each
east edge even ever face fact fair fall fast fate fear feed feel find fine fire firm fish five flag flat food foot four free from full fund gain game
gate give goal gold good grab grid hand hard have head heat help here hero high hold home hope host hour idea into iron join jump just keep kind king
know land last late lead leap left less life lift like line list live long look lose loss lost love made mail main make mark mean meet mind mine miss
moon more most move much must name near need news next nice none note once only open over pace pact page park part pass past path peak plan play plus
pool poor port post race rail rain rank rate read real rest rich ride rise risk road rock role rose rule safe sail sale salt same sand save seal seat
seed seek self sell send shed ship shop show side sign site size slip slow snap snow soft soil some song soon sort spot staff star stay step such sure
swap tail take talk tall tank task team tell term test than that them then they thin this time tone tool torn tour town trap tree trip true turn type
unit upon used vast very view vote wait walk wall want warm wave weak wear week well went were west what when wide wife wild will wind wire wise wish
with wood word work yard year zone about above alert asset board brave brief chart chase cheap check chief claim clear coast cover craft cross drive
eagle earth eight email enter equal error event every exact extra faith favor fence field fight final first focus force frame fresh front giant given
glass globe grace grade grand grant great green group guard guide habit happy harsh heart heavy horse hotel house human image index inner input issue
joint judge known label large laser learn lease leave legal level light limit local logic lower lunch magic major maker march match mayor media metal
might minor model money month moral motor mount mouth music naval nerve never night noise north novel nurse ocean offer often order other ought outer
owner panel paper party peace phase phone pilot place plain plane plant plate point pound power press price pride prime print prior prize proof proud
prove quick quiet quite radio raise range rapid ratio reach react ready refer relax reply rider rifle right river rough round route royal scale scene
scope score sense serve seven shape share sharp sheet shift shirt shock shoot short sight since skill sleep small smart smile solid solve sorry sound
south space spare speak speed spend split sport staff stage stake stand start state steam steel stick still stock stone store storm story strip study
stuff style sugar table taken taste teach thank their theme there these thick thing think third those three throw tight title today topic total touch
tough tower track trade train treat trend trial trust truth twice under union unity until upper upset urban usage usual value video visit vital voice
waste watch water wheel where which while white whole whose woman world worry worth would wound write wrong young youth`,
}

/*
Test words of English:

# Plurals and possessives (the 's is cut off before) of the field's nouns.
Baltic | Baltics | Balt Balts balticism
missile | missiles | missal missive mission
drone | drones droned droning | droner dronish
tank | tanks | tanker tankers Tanka
frigate | frigates | frigid
battery | batteries | batter battered battle
army | armies | arm arms armed armor armament
navy | navies | naval navigate
ally | allies allied | alley alliance all allele
enemy | enemies | enmity enema
city | cities | citizen citation civic
country | countries | county counties counter
company | companies | accompany companion compare
crisis | crises | critic critical
basis | bases | basic bass
base | bases | basic basin basement
troop | troops | trooper troupe
brigade | brigades | brigadier brigand
battalion | battalions | battle
soldier | soldiers | solder sold solid
officer | officers | office offices official offer
general | generals | generate generally generic generation
minister | ministers | ministry ministries administer minster
ministry | ministries | minister ministers
treaty | treaties | treat treats treated treatment
party | parties | part parts partial partner
election | elections | elect elector electron
border | borders bordered bordering | board boarder
submarine | submarines | marine marines submariner
leaf | leaves | leave
knife | knives | knit
wolf | wolves | Wolfgang
man | men | mane manly many
woman | women | womanly womb
airman | airmen | air
child | children | childish chilled chili
mouse | mice | mousse
person | people | personal persona personnel
Kennedy | Kennedys | Kenneth
church | churches | churn
box | boxes | boxer
class | classes | classic classified classify
virus | viruses | viral
bus | buses | busy bust business
gas | gases | gash gasp
hero | heroes | heroic heroin heroine
cargo | cargoes cargos | carbon
veto | vetoes vetoed vetoing | vet
embargo | embargoes embargos embargoed | embark embarked
memorandum | memoranda memorandums | memory memorial
phenomenon | phenomena | phenotype
criterion | criteria | critic
medium | media | mediate median
analysis | analyses | analyst analysts analyze
axis | axes | axiom
taxi | taxis | tax taxes
Israeli | Israelis | Israel
Iraqi | Iraqis | Iraq
Saudi | Saudis | Saud
Houthi | Houthis | mouth
Pakistani | Pakistanis | Pakistan
# Verbs.
invade | invades invaded invading | invader invaders invasion
attack | attacks attacked attacking | attacker tack
deploy | deploys deployed deploying | deployment employ deplore
deter | deters deterred deterring | deterrent deterrence determine detergent
deny | denies denied denying | denial Denis dense
defy | defies defied defying | defiance define
die | dies died dying | diet dye dyes dial
lie | lies lying | life lice
win | wins won winning | winner wine wines wind
withdraw | withdraws withdrew withdrawn withdrawing | withdrawal with
strike | strikes struck striking | striker stricter
shoot | shoots shooting | shooter shout
fight | fights fought fighting | fighter flight fright
sink | sinks sank sunk sinking | since sinker
begin | begins began begun beginning | beginner
run | runs ran running | runner rune
write | writes wrote written writing | writer writ
say | says said saying | sage
go | | gold goat
send | sends sent sending | sender sense
seize | seizes seized seizing | seizure size
seek | seeks sought seeking | seem
speak | speaks spoke spoken speaking | speaker
break | breaks broke broken breaking | breakfast brake
fly | flies flew flown flying | flyer flow flu
buy | buys bought buying | buyer
sell | sells sold selling | seller cell sole
meet | meets met meeting | meter meat
train | trains trained training | trainer trait terrain
plan | plans planned planning | plane planes plant planet
plane | planes | plan planned planet
ship | ships shipped shipping | shipment shop
stop | stops stopped stopping | stoop stopgap
bomb | bombs bombed bombing | bomber bombast
jam | jams jammed jamming | jamb James
hack | hacks hacked hacking | hacker
spy | spies spied spying | spice
carry | carries carried carrying | carrier carriers career
sanction | sanctions sanctioned sanctioning | sanctity sanctuary
threaten | threatens threatened threatening | threat threats thread
occupy | occupies occupied occupying | occupation occupant
arrest | arrests arrested arresting | rest
ban | bans banned banning | bank banks band bane
bank | banks banked banking | ban banker bankrupt
control | controls controlled controlling | controller
agree | agrees agreed agreeing | agreement
flee | flees fled fleeing | fleece fleet fleets
panic | panics panicked panicking | panicky
monitor | monitors monitored monitoring | monetary
vote | votes voted voting | voter voters votive
ease | eases eased easing | east easel easy
force | forces forced forcing | forceful fort
charge | charges charged charging | charger char
# Names that look like a form, or like the people of a place.
Estonia | | Estonian Estonians Eston
Latvia | | Latvian Latvians
Lithuania | | Lithuanian Lithuanians
Russia | | Russian Russians Russ
Ukraine | | Ukrainian Ukrainians
Poland | | Pole Polish Poles
Iran | | Iranian Iranians Iraq Irani
China | | Chinese chin chins Chin
Georgia | | Georgian George Georg
Turkey | | Turk Turkish Turkic
Finland | | Finn Finnish fin
Sweden | | Swede Swedish
Germany | | German Germans germ
Belarus | | Belarusian Belarusians Belarussian
Moldova | | Moldovan
America | | American Americans
Europe | | European Europeans
NATO | | natal nation
Hamas | | Hama ham hams
Texas | | Texan Texa
Paris | | Pari parish
Wales | | Wale whale whales
Athens | | Athena Athen
Brussels | | Brussel
Netherlands | Netherland | Netherlander nether
Laos | | Lao Laotian
Mars | | mar Mar marsh
James | | Jame jam
Jones | | Jone Jon
Charles | | Charle Carl
Williams | | William
Davis | | Davi David
Hans | | Han hand
news | | new newer
arms | | arm armed army
customs | | custom costume
goods | | good
United | | unite unit units
evening | | even evens evened
morning | | morn mourning
wedding | | wed
Beijing | | Beij
Boeing | | boe
Viking | | vike
building | buildings build builds built | builder
organ | organs | organization organize organic organism
Baltics | Baltic | Balt
Paul | Pauls | Paula Pauline
Robert | | Roberta Roberto Robertson
Martin | Martins | Martina Martinez
Christian | Christians | Christ Christine
Moscow | | Moscovite mosque cow
London | | Londoner Londoners
Berlin | | Berliner Berliners
Kyiv | | Kyivan Kiev
Putin | | Putinism Putinist put
Trump | | Trumpism Trumpist trumpet
Biden | | bide bided
Johnson | | John Johns
Merkel | | merk
Macron | | macro macros
Zelensky | | Zelenskaya zeal
Stoltenberg | | stolen
Marine | marines | Marina mariner mare
Patriot | Patriots | patriotic patriotism
Leopard | Leopards | leper
Abrams | | Abram
Stinger | Stingers | sting stings
Javelin | Javelins | Java
king | kings | kin kind
need | needs needed needing | knee needle
string | strings | strong sting
hundred | hundreds | hundredth
focus | focuses focused focusing |
campus | campuses | camp camps
status | statuses | state stature
proceed | proceeds proceeded proceeding | procedure
exceed | exceeds exceeded exceeding | excess
bias | biases biased | basis
canvas | canvases |
wing | wings | win wink
field | fields | fiend
bank | banks | bench
wind | winds winding | wine window
fee | fees | feed feeds feeding
wee | | weed weeds
bus | buses | business
find | finds found finding | founded founder fin
shoot | shot shoots | shop
see | sees saw seen seeing | seed seem
sibling | siblings | sib
*/
