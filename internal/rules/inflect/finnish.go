package inflect

import "watcher/internal/rules/words"

// Finnish: known only so that its articles are not taken for those of another language.
var finnish = language{
	code: "fi", script: words.LatinScript,
	clues:   `ja on etta ei se oli han mutta myos kun joka sen ovat kuin mukaan jonka hanen ole suomi suomen venaja ukrainan uusi hallitus sulkee rajan tapasi hyokkasi presidentti ministeri jalkeen vastaan vuoden`,
	letters: "öäå",
	small:   `en et ei he ja jo me ne no se te on`,
	three: `
ala apu eli eri esi ett han hei isa jaa jai jne joo jos kai kun lla luo moi muu nuo nyt ohi ole oli oma osa saa sai sen ssa sta taa tai tee tuo vai
voi yha yli yon`,
	acronyms: `NRO`,
}
