package inflect

import "watcher/internal/rules/words"

// Slovene: known only so that its articles are not taken for those of another language.
var slovene = language{
	code: "sl", script: words.LatinScript,
	clues: `in je da se na za ki so z v pa bi ni kot tudi pri po od ob iz do ali vlada minister predsednik vojna napadla srecal proti leta`,
	small: `a h i k o s v z bi če da do ga iz ja je jo ki ko ji ju me mi mu na ne ni no od ob on pa po se si sm so ta te ti to tu že za ze`,
	three: `
ali bil bom bos cel cez cim dan dol dom dva dve ena ene eni eno gor gre ima jaz jih jim kaj kar kdo ker kje kot lep maj med moc moj moz nad naj nas
nek nic nje nji njo nov oba obe oni pac pet pot pri rad rec res saj sel sem sin sme smo sta ste sto sva tak tal tam teh tej tem ter tik tja tla trg
tri uri vam vec vem ves vsa vse vsi vso zdi`,
	acronyms: `AM CAS DEL DNI KAM KO LETA NAM PA PO POD ROK SAM TU VAS VI`,
}
