/** The answer of a REST operation whose status or header fields say something, too: `ETag`, `Location`, 201. */
export class RestAnswer {
  readonly output: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param output  what the operation would answer without them; bytes are the body as it is, and `undefined` is none
   */
  constructor(output: unknown, headers: Readonly<Record<string, string>> = {}, status = 200) {
    this.output = output
    this.headers = headers
    this.status = status
  }
}
