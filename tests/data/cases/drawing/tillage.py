"""G5 hardening of cropland, and G6 facilities that destroy the tillage layer of permanent basic farmland."""
from .case import CROPLAND, FACILITY_LAND, SHOP_LAND, Case
from .land import MU

HARDENING = "DOMAIN 5 G5; FACTS 1.5, 1.6"
FARMLAND = "DOMAIN 5 G6; FACTS 1.4"


def hardened(name, text, mu, severity, basic=False):
    case = Case(name, HARDENING, "大孙各庄镇", text)
    whole = case.box(-50, -50, 300, 200)
    case.parcel(whole)
    # Basic farmland is drawn far away where the spot is not on it, so that its absence is known.
    case.basic_farmland(whole if basic else case.box(1500, 0, 100, 100))
    spot = case.spot(case.exact(0, 0, 100, mu * MU), "YH", SFYN="是" if basic else "否")
    case.expect("G5", "violation", spot, severity=severity)
    return case


def hardening():
    yield hardened("hardening_half_mu", "A hardening spot (YH) of 0.5 亩 on cropland is a violation of the plain severity: the "
                   "rule has no least size.", 0.5, "base")
    yield hardened("hardening_basic_4_8_mu", "A hardening spot of 4.8 亩 on permanent basic farmland is a violation of the plain "
                   "severity: below 5 亩.", 4.8, "base", basic=True)
    yield hardened("hardening_basic_5_2_mu", "A hardening spot of 5.2 亩 on permanent basic farmland is a violation of raised "
                   "severity: 5 亩 and more.", 5.2, "raised", basic=True)
    yield hardened("hardening_other_5_2_mu", "A hardening spot of 5.2 亩 on cropland that is no permanent basic farmland is a "
                   "violation of the plain severity: the 5 亩 are for basic farmland.", 5.2, "base")
    yield hardened("hardening_other_10_4_mu", "A hardening spot of 10.4 亩 on cropland that is no permanent basic farmland is a "
                   "violation of raised severity: 10 亩 and more.", 10.4, "raised")

    case = Case("hardening_three_adjoining", HARDENING, "大孙各庄镇", "Three adjoining hardening spots of 2 亩 each on permanent basic "
                "farmland are one finding of 6 亩, and so of raised severity.")
    whole = case.box(-50, -50, 300, 200)
    case.parcel(whole)
    case.basic_farmland(whole)
    for east in (0, 40, 80):
        spot = case.spot(case.exact(east, 0, 40, 2 * MU), "YH", SFYN="是")
        case.expect("G5", "violation", spot, severity="raised", count=1)
    yield case

    case = Case("hardening_second_survey", HARDENING + ", 2.1", "大孙各庄镇", "A hardening spot of 1 亩 on land that the second survey "
                "coded 012 is a violation: 012 is 水浇地, cropland.")
    case.parcel(case.box(-50, -50, 300, 200), ("012", "水浇地"), "survey2")
    spot = case.spot(case.exact(0, 0, 30, MU), "YH", ("012", "水浇地"))
    case.expect("G5", "violation", spot, severity="base")
    yield case


def nothing_hardened():
    case = Case("hardening_on_built_up_land", HARDENING, "大孙各庄镇", "A hardening spot of 1 亩 whose class before the change is "
                "built-up land (05H1, as the parcel says too) is clear: no cropland was hardened.")
    case.parcel(case.box(-50, -50, 150, 100), SHOP_LAND)
    spot = case.spot(case.exact(0, 0, 30, MU), "YH", SHOP_LAND)
    case.expect("G5", "clear", spot)
    yield case

    case = Case("hardening_on_facility_land", HARDENING, "大孙各庄镇", "A hardening spot of 0.5 亩 on filed facility land (1202) is "
                "clear: facility land for sorting and drying is no cropland.")
    case.parcel(case.box(-20, -20, 80, 60), FACILITY_LAND)
    case.facility(case.box(-20, -20, 80, 60), "附属设施（分拣包装、晾晒）")
    spot = case.spot(case.exact(0, 0, 30, 0.5 * MU), "YH", FACILITY_LAND)
    case.expect("G5", "clear", spot)
    case.expect("G7", "clear", spot)
    yield case

    case = Case("spots_of_vegetation", HARDENING, "大孙各庄镇", "Spots of the types 1, 01 and 02 on cropland in a park are clear: "
                "they saw crops and an orchard, and 1 and 01 are one type.")
    case.park(case.box(-50, -50, 300, 200))
    case.parcel(case.box(-50, -50, 300, 200))
    for east, seen in ((0, "1"), (50, "01"), (100, "02")):
        spot = case.spot(case.exact(east, 0, 30, MU), seen)
        case.expect("G5", "clear", spot)
        case.expect("G1", "clear", spot)
    yield case


