package inflect

import "watcher/internal/rules/words"

// Swedish: known only so that its articles are not taken for those of another language.
var swedish = language{
	code: "sv", script: words.LatinScript,
	clues:   `och att det som en for pa av med till har inte om ett den var sig vid i ar de han hon man efter mot over ny nya regeringen kriget ministern presidenten anfaller hojer presenterar`,
	letters: "öäå",
	small:   `å i af av då de du ej en er få gå ju nu ni om på se så ta ut vi är ål`,
	three: `
ars bli bor bra dag dar den det dig dit dom ens era ers ert ett far fem fin for gar ger god gor han har hem hit hog hon hos jag kan kom kon lag lat
liv lon med mej mig mot nan nar nat ned nej ner nio nog nya och oss rad ser sex sig sin sju ska sma som syn tar tid tio tog tre tva upp ute vad vag
val var vem`,
	acronyms: `ATT DEL DEM DIN FAST HUR MAN MIN PA STAR START UNGA VA VI VID`,
	counted:  `dagar procent år`,
}
