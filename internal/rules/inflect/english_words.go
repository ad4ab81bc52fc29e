package inflect

// englishGroups are forms that no rule makes, a line for each word. Verbs among
// them take no -ed. Forms that are better known as words of their own (left,
// rose, ground) are left out.
const englishGroups = `
man men
woman women
child children
foot feet
tooth teeth
goose geese
mouse mice
knife knives
life lives
wife wives
leaf leaves
half halves
self selves
shelf shelves
wolf wolves
thief thieves
loaf loaves
calf calves
hoof hooves
scarf scarves
elf elves
person people
crisis crises
thesis theses
analysis analyses
oasis oases
basis bases
axis axes
hypothesis hypotheses
emphasis emphases
synthesis syntheses
diagnosis diagnoses
prognosis prognoses
parenthesis parentheses
phenomenon phenomena
criterion criteria
datum data
medium media
memorandum memoranda
referendum referenda
stratum strata
curriculum curricula
bacterium bacteria
nucleus nuclei
radius radii
stimulus stimuli
cactus cacti
alumnus alumni
syllabus syllabi
index indices
matrix matrices
appendix appendices
vertex vertices
formula formulae
larva larvae
dwarf dwarves dwarfs
fungus fungi
focus foci focuses focused focusing focussed focussing
locus loci
genus genera
codex codices
ellipsis ellipses
synopsis synopses
automaton automata
symposium symposia symposiums
stigma stigmata stigmas
antenna antennae
be is are was were been being am
have has had having
do does did done doing
go goes went gone going
say says said saying
come comes came coming
become becomes became becoming
overcome overcomes overcame overcoming
take takes took taken taking
undertake undertakes undertook undertaken undertaking
overtake overtakes overtook overtaken overtaking
give gives gave given giving
forgive forgives forgave forgiven
get gets got gotten getting
forget forgets forgot forgotten forgetting
make makes made making
know knows knew known knowing
think thinks thought thinking
send sends sent sending
spend spends spent spending
lend lends lent lending
bend bends bent bending
build builds built building
rebuild rebuilds rebuilt rebuilding
keep keeps kept keeping
sleep sleeps slept sleeping
sweep sweeps swept sweeping
weep weeps wept weeping
creep creeps crept creeping
deal deals dealt dealing
mean meant meaning
lead leads led leading
mislead misleads misled misleading
feed feeds fed feeding
flee flees fled fleeing
bleed bleeds bled bleeding
breed breeds bred breeding
speed speeds sped speeding
meet meets met meeting
hold holds held holding
withhold withholds withheld withholding
uphold upholds upheld upholding
sell sells sold selling
tell tells told telling
stand stands stood standing
understand understands understood understanding
withstand withstands withstood withstanding
fight fights fought fighting
bring brings brought bringing
buy buys bought buying
seek seeks sought seeking
catch catches caught catching
teach teaches taught teaching
shoot shoots shot shooting
strike strikes struck stricken striking
stick sticks stuck sticking
hang hangs hung hanged hanging
swing swings swung swinging
cling clings clung clinging
fling flings flung flinging
sting stings stung stinging
win wins won winning
spin spins spun spinning
begin begins began begun beginning
run runs ran running
overrun overruns overran overrunning
swim swims swam swum swimming
sink sinks sank sunk sinking
drink drinks drank drunk drinking
shrink shrinks shrank shrunk shrinking
sing sings sang sung singing
spring springs sprang sprung springing
ring rings rang rung ringing
write writes wrote written writing
rewrite rewrites rewrote rewritten rewriting
drive drives drove driven driving
ride rides rode ridden riding
hide hides hid hidden hiding
rise rises risen rising
arise arises arose arisen arising
speak speaks spoke spoken speaking
break breaks broke broken breaking
steal steals stole stolen stealing
freeze freezes froze frozen freezing
choose chooses chose chosen choosing
wake wakes woke woken waking
awake awakes awoke awoken
shake shakes shook shaken shaking
forsake forsakes forsook forsaken
eat eats ate eaten eating
beat beats beaten beating
defeat defeats defeated defeating
fall falls fell fallen falling
grow grows grew grown growing
blow blows blew blown blowing
throw throws threw thrown throwing
overthrow overthrows overthrew overthrown overthrowing
withdraw withdraws withdrew withdrawn withdrawing
draw draws drew drawn drawing
fly flies flew flown flying
show shows showed shown showing
swear swears swore sworn swearing
tear tears tore torn tearing
wear wears wore worn wearing
bear bears bore borne bearing
see sees saw seen seeing
foresee foresees foresaw foreseen foreseeing
oversee oversees oversaw overseen overseeing
hear hears heard hearing
find finds found finding
lose loses lost losing
leave leaves leaving
pay pays paid paying
repay repays repaid repaying
lay lays laid laying
dig digs dug digging
sit sits sat sitting
spit spits spat spitting
lie lies lay lain lying
undergo undergoes underwent undergone undergoing
feel feels felt feeling
burn burns burnt burned burning
learn learns learnt learned learning
dream dreams dreamt dreamed dreaming
spell spells spelt spelled spelling
spoil spoils spoilt spoiled spoiling
leap leaps leapt leaped leaping
kneel kneels knelt kneeled kneeling
lean leans leant leaned leaning
prove proves proved proven proving
bite bites bitten biting
slide slides slid sliding
strive strives strove striven striving
weave weaves wove woven weaving
shine shines shone shined shining
sew sews sewed sewn sewing
mow mows mowed mown mowing
wring wrings wrung wringing
string strings strung stringing
stink stinks stank stunk stinking
bind binds binding
grind grinds grinding
tread treads trod trodden treading
overhear overhears overheard overhearing
resell resells resold reselling
undo undoes undid undone undoing
redo redoes redid redone redoing
outdo outdoes outdid outdone outdoing
die dies died dying
tie ties tied tying
set sets setting
hit hits hitting
cut cuts cutting
put puts putting
shut shuts shutting
let lets letting
quit quits quitting
split splits splitting
bid bids bidding
forbid forbids forbade forbidden forbidding
rid rids ridding
shed sheds shedding
spread spreads spreading
cast casts casting
broadcast broadcasts broadcasting
forecast forecasts forecasting
burst bursts bursting
cost costs costing
hurt hurts hurting
`

