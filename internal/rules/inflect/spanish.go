package inflect

import "watcher/internal/rules/words"

// Spanish: known only so that its articles are not taken for those of another language.
var spanish = language{
	code: "es", script: words.LatinScript,
	clues:   `el los las de que y del por con una para su es al como mas pero fue sobre entre la en se no lo sus este esta tras contra hasta desde gobierno presidente guerra ataca ataque advierte reune espana anos ministro`,
	letters: "ñ¿¡",
	small:   `a e o u y al de el en es fe ha he la le lo me mi ni no os se si su te ti tu un va ve ya yo`,
	three: `
ahi ama amo aun cae com con dan dar dio dos era ese eso feo fin fue fui han has hay haz hoy las lee ley los luz mal mia mil mio mis muy nos ojo oro
oye paz pez pie por que rey rie rio sal ser sin sol son soy sus tal tan tus una uso van ver vez voy voz`,
	acronyms: `ANO ASI CAN DEL DIA ES ESA IDEA IRA MAR MAS PAN TU UN UNO USA VA VAS`,
}
