package inflect

import "watcher/internal/rules/words"

// Croatian, and Bosnian where it is written in Latin script.
var croatian = language{
	code: "hr", also: []string{"bs", "sh"}, script: words.LatinScript,
	family: "south slavic",
	forms:  serboCroatianForms,
	clues: `i je da se na za u o su od koji koja koje bi kao što ali nije biti iz sa po do ili će nisu bio bila bilo te tko šta zbog nakon prije poslije protiv između tijekom kod još samo već može mogu mora
	vlada vlade vladu ministar ministarstvo predsjednik predsjednika predsjednica premijer rat rata napad napada napadi godine godina godinu sporazum sporazuma sankcije sastanak posjet posjeti
	europski europska europske europskih hrvatska hrvatski hrvatske hrvatskoj bosna bosne srbija srbije ukrajina ukrajine ukrajini rusija rusije ruski ruska ruske njemačka njemačke vijeće sabor vojska vojske vojnici
	izbori izbora izborima tjedna tjedan sigurnost sigurnosti obrane obrana granici granica izjavio kaže rekao rekla poručio najavio potvrdio traži pomoć novi nova nove novih prvi tisuća milijuna eura dronovi projektili rakete oružje eksplozija poginulo ljudi osoba
	sudjeluje surađuje uhićen uhićeni svijet svijeta mjesec dvije dva tri protiv opet danas sutra jučer`,
	letters: "ćđ",
	small:   `a i k o s u bi će da do ga go ih im iz ja je ju ko ku li me mi mu na ne ni no od on pa po sa se si su ta te ti to tu uz za ću`,
	three: `
ako ali and bez bih bio bit cak ces dan dio dok dug duz dva ili ima ime iza jer jim joj jos kad kao kup moj nad nas niz nju oko ona oni ono ova ove
pak par pet put rad sad smo ste sto sud sve svi taj tek tih tim tko tog toj tom tri vam vec web zar`,
	acronyms: `KOD NAM PA PLAN PO POD ROK SAM TU VAS VI`,
}

/*
Test words of Croatian:

Hrvatska | Hrvatske Hrvatskoj Hrvatsku Hrvatskom | Hrvat Hrvati Hrvata hrvanje
Srbija | Srbije Srbiji Srbiju Srbijom | Srbin Srbi srpski srp
Srbin | Srbina Srbinu Srbi Srba Srbima Srbe | Srbija Srbije srpski
Bosna | Bosne Bosni Bosnu Bosnom | Bosanac bosanski Bošnjak
Hercegovina | Hercegovine Hercegovini Hercegovinu | herceg hercegovački
Ukrajina | Ukrajine Ukrajini Ukrajinu Ukrajinom | ukrajinski Ukrajinac Ukrajinci
Ukrajinac | Ukrajinca Ukrajincu Ukrajincem Ukrajinci Ukrajinaca Ukrajincima Ukrajince | Ukrajina ukrajinski
Rusija | Rusije Rusiji Rusiju Rusijom | Rus Rusi ruski ruševina
Njemačka | Njemačke Njemačkoj Njemačku Njemačkom | Nijemac Nijemci
Slovenija | Slovenije Sloveniji Sloveniju | Slovenac slovenski Slovačka
Amerika | Amerike Americi Ameriku Amerikom | američki Amerikanac
terorizam | terorizma terorizmu terorizmom | terorist teroristi
incident | incidenta incidentu incidenti incidenata incidentima |
projekt | projekta projektu projekti projekata projektima | projekcija
pojam | pojma pojmu pojmovi pojmova pojmovima |
trošak | troška trošku troškovi troškova troškove troškovima | trošiti
točka | točke točki točku točaka točkama | točan
težak | teška teško teški teških teškog | težina
bliski | bliske bliskog bliskih |
blizak | bliski bliska bliskog bliskih | blizina
kratak | kratki kratka kratkog kratkih | kratica
preostao | preostala preostale preostalih preostalim preostalog | preostatak
vjetar | vjetra vjetru vjetrovi vjetrova | vjetrenjača
ime | imena imenu imenom imenima | imati
Islam | Islama Islamu | islamski
Cipar | Cipra Cipru Ciprom | ciparski cipela
Egipat | Egipta Egiptu Egiptom | egipatski
Meksiko | Meksika Meksiku Meksikom | meksički
Kosovo | Kosova Kosovu Kosovom | kosovski kos
Tokio | Tokija Tokiju Tokijem | tokar
Peru | Perua Peruu Peruom | pero
Zagreb | Zagreba Zagrebu Zagrebom | zagrebački
Zadar | Zadra Zadru Zadrom | zadarski
Sisak | Siska Sisku Siskom | sisački
Vukovar | Vukovara Vukovaru Vukovarom | vukovarski vuk
Rijeka | Rijeke Rijeci Rijeku Rijekom | riječki riječ
Beč | Beča Beču Bečom | bečki
Vinkovci | Vinkovaca Vinkovcima Vinkovce | vinkovački
Plenković | Plenkovića Plenkoviću Plenkovićem | plan
Milanović | Milanovića Milanoviću Milanovićem | Milan Milana
Marko | Marka Marku Markom | Marija
Putin | Putina Putinu Putinom Putine | put puta puti
Zelenski | Zelenskog Zelenskoga Zelenskom Zelenskomu Zelenskim | zelen
Gaddafi | Gaddafija Gaddafiju Gaddafijem | gad
Orban | Orbana Orbanu Orbanom | orbita
Trump | Trumpa Trumpu Trumpom | trumpovski
Europski | Europskog Europskoga Europskom Europskim | Europa Europljanin
Europska | Europske Europskoj Europsku Europskom | Europa Europljani
Ujedinjeni | Ujedinjenih Ujedinjenim Ujedinjene | ujediniti
unija | unije uniji uniju unijom unijama | unijat
vojska | vojske vojsci vojsku vojskom vojskama | vojnik vojni vojvoda
vojnik | vojnika vojniku vojnikom vojnici vojnicima vojnike vojniče | vojska vojni
otac | oca ocu ocem očevi | ocat
građanin | građana građani građanima građane građanina | građanski
ministarstvo | ministarstva ministarstvu ministarstvom ministarstava ministarstvima | ministar ministri
ministar | ministra ministru ministrom ministri ministara ministrima ministre | ministarstvo
zemlja | zemlje zemlji zemlju zemljom zemalja zemljama | zemljak zemljopis
borba | borbe borbi borbu borbom borbama | borac borci
brod | broda brodu brodom brodovi brodova brodovima brodove | brodar
raketa | rakete raketi raketu raketom raketama | raketni
oblast | oblasti oblašću oblastima | oblak
pomoć | pomoći pomoću | pomoćnik
čovjek | čovjeka čovjeku čovjekom ljudi ljudima ljude | čovječanstvo
sporazum | sporazuma sporazumu sporazumom sporazumi sporazumima sporazume | sporan
izvještaj | izvještaja izvještaju izvještajem izvještaji | izvjestitelj
nuklearan | nuklearna nuklearno nuklearne nuklearnog nuklearnoj nuklearnih nuklearnim | nukleus
sud | suda sudu sudom sudovi sudova sudovima | sudac suci
sudac | suca sucu sucem suci sudaca sucima | sud sudovi
*/
