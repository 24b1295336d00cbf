import type { FieldSchema, Value } from './queries'
import { named, texts, type Language } from './texts'

const locale = { zh: 'zh-CN', en: 'en-GB' } as const

function grouped(value: number, decimals: number, language: Language): string {
  return value.toLocaleString(locale[language], { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
}

export function formatCount(value: number, language: Language): string {
  return grouped(value, 0, language)
}

/** 亩 for a person: grouped thousands, two decimals below 1,000 and none above. */
export function formatMu(mu: number, language: Language): string {
  return `${grouped(mu, Math.abs(mu) < 1000 ? 2 : 0, language)} ${texts[language].mu}`
}

/** 亩 for a label on the map: whole 亩, in Chinese 万亩 from ten thousand on. */
export function formatMuShort(mu: number, language: Language): string {
  if (language === 'zh' && mu >= 10_000) return `${grouped(mu / 10_000, 2, language)} 万亩`
  return `${grouped(mu, mu > 0 && mu < 10 ? 1 : 0, language)} ${texts[language].mu}`
}

/** A length in round metres or kilometres. */
export function formatLength(metres: number, language: Language): string {
  const { kilometres, metres: short } = texts[language]
  return metres >= 1000 ? `${metres / 1000} ${kilometres}` : `${metres} ${short}`
}

/** "116.60500, 39.67500": longitude first, a metre's worth of decimals. */
export function formatCoordinates(lon: number, lat: number): string {
  return `${lon.toFixed(5)}, ${lat.toFixed(5)}`
}

/** A field's value with its unit; codes that the texts know, in words. */
export function formatValue(name: string, value: Exclude<Value, null>, field: FieldSchema | undefined, language: Language): string {
  const words = texts[language]
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'object') return JSON.stringify(value)
  if (typeof value === 'string') {
    const codes = (words.values as Record<string, object>)[name]
    return codes ? named(codes, value) : value
  }
  const unit = field?.['x-ogc-unit']
  const text = value.toLocaleString(locale[language], { maximumFractionDigits: 4, useGrouping: unit !== undefined })
  return unit ? `${text} ${named(words.units, unit)}` : text
}
