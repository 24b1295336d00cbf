const axis = 6378137
const flattening = 1 / 298.257222101
const n = flattening / (2 - flattening)
/** Krüger's series of the inverse (Karney 2011, equation 36), to n⁴: below a millimetre within a zone. */
const beta = [
  n / 2 - (2 / 3) * n ** 2 + (37 / 96) * n ** 3 - (1 / 360) * n ** 4,
  (1 / 48) * n ** 2 + (1 / 15) * n ** 3 - (437 / 1440) * n ** 4,
  (17 / 480) * n ** 3 - (37 / 840) * n ** 4,
  (4397 / 161280) * n ** 4,
]
const rectifying = (axis / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64)

/** Geodetic latitude of a conformal one, by iteration. */
function geodetic(conformal: number): number {
  const e = Math.sqrt(flattening * (2 - flattening))
  let latitude = conformal
  for (let i = 0; i < 8; i++) {
    const swing = Math.sinh(e * Math.atanh((e * Math.tan(latitude)) / Math.hypot(1, Math.tan(latitude))))
    const tau = Math.tan(latitude)
    const wanted = Math.tan(conformal)
    latitude = Math.atan(wanted * Math.hypot(1, swing) + swing * Math.hypot(1, wanted))
    if (Math.abs(Math.tan(latitude) - tau) < 1e-13) break
  }
  return latitude
}

/**
 * CGCS2000 degrees of a place in a 3-degree Gauss–Krüger zone (EPSG:4513–4533): the easting carries its zone in front
 * (39 500 000 m is the central meridian 117°). Metres. Null further than 4 degrees from the zone's meridian.
 */
export function fromGauss(easting: number, northing: number): { lon: number; lat: number } | null {
  const zone = Math.floor(easting / 1e6)
  const xi = northing / rectifying
  const eta = (easting - zone * 1e6 - 500_000) / rectifying
  let [xi0, eta0] = [xi, eta]
  beta.forEach((b, i) => {
    const k = 2 * (i + 1)
    xi0 -= b * Math.sin(k * xi) * Math.cosh(k * eta)
    eta0 -= b * Math.cos(k * xi) * Math.sinh(k * eta)
  })
  const conformal = Math.asin(Math.sin(xi0) / Math.cosh(eta0))
  const off = (Math.atan2(Math.sinh(eta0), Math.cos(xi0)) * 180) / Math.PI
  if (Math.abs(off) > 4) return null
  return { lon: zone * 3 + off, lat: (geodetic(conformal) * 180) / Math.PI }
}
