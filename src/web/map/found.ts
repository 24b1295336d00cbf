import type { Feature } from 'geojson'
import { item, items } from '../shared/queries'

const mostPieces = 10_000

/** A feature by its id; a road with all pieces of the same name, for a road is delivered in pieces. */
export async function foundFeatures(layer: string, id: number, signal?: AbortSignal): Promise<Feature[]> {
  const feature = await item(layer, id, signal)
  const name = feature.properties?.name
  if (!/LineString$/.test(feature.geometry?.type ?? '') || !name) return [feature]
  const pieces = await items(layer, mostPieces, signal)
  return pieces.features.filter((piece) => piece.properties?.name === name)
}
