"""G1: housing, shops, catering, lodging and leisure on cropland or facility land, inside a park, point, base or belt or not."""
from .case import CROPLAND, FACILITY_LAND, HOMESTEAD, SHOP_LAND, Case
from .land import Box, area_m2, in_parts, north_edge, with_hole

LAW = "DOMAIN 5 G1; FACTS 1.1, 1.3"
CODES = "DOMAIN 2, 5 G1; FACTS 2.1"
OUTSIDE = "农农发〔2018〕3号 reaches farmland in parks only; whether a conversion was approved is in no layer (疑似违法占耕)"
COMMUNITY = ("0702", "城镇社区服务设施用地")


def in_park(name, text, source=LAW, place="东高村镇", land=CROPLAND, system="survey"):
    """A park all of whose land is one parcel, 200 m by 100 m."""
    case = Case(name, source, place, text)
    whole = case.box(-50, -30, 200, 100)
    case.park(whole)
    case.parcel(whole, land, system)
    return case


def inside():
    case = in_park("shop_on_facility_land_in_park", "A shop of 60 m² on facility land (1202) in a park is a violation of "
                   "category 1.", land=FACILITY_LAND, system=None)
    case.expect("G1", "violation", case.structure(case.exact(0, 0, 10, 60), "shop", "销售"), category=1)
    yield case

    case = in_park("residence_on_cropland_in_park", "A residence of 120 m² on cropland (0102) in a park is a violation of "
                   "category 1.")
    case.expect("G1", "violation", case.structure(case.exact(0, 0, 12, 120), "residence", "居住", storeys=2), category=1)
    yield case

    case = Case("restaurant_in_belt", LAW, "大孙各庄镇", "A restaurant of 80 m² on cropland inside a belt and in no park is a "
                "violation of category 1: a belt counts as a park does.")
    case.add("belts", case.box(-1000, -1000, 2000, 2000), name="龙塘路产业推进带", district="顺义区", towns="大孙各庄镇",
             roads="龙塘路", side="both", width_m=1000)
    case.parcel(case.box(-50, -30, 200, 100))
    case.expect("G1", "violation", case.structure(case.exact(0, 0, 10, 80), "restaurant", "餐饮", project=None), category=1)
    yield case

    case = Case("lodging_in_point", LAW, "小汤山镇", "A guest house of 150 m² on cropland inside the outline of an expansion point "
                "and in no park is a violation of category 1: a point counts as a park does.")
    case.add("points", case.box(-50, -30, 200, 100), project_id="T110114-01", name="示例拓展点", district=case.district,
             town=case.town)
    case.parcel(case.box(-50, -30, 200, 100))
    case.expect("G1", "violation", case.structure(case.exact(0, 0, 15, 150), "lodging", "民宿", project=None), category=1)
    yield case

    case = Case("restaurant_in_ring_base", LAW + "; DOMAIN 5 G7", "固安县", "A restaurant of 80 m² on a facility filed for growing "
                "inside a ring base in 固安 is a violation of category 1, and the facility is used otherwise than filed.")
    case.ring_base(case.box(-250, -200, 500, 420))
    case.facility(case.box(-20, -10, 60, 40))
    restaurant = case.structure(case.exact(0, 0, 10, 80), "restaurant", "餐饮")
    case.expect("G1", "violation", restaurant, category=1)
    case.expect("G7", "violation", restaurant)
    yield case

    case = in_park("office_in_park", "An office of 60 m² from which the growing is run, on facility land in a park, is clear: it "
                   "is neither housing nor trade, catering, lodging or leisure.", land=FACILITY_LAND)
    office = case.structure(case.exact(0, 0, 10, 60), "office", "生产管理")
    case.expect("G1", "clear", office)
    case.expect("G4", "clear", office)
    yield case


