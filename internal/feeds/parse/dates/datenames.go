package dates

import "strings"

// monthNames has the months of a language in order; forms of one month are
// parted by "/".
var monthNames = [...]string{
	// English, with what people shorten them to
	"january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct november/nov december/dec",
	// German, Austrian
	"januar/jän/jänner februar/feber märz/mär/mrz april mai juni juli august september oktober/okt november dezember/dez",
	// French
	"janvier/janv/jan février/févr/fév/fevrier/fev mars avril/avr mai juin juillet/juil août/aout/aoû septembre octobre novembre décembre/déc/decembre",
	// Spanish
	"enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre/set octubre noviembre diciembre/dic",
	// Italian
	"gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre ottobre/ott novembre dicembre",
	// Portuguese
	"janeiro fevereiro março/marco abril maio/mai junho julho agosto setembro outubro/out novembro dezembro",
	// Dutch
	"januari februari maart/mrt april mei juni juli augustus september oktober november december",
	// Swedish, Danish, Norwegian
	"januari/januar februari/februar mars/marts april maj/mai juni juli augusti/august september oktober november december/desember/des",
	// Finnish
	"tammikuu/tammikuuta helmikuu/helmikuuta maaliskuu/maaliskuuta huhtikuu/huhtikuuta toukokuu/toukokuuta kesäkuu/kesäkuuta heinäkuu/heinäkuuta elokuu/elokuuta syyskuu/syyskuuta lokakuu/lokakuuta marraskuu/marraskuuta joulukuu/joulukuuta",
	// Estonian
	"jaanuar/jaan veebruar/veebr märts aprill/apr mai juuni juuli august september/sept oktoober/okt november detsember/dets",
	// Latvian
	"janvāris/janvārī/janv februāris/februārī/febr marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā/jūn jūlijs/jūlijā/jūl augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī",
	// Lithuanian
	"sausis/sausio/saus vasaris/vasario/vas kovas/kovo/kov balandis/balandžio/bal gegužė/gegužės/geg birželis/birželio/birž liepa/liepos/liep rugpjūtis/rugpjūčio/rugp rugsėjis/rugsėjo/rugs spalis/spalio/spal lapkritis/lapkričio/lapkr gruodis/gruodžio/gruod",
	// Polish
	"styczeń/stycznia/sty luty/lutego/lut marzec/marca/mar kwiecień/kwietnia/kwi maj/maja czerwiec/czerwca/cze lipiec/lipca/lip sierpień/sierpnia/sie wrzesień/września/wrz październik/października/paź listopad/listopada/lis grudzień/grudnia/gru",
	// Czech
	"leden/ledna/led únor/února/úno březen/března/bře duben/dubna/dub květen/května/kvě červen/června/čvn červenec/července/čvc srpen/srpna/srp září/zář říjen/října/říj listopad/listopadu prosinec/prosince/pro",
	// Slovak
	"január/januára február/februára marec/marca apríl/apríla máj/mája jún/júna júl/júla august/augusta september/septembra október/októbra november/novembra december/decembra",
	// Russian
	"январь/января/янв февраль/февраля/фев март/марта/мар апрель/апреля/апр май/мая июнь/июня/июн июль/июля/июл август/августа/авг сентябрь/сентября/сен/сент октябрь/октября/окт ноябрь/ноября/ноя/нояб декабрь/декабря/дек",
	// Ukrainian
	"січень/січня/січ лютий/лютого/лют березень/березня/бер квітень/квітня/квіт травень/травня/трав червень/червня/черв липень/липня/лип серпень/серпня/серп вересень/вересня/вер жовтень/жовтня/жовт листопад/листопада/лист грудень/грудня/груд",
	// Bulgarian
	"януари/яну февруари март април май юни/юн юли/юл август септември октомври/окт ноември декември",
	// Hungarian
	"január/jan február/febr március/márc április/ápr május/máj június/jún július/júl augusztus/aug szeptember/szept október/okt november/nov december/dec",
	// Romanian
	"ianuarie/ian februarie martie aprilie mai iunie/iun iulie/iul august septembrie octombrie noiembrie/noi decembrie",
	// Greek
	"ιανουάριος/ιανουαρίου/ιαν φεβρουάριος/φεβρουαρίου/φεβ μάρτιος/μαρτίου/μάρ/μαρ/μάώ απρίλιος/απριλίου/απρ μάιος/μαΐου/μάι/μαϊ/μαι ιούνιος/ιουνίου/ιούν/ιουν ιούλιος/ιουλίου/ιούλ/ιουλ αύγουστος/αυγούστου/αύγ/αυγ σεπτέμβριος/σεπτεμβρίου/σεπ οκτώβριος/οκτωβρίου/οκτ νοέμβριος/νοεμβρίου/νοέ/νοε δεκέμβριος/δεκεμβρίου/δεκ",
	// Arabic, Hebrew with and without "in", Indonesian
	"يناير فبراير مارس أبريل/ابريل/إبريل مايو يونيو/يونيه يوليو/يوليه أغسطس/اغسطس سبتمبر أكتوبر/اكتوبر نوفمبر ديسمبر",
	"ינואר/בינואר פברואר/בפברואר מרץ/במרץ/מרס/במרס אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
	"januari februari maret april mei juni juli agustus/agu september oktober november desember",
	// Turkish
	"ocak/oca şubat/şub mart nisan/nis mayıs haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki kasım/kas aralık/ara",
	// Serbian, Croatian, Slovene
	"siječanj/siječnja/januar/januara veljača/veljače ožujak/ožujka/mart/marec travanj/travnja svibanj/svibnja/maj lipanj/lipnja/junij srpanj/srpnja/julij kolovoz/kolovoza/avgust/avg rujan/rujna/septembar listopad/listopada/oktobar studeni/studenog/novembar prosinac/prosinca/decembar",
}

