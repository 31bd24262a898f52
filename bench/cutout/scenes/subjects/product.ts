import { between, css, lit } from '../colour.ts'
import type { Subject } from './subject.ts'

/** A bottle or a tin as a shop shows it: bands of light along it, a label with lines of print. */
export const product: Subject = ({ random, box, colour }) => {
  const [glass, cap, label, print] = [colour(), colour(), colour(), colour()]
  const width = Math.min(box.width, box.height * between(random, 0.34, 0.6))
  const left = box.x + (box.width - width) / 2
  const neck = width * between(random, 0.28, 0.6)
  const middle = left + width / 2
  const [shoulder, bodyTop] = [box.y + box.height * 0.16, box.y + box.height * between(random, 0.26, 0.36)]
  const bottom = box.y + box.height
  const radius = width * 0.1
  const stops = [0.6, 1.25, 1.05, 1.5, 1, 0.85, 0.55]
    .map((light, index, all) => `<stop offset="${index / (all.length - 1)}" stop-color="${css(lit(glass, light))}"/>`)
    .join('')
  const body = `M${middle - neck / 2} ${shoulder}C${middle - neck / 2} ${bodyTop} ${left} ${bodyTop - radius} ${left} ${bodyTop + radius}V${bottom - radius}Q${left} ${bottom} ${left + radius} ${bottom}H${left + width - radius}Q${left + width} ${bottom} ${left + width} ${bottom - radius}V${bodyTop + radius}C${left + width} ${bodyTop - radius} ${middle + neck / 2} ${bodyTop} ${middle + neck / 2} ${shoulder}Z`
  const labelTop = bodyTop + (bottom - bodyTop) * 0.3
  const lines = Array.from({ length: 5 }, (_, index) => {
    const long = width * between(random, 0.3, 0.75)
    return `<rect x="${middle - long / 2}" y="${labelTop + (bottom - bodyTop) * (0.05 + index * 0.08)}" width="${long}" height="${(bottom - bodyTop) * 0.03}" fill="${css(print)}"/>`
  })
  return (
    `<defs><linearGradient id="glass">${stops}</linearGradient></defs><path d="${body}" fill="url(#glass)"/>` +
    `<rect x="${middle - neck * 0.56}" y="${box.y}" width="${neck * 1.12}" height="${shoulder - box.y + 2}" rx="${neck * 0.08}" fill="${css(cap)}"/>` +
    `<rect x="${left}" y="${labelTop}" width="${width}" height="${(bottom - bodyTop) * 0.48}" fill="${css(label)}" fill-opacity=".92"/>${lines.join('')}` +
    `<rect x="${left + width * 0.1}" y="${bodyTop + radius * 2}" width="${width * 0.05}" height="${(bottom - bodyTop) * 0.75}" rx="4" fill="#fff" fill-opacity=".35"/>`
  )
}
