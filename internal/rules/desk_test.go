package rules_test

import (
	"testing"

	"watcher/internal/rules"
)

// TestDesk: twenty rules that somebody wrote for a desk on the Baltic and the Black Sea,
// with nothing but docs/rules.md, find what they were meant for, in the words of the press.
func TestDesk(t *testing.T) {
	lists := map[string][]string{
		"baltics":  {"Estonia", "Estonian", "Latvia", "Latvian", "Lithuania", "Lithuanian", "Baltic", "Balt"},
		"blacksea": {"Black Sea", "Bulgaria", "Bulgarian", "Romania", "Romanian", "Ukraine", "Ukrainian", "Georgia", "Georgian", "Turkey", "Turkish", "Türkiye", "Moldova", "Moldovan", "Crimea", "Crimean", "Odesa", "Odessa"},
		"allies":   {"NATO", "OTAN", "НАТО", "North Atlantic Treaty Organization", "SACEUR", "=SHAPE", "Atlantic alliance"},
		"jets":     {"F-35", "F-16", "Eurofighter", "Typhoon", "Rafale", "Gripen", "Su-27", "Su-30", "Su-35", "MiG-31", "Tu-95", "Il-20"},
		"missiles": {"Iskander", "Kalibr", "Kinzhal", "Kh-101", "S-300", "S-400", "Patriot", "NASAMS", "IRIS-T", "HIMARS", "ATACMS", "Neptune"},
		"armour":   {"Leopard 2", "T-72", "T-90", "M1 Abrams", "Abrams", "Boxer", "CV90*", "K2"},
	}
	for _, c := range []struct {
		name, rule string
		finds      []string
		not        []string
	}{
		{"forward presence", `@baltics AND ("enhanced forward presence" OR eFP OR battlegroup OR "forward land forces")`,
			[]string{"Multinational battle group in Latvia becomes a brigade", "Canadian-led eFP battlegroup trains at Ādaži, Latvia", "NATO's Enhanced Forward Presence in the Baltics turns ten", "Estonian and British battlegroups exercise near Tapa"},
			[]string{"Latvian group wins the battle of the bands"}},
		{"alliance in the region", `@allies AND @baltics`,
			[]string{"NATO brigade trains with Estonian and Latvian soldiers", "Balts ask NATO for more", "L’OTAN renforce la Baltic Sentry", "NATO-led drills start in Lithuania"}, []string{"A senator from Anatolia visits Estonia"}},
		{"air policing", `("air policing" OR "air-policing" OR scramble OR intercept) AND (@jets OR fighter OR jet)`,
			[]string{"Portuguese F-16AMs take over Baltic air policing", "Typhoons were scrambled to intercept Russian Su-27s", "Hungarian Gripens intercepted an Il-20M over the Baltic", "Two MiG-31Ks violated Estonian airspace, jets scrambled", "Fighter jets scrambled after drone alert"}, nil},
		{"cables", `(cable OR pipeline OR Balticconnector OR Estlink) AND (damage OR cut OR sever OR sabotage OR rupture OR break)`,
			[]string{"Undersea cables between Finland and Estonia damaged", "Estlink 2 was severed by the Eagle S", "Suspected sabotage of Balticconnector pipeline", "Data cable broken off Gotland", "Ship cut the sub-sea cable"}, nil},
		{"shadow fleet", `"shadow fleet~" OR "dark fleet~" OR (tanker AND sanction AND (Russia OR Russian))`,
			[]string{"EU lists 50 more shadow-fleet ships", "Russia's shadow fleets grow", "Sanctioned tankers still carry Russian oil", "Estonian navy boards a tanker of the Russian shadow fleet"}, nil},
		{"GPS", `(GPS OR GNSS) NEAR/5 (jam OR spoof OR interference OR disrupt)`,
			[]string{"GPS jamming over the Gulf of Finland", "Jammed GPS signals force Finnair to turn back", "Spoofing of GNSS reported near Kaliningrad", "Interference with GPS continues"}, nil},
		{"Kaliningrad missiles", `@missiles AND (Kaliningrad OR Belarus OR Belarusian)`,
			[]string{"S-400s moved from Kaliningrad", "Russia bases nuclear-capable Iskander-M in Belarus", "Belarusian crews train on S-300PS", "Kaliningrad's Iskanders on alert"}, nil},
		{"suwalki", `Suwałki OR "Suwalki Gap" OR Суваль* OR Suwalken`,
			[]string{"The Suwalki corridor is NATO's weak spot", "Przesmyk suwalski i Suwałki", "W Suwałkach stanęła kompania"}, nil},
		{"Article 5", `"Article 5" OR "Article Five" OR "Article 4" OR "Article Four"`,
			[]string{"Estonia invokes NATO's Article 4", "What Article 5 says"}, []string{"Article 50 was triggered in 2017"}},
		{"Article 5 plain", `Article-5 OR Article-4`,
			[]string{"Article 5's meaning", "Estonia invokes Article 4", "An Article-5 mission"}, []string{"Article 50 was triggered"}},
		{"defence spending", `("defence spending" OR "defense spending" OR "defence budget" OR "5% of GDP" OR "5 percent of GDP") AND (@baltics OR Poland OR Polish)`,
			[]string{"Lithuania lifts defense spending to 5% of GDP", "Polish defence budget grows", "Baltic states to spend 5% of GDP on arms", "Estonia's defence spending rises"}, nil},
		{"Germany's brigade", `(German OR Germany OR Bundeswehr) AND brigade AND (Lithuania OR Lithuanian OR Litauen)`,
			[]string{"Germany's Panzerbrigade 45 moves into Lithuania: the brigade", "Bundeswehr: Die Brigade in Litauen wächst", "German soldiers of the Lithuania brigade sworn in"}, nil},
		{"Black Sea drones", `@blacksea AND (drone OR UAV OR "sea drone~" OR Magura OR mine)`,
			[]string{"Romanian frigate finds drifting mines in the Black Sea", "Drones hit Odesa port", "Sea drones of Ukraine strike a Russian patrol ship", "Debris of a UAV found in Romania’s Tulcea", "Turkish, Bulgarian and Romanian minehunters clear mines"}, nil},
		{"Straits", `Montreux OR ((Bosphorus OR Bosporus OR Dardanelles OR "Turkish Straits") AND (warship OR navy OR tanker OR closure OR close))`,
			[]string{"Turkey closes the Bosphorus to warships", "Montreux Convention under strain", "Tankers queue at the Dardanelles"}, nil},
		{"Transnistria", `(Transnistria OR Transnistrian OR Tiraspol OR Gagauzia OR Gagauz) AND (Russia OR Russian OR gas OR troop OR election)`,
			[]string{"Russian troops in Transnistria", "Gagauz leader jailed before elections", "Gas returns to Tiraspol"}, nil},
		{"F-35 and Leopard", `@jets OR @armour`,
			[]string{"Poland's first F-35As land at Łask", "Lithuania orders 44 Leopard 2A8s", "T-72B3M tanks burn", "Tu-95MS bombers take off", "K2PL production starts", "M1A2 Abrams arrive", "Su-30SM downed", "CV9035 for Estonia"}, []string{"The F-350 is a truck"}},
		{"Russian press", `(НАТО OR Прибалтика OR Эстония OR Латвия OR Литва) AND (учения OR войска OR бригада OR угроза)`,
			[]string{"Страны НАТО начали учения в Прибалтике", "Войска НАТО размещены в Литве", "Об угрозе для Эстонии заявили в Москве", "В Латвии развернут бригаду альянса"}, nil},
		{"Ukrainian press", `(Одеса OR Крим OR "Чорне море~") AND (ракета OR безпілотник OR дрон OR флот)`,
			[]string{"Ракети вдарили по Одесі", "У Криму знищено безпілотники", "Атака дронів на Одесу тривала всю ніч"}, nil},
		{"hybrid", `(sabotage OR arson OR "hybrid attack~" OR cyberattack OR "weather balloon~" OR disinformation) AND (@baltics OR Poland OR Polish)`,
			[]string{"Arson in Vilnius: Lithuanian prosecutors blame GRU", "Cyber attacks on Estonian ministries", "Weather balloons from Belarus close Lithuania's airport", "Hybrid attacks on Poland grow"}, nil},
		{"leaders", `(Putin OR Lavrov OR Peskov OR Belousov OR Gerasimov) NEAR/15 (threaten OR warn OR vow OR "red line~") AND (@baltics OR NATO)`,
			[]string{"Putin warned the Baltic states", "Lavrov: NATO crossed red lines", "Peskov vows response to NATO's Baltic build-up"}, nil},
		{"nuclear", `(nuclear OR Oreshnik) AND (Belarus OR Belarusian OR Kaliningrad OR Zapad) NOT ("power plant" OR Ostrovets OR Astravets)`,
			[]string{"Oreshnik missiles on duty in Belarus", "Belarusian forces rehearse nuclear launch at Zapad-2025"}, []string{"Belarus nuclear power plant at Ostrovets stops"}},
	} {
		matchTitles(t, c.name, []rules.Rule{{Name: "r", Match: c.rule}}, rules.Options{Lists: lists}, "", c.finds, c.not)
	}
}
