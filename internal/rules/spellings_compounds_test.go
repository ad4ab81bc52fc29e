package rules_test

import (
	"testing"

	"watcher/internal/rules"
)

// TestCompounds: a compound is found in every spelling, and two words that stand side by
// side by chance are none.
func TestCompounds(t *testing.T) {
	for _, c := range []struct {
		why, rule string
		yes, no   []string
	}{
		{"closed, hyphenated, open", "airstrike", []string{"airstrikes", "Air-strikes continue", "Air strike hits the depot", "an air strike's toll"}, []string{"air, strike", "strike in the air", "air. Strikes hit", "hair strike"}},
		{"of gas", "gasfield", []string{"gas fields", "gas-field"}, []string{"gas in the field"}},
		{"hyphenated", "air-strike", []string{"airstrikes", "air-strikes", "air strike"}, []string{"airship"}},
		{"with a capital", "Airstrike", []string{"air-strikes", "airstrikes"}, nil},
		{"ceasefire", "ceasefire", []string{"A cease-fire holds", "Ceasefires", "a cease fire"}, []string{"cease to fire"}},
		{"cease-fire", "cease-fire", []string{"Ceasefire holds", "cease-fires"}, nil},
		{"counterterrorism", "counterterrorism", []string{"counter-terrorism unit", "counter terrorism"}, []string{"counter of terrorism"}},
		{"counteroffensive", "counteroffensive", []string{"Counter-offensive begins", "counteroffensives"}, nil},
		{"cyber-attack", "cyber-attack", []string{"Cyberattack on ministry", "cyberattacks", "Cyber attack", "cyber-attacks"}, []string{"cyber", "attack"}},
		{"cyberattack", "cyberattack", []string{"cyber-attacked", "Cyber attack on ministry"}, nil},
		{"airbase", "airbase", []string{"air-base", "air bases"}, []string{"air bus"}},
		{"peacekeeper", "peacekeeper", []string{"peace-keepers", "peace keepers"}, nil},
		{"warplane", "warplane", []string{"war-planes", "war planes"}, nil},
		{"frontline", "frontline", []string{"front-line", "front lines"}, nil},
		{"a compound of no list", "warcrimes", []string{"war-crimes", "war crimes"}, nil},
		{"co-operation", "co-operation", []string{"cooperation", "co-operation"}, nil},
		{"cooperation", "cooperation", []string{"co-operation"}, []string{"co operation"}},
		{"re-election", "reelection", []string{"re-election"}, []string{"re election"}},
		{"pre-emptive", "preemptive", []string{"pre-emptive"}, nil},
		{"non-proliferation", "nonproliferation", []string{"non-proliferation"}, nil},
		{"no-fly zone", "no-fly zone", []string{"no fly zone", "No-fly-zones", "nofly zone"}, []string{"no, they fly"}},
		{"an open keyword of the list", "air strike", []string{"airstrikes", "air-strike"}, []string{"strike air"}},
		{"an open keyword of no list", "green land", []string{"green land"}, []string{"Greenland"}},
		{"a name is not divided", "Greenland", []string{"Greenland"}, []string{"green land", "a green land"}},
		{"a hyphenated name is also one word", "Ust-Luga", []string{"Ustluga", "Ust-Luga", "Ust Luga"}, nil},
		{"in a phrase", "ceasefire talks", []string{"cease-fire talks", "cease fire talk"}, []string{"cease-fire and talks"}},
		{"in quotes as written", `"airstrike"`, []string{"airstrike"}, []string{"air-strike", "air strike", "airstrikes"}},
		{"other words without their hyphen", "re-sign", []string{"re-signs"}, []string{"resign"}},
		{"acronyms stay apart", "US-led", []string{"US-led", "U.S.-led"}, []string{"usled"}},
		{"Russian", "кибератака", []string{"кибер-атаки", "кибератаку"}, []string{"кибер атаки"}},
	} {
		matchTitles(t, c.why+": "+c.rule, []rules.Rule{{Keywords: []string{c.rule}}}, rules.Options{}, "", c.yes, c.no)
	}
}
