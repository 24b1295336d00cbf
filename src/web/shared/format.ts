/** 亩 for a person: two decimals, grouped thousands. */
export function formatMu(mu: number): string {
  return `${mu.toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} 亩`
}
