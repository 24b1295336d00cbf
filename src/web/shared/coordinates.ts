import { fromGauss } from './gauss'

/** A place read from what a person wrote, CGCS2000 degrees. */
export interface ReadPlace {
  lon: number
  lat: number
  read: 'degrees' | 'dms' | 'gauss'
}

interface Angle {
  value: number
  axis: 'lon' | 'lat' | null
}

const separators = /[\s,，;；、]+/
const eastWest = /[EW东西]|经/i
const northSouth = /[NS北南]|纬/i

/** One angle: "116.605", "116°36'18\"E", "东经116度36分18秒". Null when it is none. */
function readAngle(text: string): (Angle & { sexagesimal: boolean }) | null {
  const numbers = /^\D*?(-?\d+(?:\.\d+)?)(?:\s*[°度º]\s*(?:(\d+(?:\.\d+)?)\s*[′'’分]\s*(?:(\d+(?:\.\d+)?)\s*(?:[″"”秒]|''))?)?)?\D*$/.exec(text)
  if (!numbers) return null
  const [, degrees, minutes, seconds] = numbers
  const parts = [Math.abs(Number(degrees)), Number(minutes ?? 0), Number(seconds ?? 0)]
  if (parts[1] >= 60 || parts[2] >= 60) return null
  const negative = degrees.startsWith('-') || /[WS西南]/i.test(text)
  const value = (parts[0] + parts[1] / 60 + parts[2] / 3600) * (negative ? -1 : 1)
  const axis = eastWest.test(text) ? 'lon' : northSouth.test(text) ? 'lat' : null
  return { value, axis, sexagesimal: minutes !== undefined }
}

/** Two halves of a text: at its separators, or between two angles that carry degree signs or letters. */
function halves(text: string): [string, string] | null {
  const parts = text.split(separators).filter(Boolean)
  if (parts.length === 2) return [parts[0], parts[1]]
  // "39° 40' 30\" N 116° 36' 18\" E" and "N39°40′30″E116°36′18″": one degree sign a half.
  const signs = [...text.matchAll(/[°度º]/g)].map((match) => match.index)
  if (signs.length !== 2) return null
  const second = /(?:[NSEW东西北南][经纬]?\s*)?-?\d+(?:\.\d+)?\s*$/i.exec(text.slice(0, signs[1]))
  if (!second) return null
  const lettersFirst = /^[\s]*[NSEW东西北南]/i.test(text)
  const at = lettersFirst ? second.index : text.slice(0, signs[1]).search(/-?\d+(?:\.\d+)?\s*$/)
  return [text.slice(0, at).replace(/[\s,，;；、]+$/, ''), text.slice(at)]
}

/** Eight-digit easting with its zone, seven-digit northing, in either order. */
function readGauss(a: number, b: number): ReadPlace | null {
  const [east, north] = a > 1e7 ? [a, b] : [b, a]
  if (east < 25e6 || east >= 46e6 || north < 2e6 || north > 6e6) return null
  const place = fromGauss(east, north)
  return place && { ...place, read: 'gauss' }
}

/**
 * Reads coordinates in the forms that people paste: "116.605, 39.675", "39.675 116.605", degrees with minutes and
 * seconds, hemispheres in letters or 东经/北纬, and Gauss–Krüger of a 3-degree zone whose easting has eight digits.
 * Which number is which follows from letters, else from China's ranges (longitude 72–136, latitude 3–54).
 * Null when the text is no such pair.
 */
export function parseCoordinates(text: string): ReadPlace | null {
  const pair = halves(text.trim())
  if (!pair) return null
  const [first, second] = pair.map(readAngle)
  if (!first || !second) return null
  if (Math.abs(first.value) > 360 || Math.abs(second.value) > 360) return readGauss(first.value, second.value)
  const isLon = (angle: Angle) => angle.axis === 'lon' || (angle.axis === null && angle.value >= 72 && angle.value <= 136)
  const isLat = (angle: Angle) => angle.axis === 'lat' || (angle.axis === null && angle.value >= 3 && angle.value <= 54)
  const ordered = isLon(first) && isLat(second) ? [first, second] : isLon(second) && isLat(first) ? [second, first] : null
  if (!ordered || Math.abs(ordered[0].value) > 180 || Math.abs(ordered[1].value) > 85) return null
  return { lon: ordered[0].value, lat: ordered[1].value, read: first.sexagesimal || second.sexagesimal ? 'dms' : 'degrees' }
}
