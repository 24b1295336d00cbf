"""G4: auxiliary land of a project over its share or its cap."""
from .case import Case
from .land import MU

LAW = "DOMAIN 5 G4; FACTS 1.3"
SUPERSEDED = "国土资发〔2014〕127号, the basis of 5 % and 10 亩, is superseded, and no rule of Beijing's own was found"
PACKING = "附属设施（分拣包装）"


def one_shed(name, text, verdict, park_mu, park_width, shed_m2, shed_width, place="马昌营镇", built="2022-05-01", held=None):
    """A project with one filed packing shed; in Hebei the project is a ring base too."""
    case = Case(name, LAW, place, text)
    park = case.park(case.exact(0, 0, park_width, park_mu * MU))
    if place == "固安县":
        case.ring_base(park)
    shed = case.exact(10, 10, shed_width, shed_m2)
    case.facility(shed, PACKING, built=built)
    case.structure(shed, "packing_shed", "分拣包装", built=built)
    case.expect("G4", verdict, shed, **({"held_back_by": held} if held else {}))
    if verdict == "clear":
        case.expect("G1", "clear", shed)
        case.expect("G7", "clear", shed)
    return case


def beijing():
    yield one_shed("aux_4_9_percent", "A filed packing shed of 980 m² is 4.9 % of its project's 30 亩 and is clear.", "clear",
                   30, 200, 980, 35)
    yield one_shed("aux_5_0_percent", "A filed packing shed of 1000 m² is 5.0 % of its project's 30 亩 and is clear: the share is "
                   "not over 5 %.", "clear", 30, 200, 1000, 35)
    yield one_shed("aux_5_1_percent", "A filed packing shed of 1020 m² is 5.1 % of its project's 30 亩 and is for the field: it "
                   "is over 5 %, but the notice that set 5 % is superseded.", "for_field_check", 30, 200, 1020, 35, held=SUPERSEDED)
    yield one_shed("aux_5_1_percent_built_2016", "A packing shed of 1020 m² built in 2016, 5.1 % of its project's 30 亩, is for "
                   "the field: the 5 % were in force then, but their basis is superseded now, which holds any verdict back.",
                   "for_field_check", 30, 200, 1020, 35, built="2016-05-01", held=SUPERSEDED)
    yield one_shed("aux_cap_bites", "A packing shed of 12 亩 (8000 m²) is only 4 % of its project's 300 亩 but over the cap of 10 亩, "
                   "which bites above 200 亩; it is for the field, for the cap is superseded.", "for_field_check", 300, 500,
                   12 * MU, 100, held=SUPERSEDED)
    yield one_shed("aux_below_cap", "A packing shed of 9.9 亩 (6600 m²) in a project of 300 亩 is clear: below 5 % and below 10 亩.",
                   "clear", 300, 500, 9.9 * MU, 100)


def hebei():
    yield one_shed("aux_hebei_9_9_percent", "A packing shed of 1980 m² in a ring base in 固安 is 9.9 % of its project's 30 亩 and "
                   "is clear: Hebei allows 10 %.", "clear", 30, 200, 1980, 60, place="固安县")
    yield one_shed("aux_hebei_10_1_percent", "A packing shed of 2020 m² ± 0.5 m² in a ring base in 固安 is 10.1 % of its project's "
                   "30 亩 and is a violation: Hebei's 10 % of 2020 are in force.", "violation", 30, 200, 2020, 60, place="固安县")
    yield one_shed("aux_hebei_12_mu", "A packing shed of 12 亩 in a project of 200 亩 in 固安 is clear: 6 % and below Hebei's cap of "
                   "15 亩; Beijing's 10 亩 are not Hebei's.", "clear", 200, 400, 12 * MU, 100, place="固安县")
    yield one_shed("aux_hebei_cap_bites", "A packing shed of 15.5 亩 in a project of 200 亩 in 固安 is a violation: 7.75 % of the "
                   "land but over Hebei's cap of 15 亩, which bites above 150 亩.", "violation", 200, 400, 15.5 * MU, 100,
                   place="固安县")


def sums():
    case = Case("aux_three_sheds", LAW, "马昌营镇", "A packing shed, a cold store and a store of 400 m² each in one project of 30 亩 "
                "are 6 % together and one finding for the field: the limit is the project's, not the building's.")
    case.park(case.exact(0, 0, 200, 20000))
    for east, kind, use in ((10, "packing_shed", "分拣包装"), (60, "cold_store", "冷藏保鲜"), (110, "storage", "农资存放")):
        shed = case.structure(case.exact(east, 10, 20, 400), kind, use)
        case.expect("G4", "for_field_check", shed, count=1, held_back_by=SUPERSEDED)
    yield case

    case = Case("aux_land_counted_once", LAW, "马昌营镇", "A filed auxiliary plot of 980 m² with a packing shed of 900 m² on it is "
                "4.9 % of the project's 30 亩 and clear: the square metres under the shed count once.")
    case.park(case.exact(0, 0, 200, 20000))
    plot = case.facility(case.exact(10, 10, 35, 980), PACKING)
    case.structure(case.exact(11, 11, 33, 900), "packing_shed", "分拣包装")
    case.expect("G4", "clear", plot)
    case.expect("G7", "clear", plot)
    yield case

    case = Case("aux_growing_is_not_auxiliary", LAW, "马昌营镇", "A filed growing plot of 5000 m² and a packing shed of 800 m² in a "
                "project of 30 亩 are clear: facility land for growing is no auxiliary land, and the shed is 4 %.")
    case.park(case.exact(0, 0, 200, 20000))
    plot = case.facility(case.exact(60, 10, 100, 5000), "工厂化蔬菜种植")
    shed = case.exact(10, 10, 35, 800)
    case.facility(shed, PACKING)
    case.structure(shed, "packing_shed", "分拣包装")
    case.expect("G4", "clear", plot)
    case.expect("G4", "clear", shed)
    case.expect("G7", "clear", plot)
    yield case

    case = Case("aux_project_unknown", LAW, "马昌营镇", "A packing shed of 100 m² carries a project number that no park has and stands "
                "in none; it is clear: without project land no share can be over, and the dead number is a fault of the data, "
                "for the quality audit.")
    case.far_park()
    shed = case.structure(case.exact(0, 0, 10, 100), "packing_shed", "分拣包装", project="P000000-404")
    case.expect("G4", "clear", shed)
    yield case


def cases():
    for group in (beijing, hebei, sums):
        yield from group()
