import type { Feature, FeatureCollection, Point } from 'geojson'
import { ask } from './server'

export type Value = string | number | boolean | null | object

/** Attributes of a feature at a place, by the layer's field names; `id` and, for polygons, `mu` beside them. */
export type PlaceFeature = Record<string, Value>

export interface Place {
  lon: number
  lat: number
  district: string | null
  town: string | null
  layers: { layer: string; title: string; features: PlaceFeature[] }[]
}

/** Everything at a point in degrees. */
export function everythingAt(lon: number, lat: number, signal?: AbortSignal): Promise<Place> {
  return ask(`/query/at?lon=${lon.toFixed(8)}&lat=${lat.toFixed(8)}`, signal)
}

export interface Found {
  layer: string
  title: string
  id: number
  label: string
  field: string
  value: string
  district: string | null
  town: string | null
  lon: number | null
  lat: number | null
  bbox: [number, number, number, number] | null
}

/** Features whose names or numbers hold the text, best first. */
export function find(text: string, signal?: AbortSignal): Promise<{ results: Found[]; more: boolean }> {
  return ask(`/query/find?text=${encodeURIComponent(text)}&limit=10`, signal)
}

/** A layer with a current edition. `caitu:mu` is the sum of its features' areas, of polygon layers. */
export interface Collection {
  id: string
  title: string
  itemCount?: number
  'caitu:group'?: string
  'caitu:mu'?: number | null
  'caitu:edition'?: number
  'caitu:as_of'?: string
  'caitu:made_up'?: boolean
  'caitu:notice'?: string | null
}

export async function collections(signal?: AbortSignal): Promise<Collection[]> {
  return (await ask<{ collections: Collection[] }>('/ogc/collections', signal)).collections
}

export interface FieldSchema {
  title?: string
  type?: string
  'x-ogc-unit'?: string
  'x-ogc-role'?: string
}

export interface LayerSchema {
  title?: string
  properties: Record<string, FieldSchema>
}

export function schema(layer: string, signal?: AbortSignal): Promise<LayerSchema> {
  return ask(`/ogc/collections/${encodeURIComponent(layer)}/schema`, signal)
}

export interface UnitTotal {
  code: string
  name: string
  district?: string
  mu: number
  totals: Record<string, { features: number; mu: number }>
}

export type Totals = FeatureCollection<Point, UnitTotal> & {
  by: string
  basis?: string
  method: Record<string, string>
  elsewhere: Record<string, { features: number; mu: number }>
}

/** What of one layer lies in each town. */
export function townTotals(layer: string, signal?: AbortSignal): Promise<Totals> {
  return ask(`/query/totals?by=towns&layer=${encodeURIComponent(layer)}`, signal)
}

export function item(layer: string, id: number, signal?: AbortSignal): Promise<Feature> {
  return ask(`/ogc/collections/${encodeURIComponent(layer)}/items/${id}`, signal)
}

export function items(layer: string, limit: number, signal?: AbortSignal): Promise<FeatureCollection> {
  return ask(`/ogc/collections/${encodeURIComponent(layer)}/items?limit=${limit}`, signal)
}
