/** A picture that can't be worked on, for a reason that its sender can understand. */
export class PictureRefused extends Error {
  /** As of HTTP: 400 nothing there, 415 no such format here, 422 broken or too large. */
  readonly status: number

  /** @param detail  a sentence for people, without a full stop */
  constructor(status: number, detail: string) {
    super(detail)
    this.name = 'PictureRefused'
    this.status = status
  }
}
