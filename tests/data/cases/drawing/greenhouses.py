"""G2: housing inside a greenhouse; and greenhouses that are none of the check's business."""
from .case import FACILITY_LAND, Case

LAW = "DOMAIN 5 G2; FACTS 1.1"


def inside(name, text, kind, use, verdict, size=(6, 40), **more):
    case = Case(name, LAW, "长子营镇", text)
    case.greenhouse(case.box(0, 0, 60, 10))
    building = case.structure(case.exact(10, 1, *size), kind, use, greenhouse_id="D1", **more)
    case.expect("G2", verdict, building, **({"category": 2} if verdict == "violation" else {}))
    return case, building


def housing():
    yield inside("residence_inside_greenhouse", "A residence of 40 m² inside a greenhouse is a violation of category 2.",
                 "residence", "居住", "violation")[0]
    yield inside("small_residence_inside_greenhouse", "A residence of 12 m² inside a greenhouse is a violation of category 2: "
                 "the rule has no least size.", "residence", "居住", "violation", size=(4, 12))[0]
    yield inside("storage_lived_in_inside_greenhouse", "A store room of 30 m² inside a greenhouse in which people were found "
                 "living is a violation of category 2: what the inspector found outweighs what the building was recorded as.",
                 "storage", "居住", "violation", size=(6, 30))[0]
    yield inside("residence_without_use_inside_greenhouse", "A residence of 40 m² inside a greenhouse, with no use written down, "
                 "is a violation of category 2: its kind says enough.", "residence", None, "violation")[0]

    case = Case("residence_half_inside_greenhouse", LAW, "长子营镇", "A residence of 40 m² that stands half inside a greenhouse is "
                "a violation of category 2: any housing inside the footprint counts.")
    case.greenhouse(case.box(0, 0, 60, 10))
    case.structure(case.exact(-4, 1, 8, 40), "residence", "居住")
    case.expect("G2", "violation", case.box(0.5, 2, 3, 2), category=2)
    yield case

    case = Case("residence_inside_greenhouse_in_park", "DOMAIN 5 G1, G2; FACTS 1.1", "长子营镇", "A residence of 40 m² inside a "
                "greenhouse on cropland in a park is a case of category 2 and not of category 1 too: the three categories part "
                "the cases, and the second names housing inside greenhouses.")
    case.park(case.box(-50, -50, 200, 100))
    case.parcel(case.box(-50, -50, 200, 100))
    case.greenhouse(case.box(0, 0, 60, 10))
    residence = case.structure(case.exact(10, 1, 6, 40), "residence", "居住", greenhouse_id="D1")
    case.expect("G2", "violation", residence, category=2)
    case.expect("G1", "clear", residence)
    yield case

    case = Case("residence_at_greenhouse_wall", "DOMAIN 5 G1, G2; FACTS 1.1", "长子营镇", "A residence of 45 m² beside a "
                "greenhouse, touching it along the wall, on cropland in a park, is category 1 and not 2: it is not inside the "
                "greenhouse.")
    case.park(case.box(-50, -50, 200, 100))
    case.parcel(case.box(-50, -50, 200, 100))
    case.greenhouse(case.box(0, 0, 60, 10))
    residence = case.structure(case.exact(60, 0, 6, 45), "residence", "居住")
    case.expect("G1", "violation", residence, category=1)
    case.expect("G2", "clear", residence)
    yield case


def no_housing():
    case, hut = inside("guard_house_inside_greenhouse", "A guard house of 15 m² inside a greenhouse, where someone watches "
                       "overnight, is clear: it is not housing, and it is within the size.", "guard_house", "夜间看护", "clear",
                       size=(4, 15))
    case.expect("G3", "clear", hut)
    yield case

    case, office = inside("office_and_packing_inside_greenhouse", "An office of 24 m² and a packing shed of 40 m² inside a "
                          "greenhouse are clear: neither is housing.", "office", "生产管理", "clear", size=(6, 24))
    shed = case.structure(case.exact(30, 1, 8, 40), "packing_shed", "分拣包装", greenhouse_id="D1")
    case.expect("G2", "clear", shed)
    yield case


def greenhouses():
    case = Case("greenhouse_on_0102_not_filed", "DOMAIN 2, 5 G7; FACTS 2.1", "长子营镇", "A vegetable greenhouse on a 0102 parcel "
                "in a park, not filed, with its guard house of 18 m², is clear: 0102 includes it, and it needs no filing.")
    case.park(case.box(-50, -50, 200, 100))
    case.far_facility()
    case.parcel(case.box(-50, -50, 200, 100))
    house = case.greenhouse(case.box(0, 0, 60, 10))
    hut = case.hut(case.exact(60, 0, 4, 18), "夜间看护", project=case.project, greenhouse_id="D1")
    for rule in ("G1", "G7"):
        case.expect(rule, "clear", house)
    case.expect("G3", "clear", hut)
    yield case

    case = Case("greenhouse_filed_on_1202", "DOMAIN 5; FACTS 1.3", "长子营镇", "A filed greenhouse of 600 m² on filed facility land "
                "in a park, with its guard house of 18 m², is clear: it is not a violation for being a building.")
    case.park(case.box(-50, -50, 200, 100))
    case.parcel(case.box(-2, -2, 70, 16), FACILITY_LAND)
    case.facility(case.box(-2, -2, 70, 16), "工厂化蔬菜种植", built="2019-04-01")
    house = case.greenhouse(case.exact(0, 0, 60, 600), kind="连栋温室", filed=True)
    hut = case.hut(case.exact(61, 0, 4, 18), "夜间看护", project=case.project, greenhouse_id="D1")
    for rule in ("G1", "G4", "G7"):
        case.expect(rule, "clear", house)
    case.expect("G3", "clear", hut)
    yield case

    case = Case("greenhouse_on_basic_farmland", "DOMAIN 2, 5 G6; FACTS 1.4, 2.1", "长子营镇", "A sunlight greenhouse of 2022 that "
                "keeps its soil (parcel 0102) on permanent basic farmland is clear: the ban since 自然资发〔2021〕166号 is on what "
                "destroys the tillage layer.")
    case.basic_farmland(case.box(-50, -50, 200, 100))
    case.parcel(case.box(-50, -50, 200, 100))
    house = case.greenhouse(case.box(0, 0, 60, 10), kind="日光温室", built_on="2022-04-01")
    case.expect("G6", "clear", house)
    yield case

    case = Case("vegetables_are_non_grain", "DOMAIN 5; FACTS 2.1", "长子营镇", "Vegetable fields and a greenhouse on a 0102 parcel "
                "of planting class FLS (non-grain), seen by a vegetation spot, in a park on permanent basic farmland, are clear: "
                "growing vegetables is no offence.")
    whole = case.box(-50, -50, 200, 100)
    case.park(whole)
    case.basic_farmland(whole)
    case.parcel(whole, ZZSXDM="FLS", ZZSXMC="种植非粮食作物")
    case.add("vegetable_land", case.box(-50, 15, 200, 30), plot_id="C1", growing="open", crop="大白菜", since="2019-03-01",
             district=case.district, town=case.town)
    house = case.greenhouse(case.box(0, 0, 60, 10), kind="日光温室")
    spot = case.spot(case.box(0, 20, 60, 20), "01", ZZSXDM="FLS", ZZSXMC="种植非粮食作物", SFYN="是")
    for rule in ("G1", "G5"):
        case.expect(rule, "clear", spot)
    case.expect("G6", "clear", house)
    yield case


def cases():
    for group in (housing, no_housing, greenhouses):
        yield from group()