def outside():
    case = Case("shop_on_cropland_outside", LAW, "东高村镇", "A shop of 60 m² on cropland outside any park, point, base or belt is "
                "reported for the field with category 0 (疑似违法占耕) and never as 大棚房.")
    case.far_park()
    case.parcel(case.box(-50, -30, 200, 100))
    shop = case.structure(case.exact(0, 0, 10, 60), "shop", "销售", project=None)
    case.expect("G1", "for_field_check", shop, category=0, held_back_by=OUTSIDE)
    yield case

    case = Case("restaurant_in_cluster_only", LAW, "东高村镇", "A restaurant of 80 m² on cropland inside a cluster, which is a whole "
                "town, and in no park, point, base or belt, is of category 0: clusters are not among the areas of the rule.")
    case.far_park()
    case.add("clusters", case.box(-3000, -3000, 6000, 6000), name="东高村镇规模提升群", district=case.district, town=case.town,
             town_code=case.town_code)
    case.parcel(case.box(-50, -30, 200, 100))
    restaurant = case.structure(case.exact(0, 0, 10, 80), "restaurant", "餐饮", project=None)
    case.expect("G1", "for_field_check", restaurant, category=0, held_back_by=OUTSIDE)
    yield case

    case = Case("shop_in_hole_of_park", LAW, "东高村镇", "A shop of 60 m² on cropland stands in the hole of a park and is of "
                "category 0: the hole is not the park's.")
    case.park(with_hole(case.box(-100, -50, 300, 200), case.box(-20, -20, 80, 60)))
    case.parcel(case.box(-100, -50, 300, 200))
    shop = case.structure(case.exact(0, 0, 10, 60), "shop", "销售", project=None)
    case.expect("G1", "for_field_check", shop, category=0, held_back_by=OUTSIDE)
    yield case

    case = Case("shop_in_second_part_of_park", LAW, "东高村镇", "A shop of 60 m² on cropland in the second of a park's two parts is a "
                "violation of category 1: both parts are the park.")
    case.park(in_parts(case.box(-300, -30, 100, 100), case.box(-50, -30, 200, 100)))
    case.parcel(case.box(-50, -30, 200, 100))
    shop = case.structure(case.exact(0, 0, 10, 60), "shop", "销售")
    case.expect("G1", "violation", shop, category=1)
    yield case

    case = Case("restaurant_touching_park_from_outside", LAW, "东高村镇", "A restaurant of 80 m² on cropland touches the border of a "
                "park from outside and is of category 0: touching is not inside.")
    case.park(case.box(0, -30, 200, 100))
    case.parcel(case.box(-60, -30, 260, 100))
    restaurant = case.structure(case.exact(-10, 0, 10, 80), "restaurant", "餐饮", project=None)
    case.expect("G1", "for_field_check", restaurant, category=0, held_back_by=OUTSIDE)
    yield case

    case = Case("restaurant_touching_cropland", LAW, "东高村镇", "A restaurant of 80 m² on built-up land (05H1) in a park shares an "
                "edge with cropland and is clear: none of it stands on cropland.")
    case.park(case.box(-60, -30, 260, 100))
    case.parcel(case.box(0, -30, 200, 100))
    case.parcel(case.box(-60, -30, 60, 100), SHOP_LAND)
    case.expect("G1", "clear", case.structure(case.exact(-10, 0, 10, 80), "restaurant", "餐饮"))
    yield case


