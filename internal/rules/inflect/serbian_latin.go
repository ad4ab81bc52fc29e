package inflect

import "watcher/internal/rules/words"

// Serbian and Montenegrin in Latin script.
var serbianLatin = language{
	code: "sr", also: []string{"cnr"}, script: words.LatinScript,
	family: "south slavic",
	forms:  serboCroatianForms,
	clues: `i je da se na za u o su od koji koja koje bi kao što ali nije biti iz sa po do ili će nisu bio bila bilo ko šta zbog nakon pre posle protiv između tokom kod još samo već može mogu mora
	vlada vlade vladu ministar ministarstvo predsednik predsednika predsednica premijer rat rata napad napada napadi godine godina godinu sporazum sporazuma sankcije sastanak poseta
	evropski evropska evropske evropskih srbija srbije srbiji srpski srpske kosovo kosova kosovu beograd beogradu ukrajina ukrajine ukrajini rusija rusije ruski ruska ruske nemačka nemačke savet skupština vojska vojske vojnici
	izbori izbora izborima nedelje nedelja bezbednost bezbednosti odbrane odbrana granici granica izjavio kaže rekao rekla poručio najavio potvrdio traži pomoć novi nova nove novih prvi hiljada miliona evra dronovi projektili rakete oružje eksplozija poginulo ljudi osoba
	učestvuje sarađuje uhapšen uhapšeni svet sveta mesec dve dva tri gde opet danas sutra juče`,
	letters: "ćđ",
	small:   `a i k o s u bi će da do ga go ih im iz ja je ju ko ku li me mi mu na ne ni no od on pa po sa se si su ta te ti to tu uz za ću`,
	three: `
ako ali bez bih bio bit cak ces dan deo dok dug duz dva gde ili ima ime iza jer joj jos kad kao moj nad nas niz nju oko ona oni ono ova ove
pak par pet pre put rad sad smo ste sto sud sve svi taj tek tih tim tog toj tom tri vam vec zar`,
	acronyms: `KOD NAM PA PLAN PO POD ROK SAM TU VAS VI`,
}

/*
Test words of Serbian in Latin script:

Nemačka | Nemačke Nemačkoj Nemačku Nemačkom | Nemac Nemci
Beograd | Beograda Beogradu Beogradom | beogradski Beograđanin
Vučić | Vučića Vučiću Vučićem | vuk
Kipar | Kipra Kipru Kiprom | kiparski
Evropski | Evropskog Evropskoga Evropskom Evropskim | Evropa Evropljanin
poslanik | poslanika poslaniku poslanici poslanicima poslanike | poslanstvo
čovek | čoveka čoveku čovekom ljudi ljudima ljude | čovečanstvo
predsednik | predsednika predsedniku predsednikom predsednici predsedniče | predsedništvo
bezbednost | bezbednosti bezbednošću | bezbedan
*/
