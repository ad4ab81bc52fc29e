package inflect

import "watcher/internal/rules/words"

// Croatian: known only so that its articles are not taken for those of another language.
var croatian = language{
	code: "hr", script: words.LatinScript,
	clues:   `i je da se na za u su od koji bi kao sto ali nije biti iz sa po do ili vlada ministar predsjednik predsednik rat napad protiv godine`,
	letters: "ć",
	small:   `a i k o s u bi će da do ga go ih im iz ja je ju ko ku li me mi mu na ne ni no od on pa po sa se si su ta te ti to tu uz za ću`,
	three: `
ako ali and bez bih bio bit cak ces dan dio dok dug duz dva ili ima ime iza jer jim joj jos kad kao kup moj nad nas niz nju oko ona oni ono ova ove
pak par pet put rad smo ste sto sud sve svi taj tek tih tim tko tog toj tom tri vam vec web zar`,
	acronyms: `KOD NAM PA PLAN PO POD ROK SAM TU VAS VI`,
}
