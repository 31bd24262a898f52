import { createHash, randomUUID } from 'node:crypto'

/** One message of the stand-in for SQS. */
interface Kept {
  readonly id: string
  readonly body: string
  readonly traceHeader: string | undefined
  readonly sentAt: number
  receives: number
  visibleAt: number
  handle: string
}

/** A queue in memory, as far as the shop uses one: visibility, long polling, and a dead-letter queue. */
export class StandInQueue {
  readonly #messages = new Map<string, Kept>()
  readonly #deadLetters: StandInQueue | undefined
  #waiting: (() => void)[] = []
  /** What was postponed comes back after so many seconds at the latest; 0 saves a test the waiting. */
  longestDelay = Number.POSITIVE_INFINITY

  /** @param deadLetters  takes what was received five times */
  constructor(deadLetters?: StandInQueue) {
    this.#deadLetters = deadLetters
  }

  get size(): number {
    return this.#messages.size
  }

  /** @returns the answer of SendMessage */
  send(body: string, traceHeader?: string): Record<string, unknown> {
    const id = randomUUID()
    this.#messages.set(id, { id, body, traceHeader, sentAt: Date.now(), receives: 0, visibleAt: 0, handle: '' })
    this.#wake()
    return { MessageId: id, MD5OfMessageBody: md5(body) }
  }

  async receive(most: number, visibility: number, waitMilliseconds: number): Promise<Record<string, unknown>[]> {
    const deadline = Date.now() + waitMilliseconds
    for (;;) {
      const found = this.#take(most, visibility)
      const left = deadline - Date.now()
      if (found.length > 0 || left <= 0) return found
      await new Promise<void>(resolve => {
        const next = Math.min(...[...this.#messages.values()].map(({ visibleAt }) => visibleAt - Date.now()), left)
        const timer = setTimeout(resolve, Math.max(1, next))
        this.#waiting.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  remove(handle: string): void {
    const found = this.#byHandle(handle)
    if (found) this.#messages.delete(found.id)
  }

  hide(handle: string, seconds: number): void {
    const found = this.#byHandle(handle)
    if (found) found.visibleAt = Date.now() + Math.min(seconds, this.longestDelay) * 1000
    this.#wake()
  }

  #take(most: number, visibility: number): Record<string, unknown>[] {
    const found: Record<string, unknown>[] = []
    for (const message of this.#messages.values()) {
      if (found.length === most) break
      if (message.visibleAt > Date.now()) continue
      if (this.#deadLetters && message.receives >= 5) {
        this.#messages.delete(message.id)
        this.#deadLetters.send(message.body, message.traceHeader)
        continue
      }
      message.receives += 1
      message.visibleAt = Date.now() + visibility * 1000
      message.handle = randomUUID()
      found.push({
        MessageId: message.id,
        Body: message.body,
        MD5OfBody: md5(message.body),
        ReceiptHandle: message.handle,
        Attributes: {
          ApproximateReceiveCount: String(message.receives),
          SentTimestamp: String(message.sentAt),
          AWSTraceHeader: message.traceHeader,
        },
      })
    }
    return found
  }

  #byHandle(handle: string): Kept | undefined {
    return [...this.#messages.values()].find(message => message.handle === handle)
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