def codes():
    case = Case("residence_on_homestead", CODES, "东高村镇", "Residences of 120 m² on homestead land (0702 of the survey, also where "
                "the code system is left out) in a park and in a belt are clear: a homestead is no farmland.")
    case.park(case.box(-50, -30, 200, 100))
    case.add("belts", case.box(400, -500, 600, 1000), name="顺平南线产业推进带", district="平谷区", towns="东高村镇", roads="顺平南线",
             side="north", width_m=1000)
    for east, system in ((-10, "survey"), (500, None)):
        case.parcel(case.box(east, -10, 40, 40), HOMESTEAD, system)
        case.expect("G1", "clear", case.structure(case.exact(east + 5, 0, 12, 120), "residence", "居住", project=None))
    yield case

    case = in_park("shop_on_planning_0702", "A shop of 60 m² on 0702 of the planning codes (城镇社区服务设施) in a park is clear: that "
                   "is no farmland, and no homestead either.", CODES, land=COMMUNITY, system="planning")
    case.expect("G1", "clear", case.structure(case.exact(0, 0, 10, 60), "shop", "销售"))
    yield case

    case = Case("restaurant_on_planning_0602", CODES, "东高村镇", "Restaurants of 80 m² on 0602 and 060201 of the planning codes in "
                "a park are violations of category 1: there 0602 is 设施农用地.")
    case.park(case.box(-50, -30, 500, 100))
    for east, land in ((0, ("0602", "设施农用地")), (250, ("060201", "种植设施建设用地"))):
        case.parcel(case.box(east - 20, -20, 60, 60), land, "planning")
        restaurant = case.structure(case.exact(east, 0, 10, 80), "restaurant", "餐饮")
        case.expect("G1", "violation", restaurant, category=1)
    yield case

    case = in_park("restaurant_on_survey_0602", "A restaurant of 80 m² on 0602 of the survey (采矿用地) in a park is clear: mining "
                   "land is no farmland.", CODES, land=("0602", "采矿用地"))
    case.expect("G1", "clear", case.structure(case.exact(0, 0, 10, 80), "restaurant", "餐饮"))
    yield case

    case = Case("second_survey_codes", CODES, "东高村镇", "In the second survey's codes a restaurant on 012 (水浇地) and a shop on 122 "
                "(设施农用地) in a park are violations of category 1, and a residence on 072 (农村宅基地) is clear.")
    case.park(case.box(-50, -30, 700, 100))
    for east, land, kind, use in ((0, ("012", "水浇地"), "restaurant", "餐饮"), (250, ("122", "设施农用地"), "shop", "销售"),
                                  (500, ("072", "农村宅基地"), "residence", "居住")):
        case.parcel(case.box(east - 20, -20, 60, 60), land, "survey2")
        building = case.structure(case.exact(east, 0, 12, 80), kind, use)
        verdict = ("clear", {}) if land[0] == "072" else ("violation", {"category": 1})
        case.expect("G1", verdict[0], building, **verdict[1])
    yield case


def leisure(name, text, verdict, on_farmland, share):
    """A building across the border of cropland and built-up land: `on_farmland` m² of it lie on the cropland, and those are
    `share` of the building and of the parcel alike, so that the case holds for either reading of G1's share."""
    case = Case(name, LAW, "康庄镇", text)
    case.park(case.box(-200, -100, 400, 300))
    border, south = case.grid.point(0, 0)
    east = case.grid.point(4, 0)[0]
    north = north_edge(south, east - border, on_farmland)
    building = Box(east - (east - border) / share, south, east, north)
    if abs(area_m2(building.geometry()) * share - on_farmland) > 1e-6:
        raise ValueError(f"{name}: the building is not {on_farmland / share} m²")
    field_south, field_east = case.grid.point(0, -5)[1], case.grid.point(20, 0)[0]
    field = Box(border, field_south, field_east, north_edge(field_south, field_east - border, on_farmland / share))
    case.parcel(field)
    case.parcel(case.box(-180, -40, 180, 100), SHOP_LAND)
    case.structure(building, "leisure", "休闲垂钓")
    told = {} if verdict == "clear" else {"category": 1}
    case.expect("G1", verdict, Box(border, south, east, north), **told)
    return case


def shares():
    yield leisure("leisure_20_m2_at_4_9_percent", "A leisure building on built-up land in a park reaches over onto cropland with "
                  "20 m², 4.9 % of the building and of the parcel, and is clear: below 5 % and below 30 m².", "clear", 20, 0.049)
    yield leisure("leisure_31_m2_at_4_9_percent", "A leisure building on built-up land in a park reaches over onto cropland with "
                  "31 m², 4.9 % of the building and of the parcel, and is a violation: 30 m² and more.", "violation", 31, 0.049)
    yield leisure("leisure_20_m2_at_5_1_percent", "A leisure building on built-up land in a park reaches over onto cropland with "
                  "20 m², 5.1 % of the building and of the parcel, and is a violation: 5 % and more.", "violation", 20, 0.051)


