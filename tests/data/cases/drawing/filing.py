"""G7 facilities without filing or used otherwise, G8 closed cases that are back, G10 ancillary plots in the protected space."""
from .case import FACILITY_LAND, SHOP_LAND, Case

FILING = "DOMAIN 5 G7; FACTS 1.1, 1.3"
BACK = "DOMAIN 5 G8; FACTS 1.6"
PLOT = "DOMAIN 5 G10; FACTS 1.3"


def filings():
    case = Case("facility_not_filed", FILING, "漷县镇", "A growing facility of 2022 without a filing number is a violation: facility "
                "land is filed with the township.")
    plot = case.facility(case.box(0, 0, 60, 40), filed=False)
    case.expect("G7", "violation", plot)
    yield case

    case = Case("facility_used_as_restaurant", FILING, "漷县镇", "A restaurant of 80 m² stands on a facility filed for growing "
                "vegetables: a violation, for it is used otherwise than filed.")
    case.facility(case.box(0, 0, 60, 40))
    restaurant = case.structure(case.exact(10, 10, 10, 80), "restaurant", "餐饮")
    case.expect("G7", "violation", restaurant)
    yield case

    case = Case("facility_used_for_livestock", FILING, "漷县镇", "A shed of 200 m² with livestock stands on a facility filed for "
                "growing vegetables: a violation, for breeding is another use than the one filed.")
    case.facility(case.box(0, 0, 60, 40))
    shed = case.structure(case.exact(10, 10, 20, 200), "other", "畜禽养殖")
    case.expect("G7", "violation", shed)
    yield case

    case = Case("facility_with_its_sheds", FILING, "漷县镇", "A guard house of 20 m², a store of 60 m² and a packing shed of 90 m² "
                "on a facility filed for growing vegetables are clear: they serve the growing.")
    plot = case.facility(case.box(0, 0, 60, 40))
    hut = case.hut(case.exact(2, 2, 5, 20), "夜间看护", project=case.project)
    store = case.structure(case.exact(12, 2, 10, 60), "storage", "农具存放")
    shed = case.structure(case.exact(30, 2, 10, 90), "packing_shed", "分拣包装")
    for at in (plot, hut, store, shed):
        case.expect("G7", "clear", at)
    case.expect("G3", "clear", hut)
    yield case

    case = Case("facility_cold_store_as_filed", FILING, "漷县镇", "A cold store of 300 m² on a facility filed for cold storage is "
                "clear: it is used as filed.")
    plot = case.facility(case.box(0, 0, 30, 20), "附属设施（冷藏保鲜）")
    store = case.structure(case.exact(5, 5, 20, 300), "cold_store", "冷藏保鲜")
    case.expect("G7", "clear", store)
    yield case


def let_hut(name, text, back, place, closed="2019-05-20", use="出租居住", width=5, area=20, bad=True):
    """A guard house and the point of a closed case of category 3, `place` metres from its western wall."""
    case = Case(name, BACK + "; DOMAIN 5 G3", "永乐店镇", text)
    hut = case.hut(case.exact(0, 0, width, area), use, built="2023-05-01")
    lon, lat = case.grid.point(*place)
    case.rectified({"type": "Point", "coordinates": [lon, lat]}, "3", closed)
    case.expect("G8", "violation" if back else "clear", hut)
    case.expect("G3", "violation" if bad else "clear", hut, **({"category": 3} if bad else {}))
    return case


def recurrences():
    yield let_hut("recurrence_5_m", "A guard house of 2023 that is let stands 5 m from the point of a case of the same category, "
                  "closed in 2019: the case is back, which G8 says beside what G3 says of the hut.", True, (-5, 2))
    yield let_hut("recurrence_500_m", "A guard house that is let stands 500 m from the point of a case closed in 2019: a violation "
                  "of G3 but no recurrence, for it is another place.", False, (-500, 2))
    yield let_hut("closed_before_2018", "A guard house that is let stands 5 m from the point of a case closed in 2016: a violation "
                  "of G3 but no recurrence, which counts cases closed since 2018.", False, (-5, 2), closed="2016-05-20")
    yield let_hut("rectified_hut_now_right", "A guard house of 20 m² stands where a case of an oversized hut was closed in 2019, "
                  "and is used to watch overnight: it is clear, for being within the size is how the case was mended.", False,
                  (2, 2), use="夜间看护", bad=False)

    case = Case("recurrence_on_the_plot", BACK + "; DOMAIN 5 G1", "永乐店镇", "A restaurant of 2023 covers nearly all of the outline of "
                "a case of category 1 that was closed in 2019, on facility land in a park: G1 finds it, and G8 says that it is "
                "back.")
    case.park(case.box(-100, -50, 300, 150))
    case.parcel(case.box(-20, -20, 80, 60), FACILITY_LAND)
    case.rectified(case.box(0, 0, 12, 10), "1")
    restaurant = case.structure(case.box(0, 0, 12, 9.5), "restaurant", "餐饮", built="2023-05-01")
    case.expect("G1", "violation", restaurant, category=1)
    case.expect("G8", "violation", restaurant)
    yield case


def ancillary(name, text, east, verdict):
    case = Case(name, PLOT, "河南寨镇", text)
    case.far_park()
    case.protected(case.box(0, -100, 400, 300))
    case.parcel(case.box(east - 10, -5, 40, 30), SHOP_LAND)
    plot = case.structure(case.box(east, 0, 30, 20), "other", "点状配套设施", project=None, built="2023-09-01")
    case.expect("G10", verdict, plot)
    case.expect("G1", "clear", plot)
    return case


def ancillary_plots():
    yield ancillary("ancillary_plot_in_protected", "A plot of ancillary facilities (点状配套设施) of 2023-09 on construction land inside "
                    "the cropland protection space is a violation: 京规自发〔2023〕168号 of 2023-06-10 keeps them out of it.", 100,
                    "violation")
    yield ancillary("ancillary_plot_beside_protected", "A plot of ancillary facilities (点状配套设施) of 2023-09 on construction land "
                    "that touches the cropland protection space from outside is clear.", -30, "clear")


def cases():
    for group in (filings, recurrences, ancillary_plots):
        yield from group()
