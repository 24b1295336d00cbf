import { describe, expect, test } from 'vitest'
import { formatLength, formatMu, formatMuShort, formatValue } from '../../../src/web/shared/format'
import { roundScale } from '../../../src/web/map/scale'

describe('what a person reads', () => {
  test('亩 carries two decimals where they matter and thousands in groups', () => {
    expect(formatMu(12.345, 'zh')).toBe('12.35 亩')
    expect(formatMu(200_000, 'zh')).toBe('200,000 亩')
    expect(formatMu(999.999, 'en')).toBe('1,000.00 mu')
  })

  test('a label writes tens of thousands of 亩 as Chinese writes them', () => {
    expect(formatMuShort(12_345, 'zh')).toBe('1.23 万亩')
    expect(formatMuShort(12_345, 'en')).toBe('12,345 mu')
    expect(formatMuShort(9_999.4, 'zh')).toBe('9,999 亩')
    expect(formatMuShort(0.4, 'zh')).toBe('0.4 亩')
  })

  test('a value has its unit, a code its word, and an unknown code itself', () => {
    expect(formatValue('TBMJ', 1234.5, { 'x-ogc-unit': 'm2' }, 'zh')).toBe('1,234.5 平方米')
    expect(formatValue('SJNF', 2024, undefined, 'zh')).toBe('2024')
    expect(formatValue('growing', 'under_cover', undefined, 'zh')).toBe('设施')
    expect(formatValue('growing', 'on_roofs', undefined, 'zh')).toBe('on_roofs')
    expect(formatValue('old', true, undefined, 'en')).toBe('yes')
    expect(formatValue('DLBM', '0102', undefined, 'en')).toBe('0102')
  })

  test('the scale bar has a round length that is no wider than it may be', () => {
    for (const metresPerPixel of [0.3, 1, 7.7, 60, 450, 3000]) {
      const { metres, pixels } = roundScale(metresPerPixel, 110)
      expect(pixels).toBeLessThanOrEqual(110)
      expect(pixels).toBeGreaterThan(40)
      expect([1, 2, 5]).toContain(Number(String(metres)[0]))
    }
    expect(formatLength(20_000, 'zh')).toBe('20 公里')
    expect(formatLength(500, 'en')).toBe('500 m')
  })
})
