package inflect

import "watcher/internal/rules/words"

// Macedonian: known only so that its articles are not taken for those of another language.
var macedonian = language{
	code: "mk", script: words.CyrillicScript,
	clues:   `и на во да се од за не со го ќе што како е ги им ја тој таа тие по при по против војна влада`,
	letters: "јѓќѕ",
	small:   `а в е и о с у ги го да до ѝ им из за ја је ќе ли ме ми му на не ни но об од па по са се си со та те ти то ту`,
}
