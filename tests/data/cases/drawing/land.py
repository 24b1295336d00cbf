"""Areas on the ellipsoid and rectangles of exactly so many square metres, in EPSG:4490 degrees (DOMAIN 1)."""
import math

SEMI_MAJOR = 6378137.0
FLATTENING = 1 / 298.257222101
E2 = FLATTENING * (2 - FLATTENING)
MU = 2000 / 3

# 5-point Gauss-Legendre on [-1, 1].
_INNER, _OUTER = (math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3)
_WEIGHTS = ((322 + 13 * math.sqrt(70)) / 900, (322 - 13 * math.sqrt(70)) / 900)
NODES = ((0.0, 128 / 225), (_INNER, _WEIGHTS[0]), (-_INNER, _WEIGHTS[0]), (_OUTER, _WEIGHTS[1]), (-_OUTER, _WEIGHTS[1]))


def density(latitude):
    """M N cos B in m² per square radian, `latitude` in radians."""
    return SEMI_MAJOR**2 * (1 - E2) * math.cos(latitude) / (1 - E2 * math.sin(latitude) ** 2) ** 2


def ring_area(ring):
    """Signed m² of a closed ring of (lon, lat): the loop integral of L M N cos B dB, edges straight in (L, B)."""
    origin = ring[0][0]
    total = 0.0
    for (lon0, lat0), (lon1, lat1) in zip(ring, ring[1:]):
        span, middle = math.radians(lat1 - lat0), math.radians((lat0 + lat1) / 2)
        lon_middle, lon_half = math.radians((lon0 + lon1) / 2 - origin), math.radians(lon1 - lon0) / 2
        for node, weight in NODES:
            total += weight * (lon_middle + node * lon_half) * density(middle + node * span / 2) * span / 2
    return total


def area_m2(geometry):
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    return sum(abs(ring_area(rings[0])) - sum(abs(ring_area(hole)) for hole in rings[1:]) for rings in polygons)


def metres_per_degree(latitude):
    """Metres in a degree of longitude and of latitude."""
    sine2 = math.sin(math.radians(latitude)) ** 2
    across = SEMI_MAJOR / math.sqrt(1 - E2 * sine2)
    along = SEMI_MAJOR * (1 - E2) / (1 - E2 * sine2) ** 1.5
    return math.radians(across * math.cos(math.radians(latitude))), math.radians(along)


def north_edge(south, width, area):
    """The latitude up to which a box `width` degrees wide from `south` has `area` m²."""
    def content(north):
        return ring_area([(0, south), (width, south), (width, north), (0, north), (0, south)])

    north = south + area / (math.radians(width) * density(math.radians(south))) * 180 / math.pi
    for _ in range(4):
        north += math.degrees((area - content(north)) / (math.radians(width) * density(math.radians(north))))
    # The last bit is chosen, not left to rounding: one step of latitude is 4e-7 m² on a side of 450 m.
    return min((north, math.nextafter(north, 0), math.nextafter(north, 90)), key=lambda at: abs(content(at) - area))


class Box:
    """A rectangle along meridians and parallels."""

    def __init__(self, west, south, east, north):
        self.west, self.south, self.east, self.north = west, south, east, north

    def ring(self):
        west, south, east, north = self.west, self.south, self.east, self.north
        return [[west, south], [east, south], [east, north], [west, north], [west, south]]

    def geometry(self):
        return {"type": "Polygon", "coordinates": [self.ring()]}

    def middle(self):
        return [round((self.west + self.east) / 2, 7), round((self.south + self.north) / 2, 7)]


class Grid:
    """Metres east and north of a place, as degrees of seven decimals (about a centimetre)."""

    def __init__(self, lon, lat):
        self.lon, self.lat = lon, lat
        self.lon_metres, self.lat_metres = metres_per_degree(lat)

    def point(self, east, north):
        return [round(self.lon + east / self.lon_metres, 7), round(self.lat + north / self.lat_metres, 7)]

    def box(self, east, north, width, height):
        (west, south), (right, top) = self.point(east, north), self.point(east + width, north + height)
        return Box(west, south, right, top)

    def exact(self, east, north, width, area):
        """A box of exactly `area` m²: three edges have seven decimals, the northern one has as many as it takes."""
        west, south = self.point(east, north)
        right = self.point(east + width, north)[0]
        box = Box(west, south, right, north_edge(south, right - west, area))
        if abs(area_m2(box.geometry()) - area) > 1e-6:
            raise ValueError(f"no box of {area} m² at {west}, {south}")
        return box


def with_hole(box, hole):
    return {"type": "Polygon", "coordinates": [box.ring(), hole.ring()[::-1]]}


def in_parts(*boxes):
    return {"type": "MultiPolygon", "coordinates": [[box.ring()] for box in boxes]}
