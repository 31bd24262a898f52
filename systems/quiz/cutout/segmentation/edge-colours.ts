import type { EdgeColours } from './segmenter.ts'

const FIRST_ROOM = 4096

/** Gathers the colours of an edge whose length is not known before. */
export class EdgeColourList {
  #pixels = new Uint32Array(FIRST_ROOM)
  #colors = new Uint8Array(FIRST_ROOM * 3)
  #count = 0

  /** Red, green and blue are clamped to bytes. */
  add(pixel: number, red: number, green: number, blue: number): void {
    if (this.#count === this.#pixels.length) this.#grow()
    this.#pixels[this.#count] = pixel
    const at = this.#count * 3
    this.#colors[at] = byte(red)
    this.#colors[at + 1] = byte(green)
    this.#colors[at + 2] = byte(blue)
    this.#count++
  }

  /** Views of what was added so far. */
  get all(): EdgeColours {
    return { pixels: this.#pixels.subarray(0, this.#count), colors: this.#colors.subarray(0, this.#count * 3) }
  }

  #grow(): void {
    const [pixels, colors] = [this.#pixels, this.#colors]
    this.#pixels = new Uint32Array(pixels.length * 2)
    this.#pixels.set(pixels)
    this.#colors = new Uint8Array(colors.length * 2)
    this.#colors.set(colors)
  }
}

/** Writes the colours of an edge into RGB pixels. */
export function repaint(picture: Uint8Array, { pixels, colors }: EdgeColours): void {
  for (const [at, pixel] of pixels.entries()) picture.set(colors.subarray(at * 3, at * 3 + 3), pixel * 3)
}

const byte = (value: number) => Math.min(255, Math.max(0, Math.round(value)))
