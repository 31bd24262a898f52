import { between, css, lit, toRgb } from '../colour.ts'
import { clouds, type Plane, paint, rasterize, relight, softened } from '../plane.ts'
import type { Background, Canvas } from './background.ts'
import { mixed } from './smooth.ts'

/** Lights far out of focus. */
export const bokeh: Background = {
  colours: 5,
  paint: async canvas => {
    const { random, width, height } = canvas
    const lights = Array.from({ length: 70 }, () => {
      const radius = between(random, 0.015, 0.09) * width
      const [x, y] = [random.next() * width, random.next() * height]
      return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${css(lit(random.pick(canvas.colours), 1.1))}" fill-opacity="${between(random, 0.15, 0.6)}"/>`
    })
    return softened(await drawn(canvas, lights.join('')), between(random, 4, 14))
  },
}

/** Cloth or wallpaper with stripes. */
export const stripes: Background = {
  colours: 2,
  paint: async canvas => {
    const { random, width, height, colours } = canvas
    const [one, other] = [toRgb(colours[0]), toRgb(colours[1])]
    const turn = between(random, 0, Math.PI)
    const count = between(random, 8, 26)
    const [across, down] = [Math.cos(turn) * count, (Math.sin(turn) * count * height) / width]
    const share = between(random, 0.3, 0.7)
    const waves = clouds(random, canvas, width / 3, 2)
    const plane = paint(width, height, (x, y) => {
      const index = Math.floor(y * height) * width + Math.floor(x * width)
      const phase = x * across + y * down + 0.25 * (waves[index] ?? 0)
      const part = Math.abs((phase - Math.floor(phase)) * 2 - 1)
      return mixed(one, other, (part - share) * 12 + 0.5)
    })
    return grained(canvas, plane)
  },
}

/** A floor of tiles with joints between them. */
export const tiles: Background = {
  colours: 2,
  paint: async canvas => {
    const { random, width, height, colours } = canvas
    const joint = toRgb(colours[1])
    const side = between(random, 50, 130)
    const wide = between(random, 0.03, 0.08)
    const shades = Array.from({ length: 64 }, () => toRgb(lit(colours[0], between(random, 0.88, 1.12))))
    const turn = between(random, -0.5, 0.5)
    const plane = paint(width, height, (x, y) => {
      const [column, row] = [
        (x * width * Math.cos(turn) - y * height * Math.sin(turn)) / side,
        (x * width * Math.sin(turn) + y * height * Math.cos(turn)) / side,
      ]
      const inner = Math.min(middling(column), middling(row))
      const shade = shades[(Math.floor(column) * 7 + Math.floor(row) * 13) & 63] ?? joint
      return mixed(joint, shade, (inner - wide) * side * 0.7 + 0.5)
    })
    return grained(canvas, plane)
  },
}

/** Leaves and blades, more or less out of focus. */
export const foliage: Background = {
  colours: 5,
  paint: async canvas => {
    const { random, width, height } = canvas
    const leaves = Array.from({ length: 900 }, () => {
      const long = between(random, 0.03, 0.11) * width
      const wide = long * between(random, 0.12, 0.4)
      const fill = css(lit(random.pick(canvas.colours), between(random, 0.65, 1.25)))
      const place = `translate(${Math.round(random.next() * width)} ${Math.round(random.next() * height)}) rotate(${random.integer(360)})`
      return `<path transform="${place}" d="M0 0Q${long / 2} ${-wide} ${long} 0Q${long / 2} ${wide} 0 0Z" fill="${fill}"/>`
    })
    return softened(await drawn(canvas, leaves.join('')), between(random, 0.5, 5))
  },
}

/** Distance from the nearest line of a grid of width 1: 0 on it, 0.5 in the middle. */
const middling = (value: number) => 0.5 - Math.abs(value - Math.floor(value) - 0.5)

async function drawn({ width, height, colours }: Canvas, drawing: string): Promise<Plane> {
  const ground = `<rect width="${width}" height="${height}" fill="${css(lit(colours[0], 0.8))}"/>`
  return (await rasterize(ground + drawing, width, height)).colours
}

function grained({ random }: Canvas, plane: Plane): Plane {
  const grain = clouds(random, plane, 60, 4)
  relight(plane, index => 1 + 0.07 * (grain[index] ?? 0))
  return plane
}
