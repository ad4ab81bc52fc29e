package inflect

import "watcher/internal/rules/words"

// Serbian: known only so that its articles are not taken for those of another language.
var serbian = language{
	code: "sr", script: words.CyrillicScript,
	clues:   `и у је да се на за од су који са ће није а као али или до из против рат напала влада године`,
	letters: "љњђћџј",
	small:   `а и к о с у би ће да до га го их им из ја је ју ко ли ме ми му на не ни но об од он па по са се си су та те ти то ту уз за`,
}
