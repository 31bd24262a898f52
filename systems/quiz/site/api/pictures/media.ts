import type { Tables } from '../data/tables.ts'

/** What of a picture's row its addresses depend on. */
export type PictureRow = Pick<Tables['pictures'], 'id' | 'extension' | 'state'>

/** Its objects in the bucket. All are written once, under a name that nobody guesses. */
export const objectKeys = ({ id, extension }: Pick<PictureRow, 'id' | 'extension'>) => ({
  /** Shown to everybody, through the CDN. */
  picture: `media/${id}.${extension}`,
  cutout: `media/${id}-cutout.png`,
  /** As it was uploaded, for the removal tier: kept until the cut-out is made, and shown to nobody. */
  original: `uploads/${id}`,
})

/** Where browsers find pictures. */
export class Media {
  readonly #base: string

  /** @param base  `https://cdn.example.com`; empty for the page's own origin */
  constructor(base: string) {
    this.#base = base
  }

  pictureUrl(row: PictureRow): string {
    return `${this.#base}/${objectKeys(row).picture}`
  }

  cutoutUrl(row: PictureRow): string | null {
    return row.state === 'ready' ? `${this.#base}/${objectKeys(row).cutout}` : null
  }

  /** The cut-out when there is one. */
  shownUrl(row: PictureRow | undefined): string | null {
    return row ? (this.cutoutUrl(row) ?? this.pictureUrl(row)) : null
  }
}
