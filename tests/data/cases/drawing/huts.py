"""G3: guard houses over size, of two storeys, or lived in, let or sold."""
from .case import CROPLAND, Case
from .land import MU, in_parts

LAW = "DOMAIN 5 G3; FACTS 1.2"
SEVERE_COLD = "whether 张北, 沽源, 康保, 围场 and 丰宁 may use the severe-cold limit is unresolved (FACTS 1.2, [C])"


def one_hut(name, text, verdict, area, use="值守", place="庞各庄镇", source=LAW, width=4.5, held=None, outlines=True, **more):
    case = Case(name, source, place, text, outlines)
    if place in ("张北县", "围场满族蒙古族自治县", "固安县"):
        case.ring_base(case.box(-250, -200, 500, 420))
    shape = case.hut(case.exact(0, 0, width, area), use, **more)
    told = {} if verdict == "clear" else {"category": 3}
    case.expect("G3", verdict, shape, **told, **({"held_back_by": held} if held else {}))
    return case


def sizes():
    yield one_hut("hut_22_5_exact", "A guard house of exactly 22.5 m², measured without error, is clear: the limit of the north "
                  "is inclusive.", "clear", 22.5, error=0)
    yield one_hut("hut_22_5_error_1", "A guard house of exactly 22.5 m² ± 1 m² is clear: the measured value is not over the "
                  "limit, and the error only softens a value that is.", "clear", 22.5, error=1)
    yield one_hut("hut_22_4_error_1", "A guard house of 22.4 m² ± 1 m² is clear: it may truly be over 22.5 m², but the survey "
                  "says that it is not, and an error alone is no ground for suspicion.", "clear", 22.4, error=1)
    yield one_hut("hut_22_51_error_0", "A guard house of 22.51 m², measured without error, is a violation: it is over 22.5 m².",
                  "violation", 22.51, error=0)
    yield one_hut("hut_23_error_1", "A guard house of 23 m² ± 1 m² is for the field: the excess of 0.5 m² lies inside the "
                  "measuring error.", "for_field_check", 23, error=1)
    yield one_hut("hut_23_5_error_1", "A guard house of 23.5 m² ± 1 m² is for the field: it may be of exactly 22.5 m², which "
                  "would be right.", "for_field_check", 23.5, error=1)
    yield one_hut("hut_24_error_1", "A guard house of 24.0 m² ± 1 m² is a violation: even the least area that the error leaves, "
                  "23 m², is over 22.5 m².", "violation", 24.0, error=1)
    yield one_hut("hut_16_is_not_southern", "A guard house of 16 m² is clear: the 15 m² are the limit of the south, and Beijing "
                  "is north.", "clear", 16)
    yield one_hut("hut_24_without_outlines", "A guard house of 24.0 m² ± 1 m² in a workspace without districts and towns is "
                  "still a violation: Beijing's limit is the default where nothing says otherwise.", "violation", 24.0, error=1,
                  outlines=False)


def faulty_data():
    yield one_hut("hut_23_error_missing", "A guard house of 23 m² whose measuring error nobody wrote down is for the field: an "
                  "excess of 0.5 m² proves nothing while the tolerance is unknown.", "for_field_check", 23, error=None,
                  measured_by=None)
    yield one_hut("hut_22_error_missing", "A guard house of 22 m² whose measuring error nobody wrote down is clear: what was "
                  "measured is within 22.5 m².", "clear", 22, error=None, measured_by=None)
    yield one_hut("hut_24_error_negative", "A guard house of 24 m² with an error of -1 m² is for the field: an error below zero "
                  "is no error at all, so the tolerance is unknown, and it must not be added to the excess.", "for_field_check",
                  24, error=-1)
    yield one_hut("hut_22_4_error_negative", "A guard house of 22.4 m² with an error of -1 m² is clear: the wrong sign must not "
                  "carry it over 22.5 m².", "clear", 22.4, error=-1)
    yield one_hut("hut_storeys_missing", "A guard house of 20 m² whose storeys were not counted is clear: nothing says that it "
                  "has more than one.", "clear", 20, storeys=None)
    yield one_hut("hut_use_missing", "A guard house of 20 m² for which no use was written down is clear: nothing says that it "
                  "is used otherwise.", "clear", 20, use=None)
    yield one_hut("hut_use_empty", "A guard house of 20 m² whose use found is an empty text is clear: that is no use at all.",
                  "clear", 20, use="")


def uses():
    yield one_hut("hut_two_storeys", "A guard house of 15 m² and two storeys is a violation: the standard allows one storey, "
                  "whatever the size.", "violation", 15, storeys=2)
    yield one_hut("hut_watched_overnight", "A guard house of 20 m² where someone watches overnight is clear: that is what a "
                  "guard house is for.", "clear", 20, use="夜间看护")
    yield one_hut("hut_nobody_lives_there", "A guard house of 20 m² of which the inspector wrote that nobody lives there "
                  "(无人居住) is clear: the word 居住 alone proves no dwelling.", "clear", 20, use="夜间看护、农具存放，无人居住")
    yield one_hut("hut_let", "A guard house of 20 m², within the size, that is let as a dwelling is a violation of category 3: "
                  "letting is 住宅类经营性开发 at any size.", "violation", 20, use="出租居住")
    yield one_hut("hut_sold", "A guard house of 18 m² that was sold is a violation of category 3 at any size.", "violation", 18,
                  use="对外出售")
    yield one_hut("hut_permanent_dwelling", "A guard house of 15 m² that is somebody's permanent dwelling is a violation of "
                  "category 3 at any size.", "violation", 15, use="长期居住")

    case = Case("hut_over_size_and_let", LAW, "庞各庄镇", "A guard house of 40 m² and two storeys that is let breaks three clauses "
                "of one rule and is one finding.")
    hut = case.hut(case.exact(0, 0, 8, 40), "出租居住", storeys=2)
    case.expect("G3", "violation", hut, category=3, count=1)
    yield case

    case = Case("hut_let_in_park", "DOMAIN 5 G1, G3; FACTS 1.1", "青云店镇", "A guard house of 20 m² on cropland in a park that is "
                "let is a case of category 3 and not of category 1 too: the three categories part the cases, and the third names "
                "guard houses whose use was changed.")
    case.park(case.box(-100, -50, 250, 150))
    case.parcel(case.box(-100, -50, 250, 150))
    hut = case.hut(case.exact(0, 0, 4.5, 20), "出租居住", project=case.project)
    case.expect("G3", "violation", hut, category=3)
    case.expect("G1", "clear", hut)
    yield case


