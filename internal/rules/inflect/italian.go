package inflect

import "watcher/internal/rules/words"

// Italian: known only so that its articles are not taken for those of another language.
var italian = language{
	code: "it", script: words.LatinScript,
	clues:   `il di che e della per una con del sono non gli dei nel alla piu anche dal la le lo un si da al ma come nella delle dopo contro governo presidente guerra attacca attacco incontra ministro anni`,
	letters: "à",
	small:   `a e è i o ad ai al ci da di do ed fa fu ha ho il in io la le li lo ma me mi ne né no od se sé si sì so su te ti tu un va vi`,
	three: `
all ama bel ben che chi cio coi col con cos cui dai dal dei dov due ecc era eri ero fai far fin fra fui gia giu gli hai lei lui mai mia mie mio nei
nel noi non ora ore osi per piu poi puo qua qui sai sei sia sig son sta sto sua sue sui sul suo tra tre tua tue tuo una uso vai via voi`,
	acronyms: `AI ANSA BAR CO DEL DIA ES ETA FARA FAST IDEA IO IT PACE PO TU UN UNO USA VA VI`,
}
