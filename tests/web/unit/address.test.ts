import { describe, expect, test } from 'vitest'
import { defaultTotals, formatAddress, parseAddress, type MapState } from '../../../src/web/map/address'

const plain: MapState = { view: null, language: null, hidden: [], totals: defaultTotals, at: null, feature: null }

describe('the address of the map', () => {
  test('says view, language, toggles, totals, the open place and the feature that stands out', () => {
    const state: MapState = {
      view: { zoom: 12.25, lon: 116.605, lat: 39.675 }, language: 'en', hidden: ['belts', 'parcels'], totals: 'reserve',
      at: { lon: 116.605001, lat: 39.675002 }, feature: { layer: 'towns', id: 17 },
    }
    expect(formatAddress(state)).toBe('#map=12.25/39.67500/116.60500&lang=en&hide=belts,parcels&totals=reserve&at=116.605001,39.675002&feature=towns/17')
    expect(parseAddress(formatAddress(state))).toEqual(state)
  })

  test('is empty when nothing differs from what the page does by itself', () => {
    expect(formatAddress(plain)).toBe('')
    expect(parseAddress('')).toEqual(plain)
  })

  test('keeps "no totals" apart from the totals of the start', () => {
    expect(parseAddress(formatAddress({ ...plain, totals: '' })).totals).toBe('')
  })

  test('places a view to a fraction of a pixel at every zoom', () => {
    for (let zoom = 4; zoom <= 19; zoom++) {
      const read = parseAddress(formatAddress({ ...plain, view: { zoom, lon: 116.123456789, lat: 39.987654321 } })).view!
      const pixelsPerDegree = (512 * 2 ** zoom) / 360
      expect(Math.abs(read.lon - 116.123456789) * pixelsPerDegree).toBeLessThan(1)
    }
  })

  test('takes what it does not understand as if it were not there', () => {
    expect(parseAddress('#map=a/b/c&lang=fr&at=1&hide=<b>,x y&feature=towns&totals=<i>')).toEqual({ ...plain, totals: 'i' })
    expect(parseAddress('#map=8/95/116&at=181,0')).toEqual(plain)
    expect(parseAddress('#map=8//116')).toEqual(plain)
    expect(parseAddress('#8.2/40.05/116.55')).toEqual(plain)
  })
})
