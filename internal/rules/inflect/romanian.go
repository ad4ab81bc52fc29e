package inflect

import "watcher/internal/rules/words"

// Romanian: known only so that its articles are not taken for those of another language.
var romanian = language{
	code: "ro", script: words.LatinScript,
	clues:   `si de la in cu pe nu din este care pentru mai ca au fost sunt un lui prin al a o dupa rusia ucraina guvernul presedintele razboi ministrul ani`,
	letters: "șțăşţ",
	small:   `a e o ai al am ar as au ca că ce cu da de ea ei el eu fi ia îl în îi la le li lo mă mi ne ni nu ok pe să se și şi te ti tu un va vă vi`,
	three: `
aia ala ale alt ani apa are asa ati azi bun cam caz cea cei cel cit cui cum dar dat dau doi ele era fel fie fii fim fiu foc iar imi iti jos lei loc
lor lua lui mai mea mei meu mie mii noi nou opt ora ore ori pai par pic pot pur rau rog sai sau sub sus tai tau tie tot una unu voi vom vor`,
	acronyms: `AI AM AU CARE DEA DIN EU FARA ISI MIC MOD TU UN USA VA VI`,
}