def shapes():
    case = Case("hut_in_two_parts", LAW, "庞各庄镇", "A guard house recorded as one building of two parts of 12 m² each is a "
                "violation: its footprint is 24 m² ± 0.5 m².")
    first, second = case.exact(0, 0, 4, 12), case.exact(6, 0, 4, 12)
    case.hut(in_parts(first, second))
    case.expect("G3", "violation", first, category=3)
    yield case

    case = Case("huts_wall_to_wall", LAW, "庞各庄镇", "Two guard houses of 20 m² each, of two greenhouses, share a wall and are "
                "clear: what adjoins is one finding, but not one building.")
    first, second = case.exact(0, 0, 5, 20), case.exact(5, 0, 5, 20)
    case.hut(first, greenhouse_id="D1")
    case.hut(second, greenhouse_id="D2")
    case.expect("G3", "clear", first)
    case.expect("G3", "clear", second)
    yield case

    case = Case("hut_on_parcel_border", "DOMAIN 5 G1, G3; FACTS 2.3", "青云店镇", "A guard house of 20 m² that stands across the "
                "border of two parcels of cropland in a park is clear: huts are below what parcels map, and the border changes "
                "nothing.")
    case.park(case.box(-100, -50, 200, 100))
    case.parcel(case.box(-100, -50, 100, 100), CROPLAND)
    case.parcel(case.box(0, -50, 100, 100), CROPLAND)
    hut = case.hut(case.exact(-2.5, 0, 5, 20), "夜间看护", project=case.project)
    case.expect("G3", "clear", hut)
    case.expect("G1", "clear", hut)
    yield case


def regions():
    yield one_hut("hut_24_zhangbei", "A guard house of 24 m² ± 0.5 m² in 张北 is for the field: it is over the 22.5 m² of the "
                  "north and within the 30 m² of the severe cold, and which of them holds there is unresolved.",
                  "for_field_check", 24, place="张北县", held=SEVERE_COLD)
    yield one_hut("hut_24_weichang", "A guard house of 24 m² ± 0.5 m² in 围场 (in full 围场满族蒙古族自治县) is for the field as in "
                  "张北: it lies between the two limits.", "for_field_check", 24, place="围场满族蒙古族自治县", held=SEVERE_COLD)
    yield one_hut("hut_31_zhangbei", "A guard house of 31 m² ± 0.5 m² in 张北 is a violation: it is over the limit of the severe "
                  "cold too.", "violation", 31, place="张北县")
    yield one_hut("hut_22_zhangbei", "A guard house of 22 m² in 张北 is clear: it is within either limit.", "clear", 22,
                  place="张北县")
    yield one_hut("hut_24_guan", "A guard house of 24 m² ± 0.5 m² in 固安 is a violation: Hebei's limit is 22.5 m² and 固安 is "
                  "none of its cold counties.", "violation", 24, place="固安县")

    def at_greenhouse(name, place, text, verdict, mu, area, held=None):
        case = Case(name, LAW, place, text)
        if place == "张北县":
            case.ring_base(case.box(-250, -200, 500, 420))
        case.greenhouse(case.exact(0, 0, 100, mu * MU), kind="日光温室", project_id=None)
        hut = case.hut(case.exact(-7, 0, 7, area), greenhouse_id="D1")
        case.expect("G3", verdict, hut, **({} if verdict == "clear" else {"category": 3}),
                    **({"held_back_by": held} if held else {}))
        return case

    yield at_greenhouse("hut_35_large_greenhouse_beijing", "韩村河镇", "A guard house of 35 m² ± 0.5 m² at a greenhouse of 2.5 亩 "
                        "in Beijing is a violation: the 40 m² for greenhouses over 2 亩 belong to the severe cold only.",
                        "violation", 2.5, 35)
    yield at_greenhouse("hut_35_large_greenhouse_zhangbei", "张北县", "A guard house of 35 m² ± 0.5 m² at a greenhouse of 2.5 亩 "
                        "in 张北 is for the field: if the severe-cold limits hold there, 40 m² are allowed at a greenhouse over "
                        "2 亩.", "for_field_check", 2.5, 35, SEVERE_COLD)
    yield at_greenhouse("hut_35_small_greenhouse_zhangbei", "张北县", "A guard house of 35 m² ± 0.5 m² at a greenhouse of 1.8 亩 "
                        "in 张北 is a violation: the greenhouse is too small for the 40 m², so that the limit is 30 m² at most.",
                        "violation", 1.8, 35)


def cases():
    for group in (sizes, faulty_data, uses, shapes, regions):
        yield from group()