// englishAlone are words that look like a form of another and are none, or that
// are better known for another meaning. They may have forms of their own.
const englishAlone = `
news goods arms customs means contents politics economics physics mathematics series species gallows
always perhaps besides sometimes towards afterwards whereas alas
hamas texas kansas arkansas vegas dallas caracas atlas canvas bias alias elias jonas tobias judas midas douglas silas thomas lucas nicolas nicholas christmas pancreas barabbas honduras damas andreas matthias barnabas pampas
laos lagos davos carlos marcos santos barbados chaos cosmos ethos pathos eros kudos samos kos amos asbestos patmos delos naxos
wales rhodes naples athens brussels mars james charles jones williams roberts edwards peters stephens andrews matthews daniels michaels richards adams abrams evans owens harris davis lewis francis morris collins perkins hopkins jenkins dickens rogers stevens simmons hawkins sanders saunders flanders hans iris lens hermes ares hercules achilles cortes mercedes philips jacobs hayes hughes
ides hades rabies herpes diabetes scabies caries
evening morning during wedding ceiling shilling pudding herring farthing sibling darling sterling viking king wing thing string spring ring sling bing ming ling beijing nanjing chongqing boeing goering harding fleming reading manning browning keating golding stirling nothing something anything everything outing inning lodging offing stocking clothing housing awning gosling duckling yearling dumpling earring
hundred sacred naked wicked rugged ragged jagged crooked wretched kindred hatred alfred mildred seed need feed weed deed reed breed speed bleed greed creed steed tweed heed exceed proceed succeed indeed shed sled bed red wed fled ted fred med led bred sped ahmed mohammed mohamed hamed saeed
united limited
willing corps
this his hers ours yours theirs its yes was has does us is as
`

// englishStill are words that are no verbs, while what -ed and -ing would make
// of them belongs to another.
const englishStill = `past cloth loath breath bath teeth unit tub war star car bar scar far her lung chang cal tel starr cooke bette waite pres tran suite com`

// englishIs are the words whose plural ends with -is or -us; any other such
// word is a singular.
const englishIs = `
taxi ski alibi bikini khaki israeli iraqi saudi pakistani kuwaiti houthi yazidi nazi afghani omani qatari emirati bangladeshi
somali mufti sufi salafi wahhabi azeri azerbaijani bengali nepali punjabi kurdi yemeni bahraini zanzibari safari rabbi mini wiki
yeti graffiti tsunami gandhi maharishi swazi rai delhi semi anti wasabi fiji hindi sindhi pashtuni turkmeni uzbeki libi
tutsi thai maori shanghai
bureau plateau tableau chateau plateau hindu menu guru emu zulu hutu gnu bayou thou caribou haiku tofu peru urdu bantu tutu flu you
`

// englishPeoples are countries and parts of the world whose people is called as
// they are, with an n, beside those in ia: Cuba, Cuban.
const englishPeoples = `africa alaska america angola crimea cuba eritrea guinea jamaica kenya korea libya moldova nicaragua rwanda uganda venezuela`
