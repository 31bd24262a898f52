/** What the test worker does with a picture whose first pixel is so. */
export const colours = {
  /** Ends its thread. */
  crash: '#ff0000',
  throw: '#ff00ff',
  /** Never ends, and looks at nothing. */
  hang: '#0000ff',
  /** Blocks its thread until it is cancelled. */
  blocking: '#00ff00',
  /** Waits until `GATE` is opened, or until it is cancelled. */
  gated: '#ffff00',
  /** Finds no subject. */
  nothing: '#ffffff',
  /** The left half is the subject. */
  plain: '#804020',
} as const

export type Behaviour = keyof typeof colours

/** The channel on which any message opens the gate. */
export const GATE = 'cutout-test-gate'

/** The channel on which workers say what they have begun. */
export const BEGUN = 'cutout-test-begun'

/** What a picture asks for. */
export function nameOf(pixels: Uint8Array): Behaviour {
  const colour = `#${Buffer.from(pixels.subarray(0, 3)).toString('hex')}`
  const found = Object.entries(colours).find(([, value]) => value === colour)
  return (found?.[0] as Behaviour | undefined) ?? 'plain'
}
