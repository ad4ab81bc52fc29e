package inflect

import "watcher/internal/rules/words"

// Azerbaijani: as Turkish, but d stays d behind any consonant, k and q soften to y
// and ğ, and names have no apostrophe. The letter ə folds to e.
var azerbaijani = language{
	code: "az", script: words.LatinScript,
	family: "turkic",
	forms: build(paradigms{
		longest: 13,
		class:   func(folded string) string { return turkicClass(folded)[:1] + azerbaijaniEnd(folded) },
		lines: turkicLines(
			"- I A DA DAn In lA DAkI DAkilAr DAkilArin DIr DIrlAr",
			"- nI yA DA DAn nIn ylA DAkI DAkilAr DAkilArin DIr DIrlAr",
		),
		grades: `
k y
q g
mir mr
hir hr
kir kr
sim sm
sil sl
kil kl
gul gl
vuz vz
nuz nz
xil xl
bir br
lin ln
`,
		groups: `
su suyu suya suda sudan suyun sular suları suların sularda sularında sularına sularının
xalq xalqı xalqa xalqda xalqdan xalqın xalqlar xalqının xalqına xalqları
`,
	}),
	clues: `ve bir bu ile üçün da də ki daha kimi qədər sonra deyil olan olub olaraq edib edilib etdi oldu olduğu çox ən yeni il ilin ildə ildir bildirib deyib söyləyib açıqlayıb görüşüb keçirilib başlayıb
	azerbaycan azerbaycanın prezident prezidenti nazir naziri nazirliyi xarici işlər müdafiə dövlət hökumət parlament milli məclis deputat ordu hərbi əsgər sülh müharibə hücum raket atəşkəs
	ermənistan rusiya ukrayna türkiyə iran gürcüstan abş avropa qarabağ bakı bakıda şəhər ölkə ölkələr arasında qarşı haqqında barədə nəfər yaralanıb öldürülüb həlak məhkəmə polis seçki`,
	letters: "əüöçğı",
	small:   `və bu da də o ki nə mi il ay on üç az`,
}

// azerbaijaniEnd tells a vowel at the end of a folded word, as turkicClass does, from
// any consonant.
func azerbaijaniEnd(folded string) string {
	if len(turkicClass(folded)) == 1 {
		return ""
	}
	return "n"
}

/*
Test words of Azerbaijani:

Azərbaycan | Azərbaycanın Azərbaycana Azərbaycanda Azərbaycandan Azərbaycanı Azərbaycanla | Azərbaycanlı azərbaycanlılar
Ermənistan | Ermənistanın Ermənistana Ermənistanda Ermənistandan Ermənistanla | erməni
Rusiya | Rusiyanın Rusiyaya Rusiyada Rusiyadan Rusiyanı Rusiyadakı | rus Rusiyalı
Ukrayna | Ukraynanın Ukraynaya Ukraynada Ukraynadan Ukraynanı | Ukraynalı
Türkiyə | Türkiyənin Türkiyəyə Türkiyədə Türkiyədən Türkiyəni Türkiyədəki | türk türkçə
Bakı | Bakının Bakıya Bakıda Bakıdan Bakını Bakıdakı | baxış
İran | İranın İrana İranda İrandan İranla | İraq
Əliyev | Əliyevin Əliyevə Əliyevi Əliyevdən Əliyevlə | əlil
Qarabağ | Qarabağın Qarabağa Qarabağda Qarabağdan Qarabağdakı | qara
NATO | NATO Natonun Natoya Natoda | nota
ordu | ordunun orduya orduda ordunu ordular ordusu ordusunun ordusuna ordusunda | ordan
əsgər | əsgərin əsgərə əsgəri əsgərlər əsgərləri əsgərlərin əsgərlərə əsgərlərimiz | əsər
raket | raketi raketin raketlə raketlər raketləri raketlərin raketlərlə | reket
hücum | hücumu hücuma hücumda hücumun hücumlar hücumları hücumların hücumundan | hökm
nazirlik | nazirliyi nazirliyin nazirliyinin nazirliyinə nazirliyindən nazirliklər | nazir
prezident | prezidenti prezidentin prezidentə prezidentlə prezidentlər prezidentinin | prezidentlik
sərhəd | sərhədi sərhəddə sərhəddən sərhədin sərhədlər sərhədində sərhədindəki | sərt
şəhər | şəhəri şəhərdə şəhərin şəhərə şəhərlər şəhərində | şəkər
ölkə | ölkənin ölkəyə ölkədə ölkələr ölkələrin ölkəsi ölkəsinin ölkələri | ölçü
sanksiya | sanksiyalar sanksiyaları sanksiyaların sanksiyanı sanksiyalara | sessiya
danışıq | danışığı danışıqlar danışıqları danışıqların danışıqlarda | danışır
neft | nefti neftin neftə neftdən | nefrit
qaz | qazı qazın qaza qazdan | qazax
müharibə | müharibənin müharibəyə müharibədə müharibədən müharibəsi müharibəsində | mühasirə
*/
