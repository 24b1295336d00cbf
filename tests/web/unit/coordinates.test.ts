import { describe, expect, test } from 'vitest'
import { parseCoordinates } from '../../../src/web/shared/coordinates'
import { fromGauss } from '../../../src/web/shared/gauss'

const near = (text: string, lon: number, lat: number, read: string, digits = 9) => {
  const place = parseCoordinates(text)
  expect(place, text).not.toBeNull()
  expect(place!.lon, text).toBeCloseTo(lon, digits)
  expect(place!.lat, text).toBeCloseTo(lat, digits)
  expect(place!.read, text).toBe(read)
}

describe('coordinates that a person may write', () => {
  test('decimal degrees are read in either order, with any separator', () => {
    for (const text of ['116.605, 39.675', '39.675 116.605', '116.605，39.675', ' 39.675,116.605 ', '116.605;39.675', '东经116.605 北纬39.675',
      '39.675N 116.605E', 'E116.605, N39.675', '116.605° 39.675°']) {
      near(text, 116.605, 39.675, 'degrees')
    }
  })

  test('degrees, minutes and seconds are read in Chinese and Western writing', () => {
    const [lon, lat] = [116 + 36 / 60 + 18 / 3600, 39 + 40 / 60 + 30 / 3600]
    for (const text of ['116°36′18″E 39°40′30″N', `39°40'30"N, 116°36'18"E`, '东经116度36分18秒 北纬39度40分30秒', '北纬39°40′30″ 东经116°36′18″',
      `116°36'18" 39°40'30"`, `39° 40' 30" N 116° 36' 18" E`, '116°36′18″39°40′30″', 'N39°40′30″E116°36′18″']) {
      near(text, lon, lat, 'dms')
    }
  })

  test('Gauss–Krüger pairs with the zone in the easting are read in either order', () => {
    // gdaltransform to EPSG:4527, and to zone 39 far from its meridian
    near('4393518.3709041 39466110.0090882', 116.605, 39.675, 'gauss', 8)
    near('39659376.5840207, 4564525.4309581', 118.9, 41.2, 'gauss', 8)
  })

  test('what is no pair of coordinates is left to the search', () => {
    for (const text of ['', '长子营', 'X038', '116.605', '110115104', '200 300', '39.675 39.7', '116°61′ 39°40′', '1 2 3', '88,99,00', '41234567 12']) {
      expect(parseCoordinates(text), text).toBeNull()
    }
  })

  test('the central meridian of a zone is where its false easting says', () => {
    expect(fromGauss(39_500_000, 4_400_000)!.lon).toBeCloseTo(117, 12)
    expect(fromGauss(38_999_999, 4_400_000)).toBeNull()
  })
})
