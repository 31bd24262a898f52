/** A decoded picture: RGB, 8 bits a channel, row by row, `width × height × 3` bytes, orientation already applied. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** What belongs to the subject of a picture. */
export interface Cutout {
  /** One byte a pixel of the picture, row by row: 0 background, 255 subject, between them how much of the subject. */
  readonly alpha: Uint8Array
  /** How sure the segmenter is that it found a subject, 0…1; without one the picture stays opaque and this is low. */
  readonly confidence: number
  /** What the edge looks like without what of the background showed through it; absent: as in the picture. */
  readonly edge?: EdgeColours
}

/** Colours of some pixels of a picture: few beside the 60 MB of a large picture's copy. */
export interface EdgeColours {
  /** Numbers of the pixels, row by row from 0. */
  readonly pixels: Uint32Array
  /** RGB, three bytes for each of them. */
  readonly colors: Uint8Array
}

/** What a caller may say about one picture. */
export interface SegmentOptions {
  /** Told between steps how much is done, 0…1, never falling. */
  readonly onProgress?: (done: number) => void
  /** Looked at between steps; an aborted one ends the work with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Tells the subject of a picture from its background. It runs inside a worker thread and may block it; it may work on
 * a smaller copy, but the alpha has the picture's own size.
 */
export interface Segmenter {
  /**
   * Never writes into the picture.
   * @throws the reason of `options.signal` when it is aborted
   */
  segment(picture: Picture, options?: SegmentOptions): Promise<Cutout>
}
