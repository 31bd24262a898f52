import type { Socket } from 'node:net'

/** Joins two connections: what one says the other hears, each half closes by itself, an error ends both. */
export function splice(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => {
      if (!from.readableEnded) to.destroy()
    })
    from.pipe(to)
  }
}
