package inflect

import "watcher/internal/rules/words"

// Hungarian: known only so that its articles are not taken for those of another language.
var hungarian = language{
	code: "hu", script: words.LatinScript,
	clues:   `a az es hogy nem egy is ez volt meg csak mint de el magyar szerint utan ellen kormany elnok haboru miniszter talalkozott tamadta evben`,
	letters: "üöőű",
	small:   `a e ő s az be de el én és ez fa fő ha is ki le ma mi ne no ok ők se ti új úr vs`,
	three: `
aki ala azt bal ben egy ele elo eve evi ezt fel hat het hol ide igy itt jol ket kie kik kin kit mai meg mig mik nem oda ont ota ott par rad ram sem
sok sot tiz tul ugy van`,
	acronyms: `AM BAR ES IS MAR MAS MIN MIT MOD`,
}
