package inflect

import "watcher/internal/rules/words"

// Turkish: known only so that its articles are not taken for those of another language.
var turkish = language{
	code: "tr", script: words.LatinScript,
	clues:   `ve bir bu icin ile da de olarak cok olan daha gibi kadar sonra turkiye ne mi rusya ukrayna savas bakan baskan karsi`,
	letters: "üöçğı",
	small:   `o az bu da de en er ey il iş ki mi mı ne ol on şu ta te ve ya`,
	three: `
adi ait ama ben bes bet bin bir biz bos cok cuk dek dis dur gah goz hem hep her hic hos idi iki ila ile ilk ise iyi kac kah ken kez kim kiz leh mis
ona pek sen ses sey siz son soz tam tek tik tim tum tur tuz var yag yaz ydi yer yil yok yol yuz`,
	acronyms: `IS ISI MAN MY ONU SURE TIR TU UN`,
}
