package demo

import "time"

// fate is what must become of an article of the demo, and what is told of it
// at the end.
type fate int

const (
	alerted  fate = iota
	known         // stood in the feed before it was watched
	unheard       // no rule speaks of it
	repeated      // another feed's article under the same link and slug
)

// feed is a feed that the demo serves. The outlets are made up.
type feed struct {
	name     string
	path     string
	kind     string // "rss", "atom" or "json"
	language string
	tag      string
}

var sampleFeeds = []feed{
	{"Baltic Security Review", "/review.xml", "rss", "en", "analysis"},
	{"Northern Wire", "/wire.atom", "atom", "en", "news"},
	{"Alliance Docket", "/docket.json", "json", "en", "analysis"},
	{"Põhjatäht", "/pohjataht.xml", "rss", "et", "news"},
	{"Baltijos apžvalga", "/apzvalga.atom", "atom", "lt", "news"},
}

// article is one item.
type article struct {
	feed    string
	at      float64       // when it appears, as a part of the demo's length; 0 means it was there before
	age     time.Duration // how long before it appears it was published
	slug    string        // of the link and the guid
	title   string
	text    string
	fate    fate
	because string // told of an article that stays silent, where the fate alone does not say it
}

// rekeyed is the moment at which the article with this slug gets a new guid.
var rekeyed = struct {
	slug string
	at   float64
}{"stockpile-targets", 0.70}

// ruleText are the rules, as a person would write them.
const ruleText = `
rules:
  - name: forward-presence
    keywords: [Baltic, NATO, Enhanced Forward Presence]
    notify: [terminal, tally]
  - name: brigades-on-the-move
    match: '@@baltics AND (brigad* OR division OR "battle group")'
    severity: high
    notify: [terminal, tally]
  - name: suwalki
    match: 'title:Suwalki AND tag:analysis'
    notify: [terminal, tally]
`

