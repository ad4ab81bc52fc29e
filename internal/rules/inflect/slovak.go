package inflect

import "watcher/internal/rules/words"

// Slovak: known only so that its articles are not taken for those of another language.
var slovak = language{
	code: "sk", script: words.LatinScript,
	clues:   `a je sa na v ze si sme pre ako som aj ktory ktore bol bola podla uz by ich so zo do od po pri nad pod pred bez ale alebo vlada minister prezident rusko ukrajina stretol zautocilo vojna rokov`,
	letters: "ýťďňľĺŕ",
	small:   `a i k o s u v z ak aj by čo či do ho je ju ka ku má mi mu my na ne ni no od on po sa si so ta te tá to tu ty už vo vy za zo že`,
	three: `
aby aka ake ako aku aky ale ani bez bol bud byt cej cez cie cim ciu com cou dal dve iba ich ide ina ine ini inu iny jej kde ked kej kie kom kou kto
kym len mal mam mat mna mne moj nad nas nej nez nic nie nim nom nou odo ona oni ono ony pre pri ruk sem sil sme som ste tak tam tej ten tie tom tou
tri tym tzv vam ved vod`,
	acronyms: `ANO ASI CAS CIA CO DNI KAM KU MAS MY NAM PO POD TU TY VAS`,
}
