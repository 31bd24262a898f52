/** What a log writes again when the file that it stands in is taken away. */
export interface Kept {
  line(): string
}

/** One file of a log: what of it still counts, and how many bytes that has. */
export class Segment {
  readonly path: string
  readonly number: number
  bytes = 0
  liveBytes = 0
  readonly live = new Map<Kept, number>()

  constructor(path: string, number: number) {
    this.path = path
    this.number = number
  }

  keep(item: Kept, bytes: number): void {
    this.live.set(item, bytes)
    this.liveBytes += bytes
  }

  drop(item: Kept): void {
    const bytes = this.live.get(item)
    if (bytes === undefined) return
    this.live.delete(item)
    this.liveBytes -= bytes
  }
}
