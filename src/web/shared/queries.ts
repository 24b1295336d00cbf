/** Attributes of a feature at a place, by the layer's field names; `id` and, for polygons, `mu` beside them. */
export type PlaceFeature = Record<string, string | number | boolean | null | object>

export interface Place {
  lon: number
  lat: number
  district: string | null
  town: string | null
  layers: { layer: string; title: string; features: PlaceFeature[] }[]
}

/** Everything at a point in degrees; throws with the server's own words when it refuses. */
export async function everythingAt(lon: number, lat: number): Promise<Place> {
  const answer = await fetch(`/query/at?lon=${lon.toFixed(8)}&lat=${lat.toFixed(8)}`)
  const body = await answer.json()
  if (!answer.ok) throw new Error(body.detail ?? answer.statusText)
  return body
}