def destroyed(name, text, built, verdict, held=None):
    case = Case(name, FARMLAND, "北务镇", text)
    case.basic_farmland(case.box(-100, -50, 300, 150))
    plot = case.facility(case.box(0, 0, 60, 40), "工厂化种植（破坏耕作层）", built=built,
                         **({} if built else {"filed_on": None}))
    case.parcel(plot, FACILITY_LAND)
    case.expect("G6", verdict, plot, **({"held_back_by": held} if held else {}))
    return case


def regimes():
    conditional = "自然资规〔2019〕4号 allowed it where unavoidable and with replacement (补划), which no layer shows"
    where = "A factory-style growing facility that destroys the tillage layer on permanent basic farmland, "
    yield destroyed("basic_farmland_2019_06", where + "built in 2019-06, is for the field: the notice before 自然资规〔2019〕4号 is "
                    "superseded, and no layer shows an approval under it.", "2019-06-15", "for_field_check",
                    "国土资发〔2014〕127号, in force then, is superseded, and what was approved under it is in no layer")
    yield destroyed("basic_farmland_2020_06", where + "built in 2020-06, is for the field: 自然资规〔2019〕4号 allowed it where "
                    "unavoidable and with replacement, and no layer shows whether that was so.", "2020-06-15",
                    "for_field_check", conditional)
    yield destroyed("basic_farmland_2021_10", where + "built in 2021-10, is for the field: the ban of 自然资发〔2021〕166号 came in "
                    "2021-11, and before it 自然资规〔2019〕4号 allowed it with replacement.", "2021-10-15", "for_field_check",
                    conditional)
    yield destroyed("basic_farmland_2021_12", where + "built in 2021-12, is a violation: 自然资发〔2021〕166号 bans it.",
                    "2021-12-15", "violation")
    yield destroyed("basic_farmland_unknown_date", where + "built nobody knows when, is for the field: the date decides whether "
                    "the ban of 自然资发〔2021〕166号 holds.", None, "for_field_check")

    case = Case("basic_farmland_soil_kept", FARMLAND, "北务镇", "Growing facilities that keep the tillage layer (so filed, and 0102 "
                "in the survey), built in 2019-06, 2020-06, 2021-10, 2021-12 and at an unknown date on permanent basic farmland, "
                "are clear: all three regimes allow them.")
    case.basic_farmland(case.box(-100, -50, 700, 150))
    case.parcel(case.box(-100, -50, 700, 150))
    for east, built in ((0, "2019-06-15"), (100, "2020-06-15"), (200, "2021-10-15"), (300, "2021-12-15"), (400, None)):
        plot = case.facility(case.box(east, 0, 60, 40), "蔬菜种植（不破坏耕作层）", built=built)
        case.expect("G6", "clear", plot)
        case.expect("G7", "clear", plot)
    yield case

    case = Case("basic_farmland_next_door", FARMLAND, "北务镇", "A factory-style growing facility of 2021-12 that destroys the "
                "tillage layer and touches permanent basic farmland along its edge is clear: it stands beside it.")
    edge = case.box(60, -50, 100, 150)
    case.basic_farmland(edge)
    plot = case.facility(case.box(0, 0, 60, 40), "工厂化种植（破坏耕作层）", built="2021-12-15")
    case.parcel(plot, FACILITY_LAND)
    case.expect("G6", "clear", plot)
    yield case


def cases():
    for group in (hardening, nothing_hardened, regimes):
        yield from group()
