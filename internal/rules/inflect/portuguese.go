package inflect

import "watcher/internal/rules/words"

// Portuguese: known only so that its articles are not taken for those of another language.
var portuguese = language{
	code: "pt", script: words.LatinScript,
	clues:   `o os da do das dos que e em um uma para com nao na no por mais foi pelo pela ao aos sua seu apos contra sobre governo presidente guerra ataca ataque ministro anos`,
	letters: "õçàã",
	small:   `a e o à é ao as às da de do em eu há ia já la lá lo me na no nó os ou se só su te ti tu um vi`,
	three: `
ali aos ate bem boa bom com dao dar dez diz dos ela ele era faz fez fim foi for fui hao hei lhe mal mes meu mil nao nas nem nos num poe por que sao
sei sem ser seu sim sob sou sua tal tao tem ter teu tua uma uns vai vao vem ver vez vos`,
	acronyms: `AI ANO DAS DIA ES EU FARA IRA MAS TU USA`,
}