def one_case():
    case = in_park("restaurant_of_three_buildings", "Three restaurant buildings of 80 m² wall to wall on cropland in a park are one "
                   "finding of category 1: adjacent evidence of one case is one flag.")
    for east in (0, 10, 20):
        building = case.structure(case.exact(east, 0, 10, 80), "restaurant", "餐饮")
        case.expect("G1", "violation", building, category=1, count=1)
    yield case

    case = in_park("restaurant_and_its_spot", "A restaurant of 120 m² on cropland in a park and the building spot (20) that saw it "
                   "are one finding of category 1, a violation, for the building is known.")
    restaurant = case.structure(case.exact(0, 0, 12, 120), "restaurant", "餐饮")
    case.spot(case.box(-1, -1, 14, 12), "20", TZ="建筑物")
    case.expect("G1", "violation", restaurant, category=1, count=1)
    case.expect("G5", "clear", restaurant)
    yield case

    case = Case("restaurant_across_two_parcels", LAW, "东高村镇", "A restaurant of 120 m² half on one parcel of cropland and half on "
                "another, in a park, is one finding of category 1.")
    case.park(case.box(-50, -30, 200, 100))
    case.parcel(case.box(-50, -30, 56, 100))
    case.parcel(case.box(6, -30, 144, 100), ("0103", "旱地"))
    restaurant = case.structure(case.exact(0, 0, 12, 120), "restaurant", "餐饮")
    case.expect("G1", "violation", restaurant, category=1, count=1)
    yield case


def spots():
    case = in_park("spot_20_in_park", "A building spot (20) of 200 m² on former cropland in a park, with no building on record, is "
                   "for the field: the image shows a building but not its use.")
    spot = case.spot(case.exact(0, 0, 20, 200), "20", TZ="建筑物")
    case.expect("G1", "for_field_check", spot, category=1)
    case.expect("G5", "clear", spot)
    yield case

    case = in_park("spot_20_on_built_up_land", "A building spot (20) of 200 m² in a park whose class before the change is built-up "
                   "land (05H1, as the parcel says too) is clear: a building replaced a building.", land=SHOP_LAND)
    spot = case.spot(case.exact(0, 0, 20, 200), "20", SHOP_LAND, TZ="建筑物")
    case.expect("G1", "clear", spot)
    case.expect("G5", "clear", spot)
    yield case

    case = in_park("spot_20_is_packing_shed", "A building spot (20) on former cropland in a park that is the filed packing shed of "
                   "900 m² on record there, 4.5 % of the project, is clear: its use is known and right.")
    shed = case.exact(0, 0, 30, 900)
    case.facility(shed, "附属设施（分拣包装）", built="2023-09-01")
    case.structure(shed, "packing_shed", "分拣包装", built="2023-09-01")
    case.spot(shed, "20", TZ="建筑物")
    for rule in ("G1", "G4", "G5", "G7"):
        case.expect(rule, "clear", shed)
    yield case

    case = in_park("spot_20_is_greenhouse", "A building spot (20) on 0102 in a park that is a greenhouse on record there is clear: a "
                   "greenhouse is what the land is for.")
    house = case.greenhouse(case.box(0, 0, 60, 10), built_on="2023-09-01")
    case.spot(house, "20", TZ="大棚")
    for rule in ("G1", "G5"):
        case.expect(rule, "clear", house)
    yield case


def faulty_data():
    def one(name, text, verdict, kind, use):
        case = in_park(name, text, place="河南寨镇")
        building = case.structure(case.exact(0, 0, 10, 60), kind, use)
        case.expect("G1", verdict, building, **({} if verdict == "clear" else {"category": 1}))
        return case

    yield one("storage_used_as_guest_house", "A building of 60 m² on cropland in a park, recorded as a store and found let to "
              "guests, is a violation of category 1: the use found decides.", "violation", "storage", "民宿")
    yield one("shop_use_empty", "A shop of 60 m² on cropland in a park whose use found is an empty text is a violation of "
              "category 1: its kind says enough.", "violation", "shop", "")
    yield one("kind_missing_restaurant", "A building of 60 m² without a kind, found to be a restaurant, on cropland in a park, is "
              "a violation of category 1: its use says enough.", "violation", None, "餐饮")
    yield one("kind_missing_tool_store", "A building of 60 m² without a kind, found to hold farm tools, on cropland in a park, is "
              "clear: its use is growing.", "clear", None, "农具存放")
    yield one("kind_and_use_missing", "A building of 60 m² of which neither kind nor use is known, on cropland in a park, is for "
              "the field: it may be what the rule looks for, and nothing says that it is not.", "for_field_check", None, None)


def cases():
    for group in (inside, outside, codes, shares, one_case, spots, faulty_data):
        yield from group()