// dateSigns are what stands between the parts of a date in East Asian languages, and
// what has a blank or a dot in it.
var dateSigns = strings.NewReplacer(
	"年", " ", "月", " ", "日", " ", "년", " ", "월", " ", "일", " ",
	"시 ", ":", "時", ":", "时", ":", "點", ":", "点", ":", "시", ":", "分", ":", "분", ":", "秒", " ", "초", " ",
	"上午", " am ", "午前", " am ", "오전", " am ", "下午", " pm ", "午後", " pm ", "오후", " pm ",
	"o'clock", " ", "p.m.", "pm", "a.m.", "am",
)

// dateFillers are words that say nothing: those around a time or a year, and the
// days of the week of the languages that put them last.
var dateFillers = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`- – / at of on um uhr ob à las às a ore alle de del di den kl kl. klo godz godz. o v в о об год года г г. р р. р., r r. rok roku
		m. d. gada gads plkst plkst. kell
		pazartesi salı çarşamba perşembe cuma cumartesi pazar pzt sal çar per cum cmt paz`) {
		m[w] = true
	}
	return m
}()

// months numbers the names. The Slavic "listopad" is October in Croatian and
// November in Polish and Czech, whose feeds are many: the first one counts.
var months = func() map[string]int {
	m := map[string]int{}
	for _, names := range monthNames {
		for i, forms := range strings.Fields(names) {
			for form := range strings.SplitSeq(forms, "/") {
				if _, taken := m[form]; !taken {
					m[form] = i + 1
				}
			}
		}
	}
	return m
}()

// zoneMinutes are the abbreviations that feeds use, east of Greenwich. Where one
// has several meanings, the one that most feeds mean: CST is America's, IST is
// India's, BST is Britain's.
var zoneMinutes = map[string]int{
	"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "ZULU": 0, "WET": 0, "WEST": 60, "BST": 60, "IST": 330,
	"CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "MEST": 120, "MET": 60,
	"EET": 120, "EEST": 180, "SAST": 120, "CAT": 120, "WAT": 60, "EAT": 180, "TRT": 180,
	"МСК": 180, "MSK": 180, "MSD": 240, "SAMT": 240, "GST": 240, "AMT": 240, "AZT": 240, "GET": 240, "IRST": 210, "IRDT": 270,
	"AFT": 270, "PKT": 300, "UZT": 300, "YEKT": 300, "NPT": 345, "BDT": 360, "ALMT": 360, "OMST": 360,
	"ICT": 420, "WIB": 420, "NOVT": 420, "KRAT": 420, "HKT": 480, "SGT": 480, "PHT": 480, "MYT": 480, "AWST": 480,
	"IRKT": 480, "JST": 540, "KST": 540, "YAKT": 540, "ACST": 570, "AEST": 600, "VLAT": 600, "ACDT": 630, "AEDT": 660,
	"NZST": 720, "NZDT": 780,
	"NST": -210, "NDT": -150, "AST": -240, "ADT": -180, "EST": -300, "EDT": -240, "ET": -300, "CST": -360, "CDT": -300,
	"MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "PT": -480, "AKST": -540, "AKDT": -480, "HST": -600,
	"BRT": -180, "BRST": -120, "ART": -180, "CLT": -240, "CLST": -180, "COT": -300, "PET": -300, "VET": -240, "UYT": -180,
}
