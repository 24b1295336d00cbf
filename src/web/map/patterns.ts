/** A hatching by its name in the style: "hatch/45/c87a00/1.4/8" is angle in degrees, colour, line width and gap in pixels. */
export interface Hatch {
  angle: number
  colour: string
  width: number
  gap: number
}

export function parseHatch(name: string): Hatch | null {
  const parts = /^hatch\/(\d+)\/([0-9a-f]{6})\/([\d.]+)\/([\d.]+)$/.exec(name)
  return parts && { angle: Number(parts[1]), colour: `#${parts[2]}`, width: Number(parts[3]), gap: Number(parts[4]) }
}

/** A square of it that repeats without a seam, `ratio` device pixels to one of the style. Diagonals only: 45 or 135 degrees. */
export function drawHatch(hatch: Hatch, ratio: number): ImageData {
  const side = Math.round(hatch.gap * ratio)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = side
  const pen = canvas.getContext('2d')!
  pen.strokeStyle = hatch.colour
  pen.lineWidth = hatch.width * ratio
  const rising = hatch.angle < 90
  for (const shift of [-side, 0, side]) {
    pen.beginPath()
    pen.moveTo(shift - side, rising ? 2 * side : -side)
    pen.lineTo(shift + 2 * side, rising ? -side : 2 * side)
    pen.stroke()
  }
  return pen.getImageData(0, 0, side, side)
}
