import { minutes } from '@terrace/kit'
import type { Moment } from './simulate-day.ts'

/** A day with its title. */
export interface Panel {
  readonly title: string
  readonly moments: readonly Moment[]
}

const WIDTH = 900
const HEIGHT = 190
const LEFT = 40
const TOP = 34
const MOST = 7

/** The days one above the other as SVG: instances as a step line, and how many the work needs at the target. */
export const plot = (panels: readonly Panel[], target: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${panels.length * (HEIGHT + TOP) + 24}" font-family="sans-serif" font-size="12">
<title>Instances of the removal tier over a day</title>
<rect width="100%" height="100%" fill="#fff"/>
${panels.map((panel, index) => drawn(panel, target, index * (HEIGHT + TOP))).join('\n')}
</svg>
`

function drawn({ title, moments }: Panel, target: number, above: number): string {
  const x = (index: number) => LEFT + (index / moments.length) * (WIDTH - LEFT - 10)
  const y = (instances: number) => above + TOP + (1 - instances / MOST) * (HEIGHT - 20)
  const rows = Array.from({ length: MOST + 1 }, (_, at) => at)
  const hours = rows.map(at => at * 3)
  const needed = moments.map(({ work }, index) => `${fixed(x(index))},${fixed(y((work / target) * 100))}`)
  return [
    `<text x="${LEFT}" y="${above + 20}" font-size="14" font-weight="bold">${title}</text>`,
    `<text x="${WIDTH - 10}" y="${above + 20}" text-anchor="end" fill="#036">instances<tspan fill="#c60">, what the work needs (dashed)</tspan></text>`,
    ...rows.map(
      at =>
        `<path d="M${LEFT} ${fixed(y(at))}H${WIDTH - 10}" stroke="#ddd"/><text x="${LEFT - 8}" y="${fixed(y(at) + 4)}" text-anchor="end" fill="#555">${at}</text>`,
    ),
    ...hours.map(
      hour =>
        `<text x="${fixed(x((hour * minutes(60)) / minutes(1)))}" y="${above + TOP + HEIGHT - 4}" text-anchor="middle" fill="#555">${hour}:00</text>`,
    ),
    `<polyline fill="none" stroke="#c60" stroke-dasharray="4 3" points="${needed.join(' ')}"/>`,
    `<path fill="none" stroke="#036" stroke-width="1.5" d="${steps(moments, x, y)}"/>`,
  ].join('\n')
}

function steps(moments: readonly Moment[], x: (index: number) => number, y: (instances: number) => number): string {
  const changes = moments.flatMap(({ desired }, index) =>
    index > 0 && desired !== moments[index - 1]?.desired ? [`H${fixed(x(index))}V${fixed(y(desired))}`] : [],
  )
  return `M${LEFT} ${fixed(y(moments[0]?.desired ?? 0))}${changes.join('')}H${fixed(x(moments.length))}`
}

const fixed = (value: number): string => String(Math.round(value * 10) / 10)
