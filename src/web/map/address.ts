import { isLanguage, type Language } from '../shared/texts'

/** What the address of the map says: the same address shows the same thing. */
export interface MapState {
  /** Zoom and centre, degrees; null: the style's own view. */
  view: { zoom: number; lon: number; lat: number } | null
  language: Language | null
  /** Legend entries turned off. */
  hidden: string[]
  /** The layer whose totals stand at the towns; '' for none. */
  totals: string
  /** The place whose card is open. */
  at: { lon: number; lat: number } | null
  /** The feature that stands out. */
  feature: { layer: string; id: number } | null
}

export const defaultTotals = 'vegetable_land'

function numbers(text: string | null, separator: string, count: number): number[] | null {
  const parts = (text ?? '').split(separator).map((part) => (part.trim() === '' ? NaN : Number(part)))
  return parts.length === count && parts.every(Number.isFinite) ? parts : null
}

function isPlace(lon: number, lat: number): boolean {
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 85
}

/** Of a hash such as "#map=8.2/40.05/116.55&lang=en"; whatever it does not understand is as if it were not there. */
export function parseAddress(hash: string): MapState {
  const params = new URLSearchParams(hash.replace(/^#/, ''))
  const view = numbers(params.get('map'), '/', 3)
  const at = numbers(params.get('at'), ',', 2)
  const feature = /^(\w+)\/(\d+)$/.exec(params.get('feature') ?? '')
  const tongue = params.get('lang')
  return {
    view: view && isPlace(view[2], view[1]) ? { zoom: view[0], lat: view[1], lon: view[2] } : null,
    language: isLanguage(tongue) ? tongue : null,
    hidden: [...new Set((params.get('hide') ?? '').split(',').filter((entry) => /^[\w-]+$/.test(entry)))].sort(),
    totals: params.has('totals') ? params.get('totals')!.replace(/\W/g, '') : defaultTotals,
    at: at && isPlace(at[0], at[1]) ? { lon: at[0], lat: at[1] } : null,
    feature: feature && { layer: feature[1], id: Number(feature[2]) },
  }
}

/** The other way round. Parts that say nothing are left out. */
export function formatAddress(state: MapState): string {
  const parts: string[] = []
  if (state.view) {
    const decimals = Math.max(3, Math.ceil((state.view.zoom * Math.LN2 + Math.log(512 / 360 / 0.5)) / Math.LN10))
    parts.push(`map=${+state.view.zoom.toFixed(2)}/${state.view.lat.toFixed(decimals)}/${state.view.lon.toFixed(decimals)}`)
  }
  if (state.language) parts.push(`lang=${state.language}`)
  if (state.hidden.length) parts.push(`hide=${[...state.hidden].sort().join(',')}`)
  if (state.totals !== defaultTotals) parts.push(`totals=${state.totals}`)
  if (state.at) parts.push(`at=${state.at.lon.toFixed(6)},${state.at.lat.toFixed(6)}`)
  if (state.feature) parts.push(`feature=${state.feature.layer}/${state.feature.id}`)
  return parts.length ? `#${parts.join('&')}` : ''
}