var articles = []article{
	// What the feeds show on the first poll. Two of them would match.
	{feed: "Baltic Security Review", age: 52 * time.Hour, slug: "host-nation-support", fate: known,
		title: "Host-nation support in Latvia: what the spring exercise taught",
		text:  "Rail gauges, customs papers and too few tank transporters: a NATO column needed nine days from Rostock to Ādaži. The planners know now where the hours went."},
	{feed: "Baltic Security Review", age: 76 * time.Hour, slug: "ice-charts", fate: known,
		title: "How to read the new Arctic ice charts",
		text:  "The charts mix satellite passes of different days. What looks like open water may be a cloud."},
	{feed: "Northern Wire", age: 5 * time.Hour, slug: "coastal-radars", fate: known,
		title: "Estonia opens a tender for three coastal radars",
		text:  "The radars are to close the gaps between the islands and the open Baltic by the end of next year."},
	{feed: "Alliance Docket", age: 30 * time.Hour, slug: "autumn-calendar", fate: known,
		title: "The autumn calendar of ministerial meetings",
		text:  "Dates and places of the meetings that are known so far, with the deadlines for accreditation."},
	{feed: "Põhjatäht", age: 8 * time.Hour, slug: "praamid", fate: known,
		title: "Praamid sõidavad talvise graafiku järgi",
		text:  "Alates esmaspäevast väljub viimane praam Virtsust tund aega varem."},
	{feed: "Baltijos apžvalga", age: 9 * time.Hour, slug: "knygu-muge", fate: known,
		title: "Vilniuje prasideda knygų mugė",
		text:  "Penktadienį duris atvers knygų mugė. Šiemet joje dalyvauja per tris šimtus leidėjų."},

	// What is new.
	{feed: "Northern Wire", at: 0.04, age: 2 * time.Minute, slug: "second-battalion",
		title: "Second battalion of the German brigade arrives in Lithuania",
		text:  "The first trains reached Rūdninkai before dawn. With the second battalion about half of the brigade is now in the country, the defence ministry in Vilnius said; the rest is to follow within a year."},
	{feed: "Northern Wire", at: 0.10, age: time.Minute, slug: "chess", fate: unheard,
		title: "Youth chess championship in Riga enters its last round",
		text:  "Three players share the lead. The decisive games begin on Sunday at noon."},
	{feed: "Baltic Security Review", at: 0.18, age: 20 * time.Minute, slug: "from-tripwire-to-shield",
		title: "From tripwire to shield: Enhanced Forward Presence, ten years on",
		text:  "The battalions were sent to be seen. What was meant to raise the price of an attack is now asked to stop one, and the difference is counted in ammunition, engineers and railway wagons."},
	{feed: "Baltic Security Review", at: 0.26, age: 3 * time.Minute, slug: "senator-from-anatolia", fate: unheard,
		because: "NATO is not a word inside “senator” or “Anatolia”",
		title:   "The senator from Anatolia: a career in three budgets",
		text:    "He began as an accountant and never quite stopped. A portrait of the man whom finance ministers call before they call each other."},
	{feed: "Põhjatäht", at: 0.32, age: 4 * time.Minute, slug: "oppus-tapal",
		title: "Tapal algas liitlaste talveõppus",
		text:  "Tapa linnakus algas esmaspäeval õppus, milles osaleb üle tuhande sõduri. NATO lahingugrupp harjutab koos diviisiga üksuste kiiret ümberpaigutamist."},
	{feed: "Alliance Docket", at: 0.40, age: 15 * time.Minute, slug: "stockpile-targets",
		title: "Ministers settle on stockpile targets, but not on who pays",
		text:  "NATO defence ministers agreed how many days of ammunition every member must hold. The bill goes to a working group that reports in spring."},
	{feed: "Alliance Docket", at: 0.46, age: time.Minute, slug: "hearing-moved", fate: unheard,
		title: "Budget hearing moved to Thursday",
		text:  "The committee meets at ten in room 4. Written questions are taken until Wednesday evening."},
	{feed: "Baltic Security Review", at: 0.52, age: 12 * time.Minute, slug: "suwalki-is-logistics",
		title: "Suwałki is a logistics problem first",
		text:  "Two roads and one railway line join Poland to Lithuania. Whoever wants to move a division through the corridor needs bridges, fuel and a timetable before anything else."},
	{feed: "Northern Wire", at: 0.60, age: 12 * time.Minute, slug: "suwalki-is-logistics", fate: repeated,
		title: "Analysis: Suwałki is a logistics problem first",
		text:  "Two roads and one railway line join Poland to Lithuania, writes the Baltic Security Review. Whoever wants to move a division needs bridges, fuel and a timetable."},
	{feed: "Põhjatäht", at: 0.66, age: 6 * time.Minute, slug: "lumesadu", fate: unheard,
		title: "Nädalavahetusel sajab lund",
		text:  "Laupäeva õhtul jõuab saartele lumesadu, pühapäeval läheb külmemaks."},
	{feed: "Baltijos apžvalga", at: 0.74, age: 5 * time.Minute, slug: "brigados-kariai",
		title: "Į Rūdninkus atvyko pirmieji brigados kariai",
		text:  "Į poligoną atvyko pirmieji sąjungininkų brigados kariai. Krašto apsaugos ministerija skelbia, kad bendros pratybos su Lietuvos kariuomene prasidės kitą savaitę."},
	{feed: "Northern Wire", at: 0.82, age: time.Minute, slug: "cable-repair",
		title: "Repair ship leaves Turku for a damaged Baltic cable",
		text:  "The cable between Finland and Estonia lost contact on Friday night. Traffic takes another route; divers are to look at the break when the wind drops."},
	{feed: "Alliance Docket", at: 0.90, age: 30 * time.Minute, slug: "battle-group-to-brigade",
		title: "Canadian-led battle group in Latvia grows into a brigade",
		text:  "A tank company from Denmark, rocket launchers from Spain and a headquarters of fourteen nations: what was a battle group of a thousand is now called a brigade, and exercises as one."},
}
