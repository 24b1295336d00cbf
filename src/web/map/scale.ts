/** The longest round length (1, 2 or 5 times a power of ten metres) that is no wider than `widest` pixels. */
export function roundScale(metresPerPixel: number, widest: number): { metres: number; pixels: number } {
  const most = metresPerPixel * widest
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = ([5, 2, 1].find((step) => step * power <= most) ?? 1) * power
  return { metres, pixels: metres / metresPerPixel }
}
