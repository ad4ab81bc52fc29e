package rules_test

import (
	"strings"
	"testing"

	"watcher/internal/feeds"
	"watcher/internal/rules"
)

// TestNearest: for a word that an article lacks, --why shows what was there instead, and
// what to write to find it.
func TestNearest(t *testing.T) {
	const far = "NATO will meet on Sunday. Nobody else was there to hear what they had to say about it. "
	for _, c := range []struct {
		query, title, text string
		want               string
		shows              string
	}{
		{"Estonia", "NATO trains with Estonian soldiers", "", "Estonia: no; there is Estonian, its adjective: (Estonia OR Estonian) finds both", "an adjective"},
		{`"Estonia"`, "NATO trains with Estonians", "", `"Estonia": no; there is Estonians, its adjective: ("Estonia" OR Estonian) finds both`, "in quotes"},
		{"Poland", "Poles vote", "", "Poland: no; there is Poles, of that country: (Poland OR Pole) finds both", "people"},
		{"Estonian", "NATO in Estonia's north", "", "Estonian: no; there is Estonia's, the country: (Estonian OR Estonia) finds both", "a country for its adjective"},
		{`"South Korea"`, "South Korean navy sails", "", `"South Korea": no; there is South Korean, its adjective: ("South Korea" OR "South Korean~") finds both`, "a country of two words"},
		{"Kyiv", "A night in Kiev", "", "Kyiv: no; there is Kiev, another name of it: (Kyiv OR Kiev) finds both", "another name"},
		{"@list", "Estonian and Latvian soldiers", "", "", "a list"},
		{`"F-35"`, "Two F-35As land", "", `"F-35": no; there is F-35As, and quotes take one form: F-35 without them finds it`, "a variant"},
		{`"Leopard 2"`, "Leopard 2A8 for the brigade", "", `"Leopard 2": no; there is Leopard 2A8, and quotes take one form: Leopard-2 without them finds it`, "a variant of two words"},
		{`"battle group"`, "Two battle groups arrive", "", `"battle group": no; there is battle groups, and quotes take one form of each word: "battle group~" finds it`, "a plural"},
		{"=US", "They told us", "", `=US: no; there is us, and = counts case and accents: "us" finds it`, "another case"},
		{"=Ämari", "Jets leave Amari", "", `=Ämari: no; there is Amari, and = counts case and accents: "Ämari" finds it`, "other accents"},
		{"March", "They marched home", "", "March: no; there is marched, and with a capital the rule means the name: march finds it", "a word that is a name"},
		{"WHO", "Who said that the president was here", "", `WHO: no; there is Who, in small letters, where it may be a word: "who" finds that too`, "an acronym in small letters"},
		{"defence", "The defense of the city", "", "defence: no; there is defense, another spelling: (defence OR defense) finds both", "the other spelling"},
		{"sabotage", "The saboteur fled", "", "sabotage: no; there is saboteur, another word of this beginning: (sabotage OR saboteur) finds both", "a beginning"},
		{"Lithuana", "Troops in Lithuania", "", "Lithuana: no; there is Lithuania, another spelling: (Lithuana OR Lithuania) finds both", "a slip of the rule"},
		{"Brigade", "Die Bundeswehrbrigade zieht um", "", "Brigade: no; there is Bundeswehrbrigade, with it inside: under match: /brigade/ finds both", "a compound"},
		{"Brigade", "Der Brigadegeneral sprach", "", "Brigade: no; there is Brigadegeneral, a longer word: Brigade* finds both", "the first part of a compound"},
		{"Brigade*", "Die Panzerbrigade zieht um", "", "Brigade*: no; there is Panzerbrigade, with it inside: under match: /brigade/ finds both", "the last part of a compound"},
		{"CV90", "A CV9035 fires", "", "CV90: no; there is CV9035, another number: CV90* finds it", "a longer number"},
		{"F-35", "A truck of type F-350", "", "F-35: no; there is F-350, another number: F-35* finds it", "another thing"},
		{"Turkey OR Turkish OR Kurdish", "Turks vote", "", "any of Turkey, Turkish, Kurdish: no\n  Turkey: there is Turks, of that country: (Turkey OR Turk) finds both", "one word that is near to two"},
		{"NATO", "#NATOheadquarters", "", "NATO: no; there is NATOheadquarters, a longer word: NATO* finds both", "glued"},
		{"NATO", "A senator from Anatolia", "", "NATO: no", "letters inside of other words"},
		{"Greenland", "The green land of Ireland", "", "Greenland: no; there is green land, in two words: (Greenland OR \"green land~\") finds both", "two words"},
		{`"shadow fleet"`, "A shadowfleet of tankers", "", `"shadow fleet": no; there is shadowfleet, in one word: ("shadow fleet" OR shadowfleet) finds both`, "one word"},
		{`"GPS jamming"`, "The jamming of GPS goes on", "", `"GPS jamming": no; both its words are there, but not side by side: GPS NEAR/10 jamming finds them`, "the words in another order"},
		{`"battle group"`, "The group met", "", `"battle group": no; battle of it is not there`, "a part of a phrase"},
		{"title:NATO", "Talks go on", "NATO will meet.", "title:NATO: no; it stands in the content", "another field"},
		{"lead:troops", "Talks go on", strings.Repeat(far, 4) + "troops", "lead:troops: no; it stands further down, in the content", "further down"},
		{"Эстония", "Эстонские военные прибыли на учения", "", "Эстония: no; there is Эстонские, which may be its adjective: (Эстония OR Эстонские) finds both", "an adjective in Russian"},
		{"Polen", "Die polnische Armee und die anderen", "", "Polen: no", "what does not begin alike"},
		{"Россия", "Росія почала навчання", "", "Россия: no; there is Росія, another spelling: (Россия OR Росія) finds both", "the spelling of a neighbour"},
		{"ракета", "Работы идут", "", "ракета: no", "other letters that Latin does not have"},
		{"2%", "A rise of 2 percent", "", "2%: no; there is 2, without the %", "a sign"},
		{"zebra", "They told us", "", "zebra: no", "nothing near"},
		{"NOT zebra AND Estonia", "Zebras and Estonians", "", "NOT: no\n  zebra: yes, once\nEstonia: no; there is Estonians, its adjective: (Estonia OR Estonian) finds both", "a NOT"},
		{"NATO NEAR/5 Estonia", "NATO and Estonian troops", "", "NATO: yes, once; Estonia: no\n  Estonia: there is Estonian, its adjective: (Estonia OR Estonian) finds both", "a side of NEAR"},
		{"ATLEAST/2 Estonia", "NATO and Estonian troops", "", "Estonia at least 2 times: no, not there\n  Estonia: there is Estonian, its adjective: (Estonia OR Estonian) finds both", "what is counted"},
	} {
		if c.want == "" {
			c.want = "@list Estonia, Latvia, troop*: no\n  Estonia: there is Estonian, its adjective: add Estonian to @list\n  Latvia: there is Latvian, its adjective: add Latvian to @list"
		}
		set, err := rules.Compile([]rules.Rule{{Name: "r", Match: c.query}}, rules.Options{Lists: map[string][]string{"list": {"Estonia", "Latvia", "troop*"}}})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(set.Explain(0, &feeds.Item{Title: c.title, Content: c.text}).Lines, "\n"); got != c.want {
			t.Errorf("%s: %s in %q:\n%s\nwant\n%s", c.shows, c.query, c.title, got, c.want)
		}
	}
}
