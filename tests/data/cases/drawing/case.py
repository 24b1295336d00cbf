"""One case file: its features, what the check must say of them, and how it is written down."""
import json

from .land import MU, Box, Grid, area_m2

# FACTS 5.1 (town points, WGS 84) and 5.3 (county seats). Outlines of towns and districts are made up.
TOWNS = {
    "庞各庄镇": ("110115", "大兴区", "110115108", 116.3172, 39.6341),
    "青云店镇": ("110115", "大兴区", "110115103", 116.4956, 39.6848),
    "长子营镇": ("110115", "大兴区", "110115111", 116.5906, 39.6849),
    "马昌营镇": ("110117", "平谷区", "110117108", 117.0152, 40.1333),
    "东高村镇": ("110117", "平谷区", "110117101", 117.1075, 40.1017),
    "大孙各庄镇": ("110113", "顺义区", "110113109", 116.9135, 40.0861),
    "北务镇": ("110113", "顺义区", "110113108", 116.8226, 40.0690),
    "韩村河镇": ("110111", "房山区", "110111115", 115.9570, 39.6027),
    "河南寨镇": ("110118", "密云区", "110118104", 116.8211, 40.3301),
    "漷县镇": ("110112", "通州区", "110112106", 116.7873, 39.7789),
    "永乐店镇": ("110112", "通州区", "110112117", 116.7905, 39.7082),
    "康庄镇": ("110119", "延庆区", "110119101", 115.8942, 40.3815),
    "小汤山镇": ("110114", "昌平区", "110114110", 116.3935, 40.1764),
}
COUNTIES = {
    "张北县": ("130722", 114.7137, 41.1568),
    "围场满族蒙古族自治县": ("130828", 117.7535, 41.9364),
    "固安县": ("131022", 116.2927, 39.4371),
}

LAYER_ORDER = ["districts", "towns", "protected", "basic_farmland", "parks", "points", "clusters", "belts", "ring_bases",
               "parcels", "vegetable_land", "facilities", "greenhouses", "structures", "spots", "rectified"]

# What a rule cannot do without: every group needs one of its layers (README, "Rules that do not run").
NEEDS = {
    "G1": [{"structures", "spots"}, {"parcels", "facilities"}, {"parks", "points", "ring_bases", "belts"}],
    "G2": [{"structures"}, {"greenhouses"}],
    "G3": [{"structures"}],
    "G4": [{"structures", "facilities"}, {"parks", "ring_bases"}],
    "G5": [{"spots"}, {"parcels"}],
    "G6": [{"facilities", "greenhouses"}, {"basic_farmland"}],
    "G7": [{"facilities"}],
    "G8": [{"rectified"}, {"structures"}],
    "G9": [{"greenhouses"}, {"imagery"}],
    "G10": [{"structures", "facilities"}, {"protected"}],
}

CROPLAND = ("0102", "水浇地")
FACILITY_LAND = ("1202", "设施农用地")
HOMESTEAD = ("0702", "农村宅基地")
SHOP_LAND = ("05H1", "商业服务业设施用地")
COLLECTIVE = "30"


class Case:
    """`place` is a town of Beijing, which is drawn as a district and a town, or a county of Hebei, which is not: there the
    ring base says where the land lies, for no other declared layer holds land outside Beijing with its county."""

    def __init__(self, name, source, place, text, outlines=True):
        self.name, self.source, self.text = name, source, text
        self.features, self.expected = [], []
        if place in TOWNS:
            self.district_code, self.district, self.town_code, lon, lat = TOWNS[place]
            self.town = place
            self.grid = Grid(lon, lat)
            if outlines:
                self.add("districts", self.box(-6000, -6000, 12000, 12000), code=self.district_code, name=self.district)
                self.add("towns", self.box(-3000, -3000, 6000, 6000), code=self.town_code, name=self.town,
                         district=self.district, district_code=self.district_code)
        else:
            self.district_code, lon, lat = COUNTIES[place]
            self.district, self.town, self.town_code = place, None, None
            self.grid = Grid(lon, lat)
        self.project = f"P{self.district_code}-01"

    def box(self, east, north, width, height):
        return self.grid.box(east, north, width, height)

    def exact(self, east, north, width, area):
        return self.grid.exact(east, north, width, area)

    def next_id(self, layer, letter):
        return f"{letter}{sum(f['properties']['layer'] == layer for f in self.features) + 1}"

    def add(self, layer, shape, **properties):
        geometry = shape.geometry() if isinstance(shape, Box) else shape
        kept = {key: value for key, value in properties.items() if value is not None}
        self.features.append({"type": "Feature", "properties": {"layer": layer, **kept}, "geometry": geometry})
        return shape

    # Layers, each with the attributes that keep the other rules quiet. An attribute given as None is left out.

    def parcel(self, shape, land=CROPLAND, system="survey", **more):
        code, name = land
        number = self.next_id("parcels", "")
        area = round(area_m2(shape.geometry() if isinstance(shape, Box) else shape), 2)
        unit = f"{self.town_code}2010000000"
        given = {"BSM": f"{self.district_code}{int(number):012d}", "TBBH": f"{int(number):04d}", "DLBM": code, "DLMC": name,
                 "QSXZ": COLLECTIVE, "QSDWDM": unit, "QSDWMC": "示例村", "ZLDWDM": unit, "ZLDWMC": "示例村", "TBMJ": area,
                 "KCXS": 0, "KCMJ": 0, "TBDLMJ": area, "code_system": system}
        return self.add("parcels", shape, **{**given, **more})

    def park(self, shape, project=None, **more):
        given = {"project_id": project or self.project, "name": "示例设施园区", "operator": "示例合作社",
                 "district": self.district, "town": self.town, "built_on": "2016-03-01", "old": False, "willing": False}
        return self.add("parks", shape, **{**given, **more})

    def far_park(self):
        """So that G1 and G4 have a park to look at, 2 km from everything."""
        return self.park(self.box(2000, 0, 200, 100), project=f"P{self.district_code}-99")

    def far_facility(self):
        return self.facility(self.box(2000, 500, 60, 20), project=f"P{self.district_code}-99")

    def facility(self, shape, use="蔬菜种植", filed=True, built="2022-05-01", **more):
        number = self.next_id("facilities", "F")
        given = {"facility_id": number, "project_id": more.pop("project", self.project),
                 "filing_no": f"BA{self.district_code}-{number}" if filed else None,
                 "filed_on": "2019-03-10" if filed else None, "use_filed": use, "built_on": built}
        return self.add("facilities", shape, **{**given, **more})

    def greenhouse(self, shape, kind="塑料大棚", filed=False, **more):
        number = self.next_id("greenhouses", "D")
        given = {"greenhouse_id": number, "project_id": self.project, "kind": kind,
                 "filing_no": f"BA{self.district_code}-{number}" if filed else None, "built_on": "2019-04-01",
                 "storeys": 1}
        return self.add("greenhouses", shape, **{**given, **more})

    def structure(self, shape, kind, use, error=0.5, storeys=1, built="2022-05-01", **more):
        given = {"structure_id": self.next_id("structures", "S"), "project_id": more.pop("project", self.project),
                 "kind": kind, "storeys": storeys, "use_found": use, "built_on": built, "measured_by": "实测",
                 "error_m2": error}
        return self.add("structures", shape, **{**given, **more})

    def hut(self, shape, use="值守", **more):
        return self.structure(shape, "guard_house", use, **{"project": None, **more})

    def spot(self, shape, seen, before=CROPLAND, **more):
        given = {"JCBH": f"{self.district_code}-2024-{self.next_id('spots', '')}", "XZQDM": self.district_code,
                 "XMC": self.district, "TBLX": seen, "QSX": "202305", "HSX": "202405", "DLBM": before[0],
                 "DLMC": before[1], "SFYN": "否", "SFHX": "否", "MJ": round(area_m2(shape.geometry()), 2)}
        return self.add("spots", shape, **{**given, **more})

    def basic_farmland(self, shape):
        return self.add("basic_farmland", shape, zone_id=self.next_id("basic_farmland", "YN"), district=self.district,
                        town=self.town)

    def protected(self, shape):
        return self.add("protected", shape, zone_id=self.next_id("protected", "BH"), district=self.district, town=self.town)

    def ring_base(self, shape):
        return self.add("ring_bases", shape, base_id=self.project, name="示例环京基地", operator="示例公司",
                        province="河北省", county=self.district, area_mu=round(area_m2(shape.geometry()) / MU, 2),
                        facility_share=0.6, founded="2021-03-01", applied_on="2022-02-10", assessed_on="2022-09-20")

    def rectified(self, shape, category, closed="2019-05-20"):
        return self.add("rectified", shape, case_id=self.next_id("rectified", "ZG"), category=category, closed_on=closed,
                        district=self.district, town=self.town)

    def expect(self, rule, verdict, at, **more):
        """`at` is a box, whose middle is taken, or a position."""
        self.expected.append({"rule": rule, "at": at.middle() if isinstance(at, Box) else at, "verdict": verdict, **more})

    def not_run(self):
        here = {feature["properties"]["layer"] for feature in self.features}
        return [rule for rule, groups in NEEDS.items() if not all(group & here for group in groups)]

    def written(self):
        def line(value):
            return json.dumps(value, ensure_ascii=False)

        def lines(values):
            return "[\n" + ",\n".join(line(value) for value in values) + "\n]"

        ordered = sorted(self.features, key=lambda feature: LAYER_ORDER.index(feature["properties"]["layer"]))
        return (f'{{"type": "FeatureCollection",\n"case": {line(self.text)},\n"source": {line(self.source)},\n'
                f'"note": "made up",\n"as_of": "2024-06-30",\n"not_run": {line(self.not_run())},\n'
                f'"expected": {lines(self.expected)},\n"features": {lines(ordered)}}}\n')
