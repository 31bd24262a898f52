import { type Clock, type Instant, type Stop, seconds } from '@terrace/kit'
import { Attempts } from './attempts.ts'
import { Counters } from './counters.ts'
import { Deduplication, Memory } from './deduplication.ts'
import {
  InvalidParameterValue,
  MessageNotInflight,
  OverLimit,
  PurgeQueueInProgress,
  ReceiptHandleIsInvalid,
} from './errors.ts'
import { Hidden } from './hidden.ts'
import { deduplicationKeyOf, newMessage } from './intake.ts'
import { LONGEST_VISIBILITY_SECONDS, MOST_IN_FLIGHT, PURGE_INTERVAL } from './limits.ts'
import { Message, type MessageDraft, type StoredMessage } from './message.ts'
import { md5, sizeOf } from './message-attributes.ts'
import { asDeadLetter, asNew } from './moved.ts'
import { ArrivalOrder, GroupOrder, type Order } from './order.ts'
import type { Accepted, MessageQueueOptions, Received, ReceiveRequest } from './queue-calls.ts'
import { type Receipt, readReceipt, writeReceipt } from './receipt.ts'
import type { QueueSettings } from './settings.ts'
import { MessageLog } from './store/message-log.ts'
import { goneLine, headerLine, purgedLine, type Replayed, receivedLine, replay, visibleLine } from './store/replay.ts'
import { uniqueUuid } from './unique-uuid.ts'
import { Waiters } from './waiters.ts'

/**
 * The messages of one queue. What it has accepted, handed out or deleted is in its log before a caller hears of it.
 * @see Amazon SQS Developer Guide, "Amazon SQS visibility timeout", "Amazon SQS short and long polling", "FIFO delivery logic"
 */
export class MessageQueue {
  settings: QueueSettings
  readonly counters = new Counters()
  readonly #options: MessageQueueOptions
  readonly #clock: Clock
  readonly #log: MessageLog
  readonly #order: Order
  readonly #deduplication: Deduplication
  readonly #messages = new Map<number, Message>()
  readonly #hidden = new Hidden()
  readonly #attempts = new Attempts()
  readonly #waiters: Waiters<ReceiveRequest, readonly Received[]>
  #stopAlarm: Stop = () => {}
  #nextSequence = 1
  #purgedAt = Number.NEGATIVE_INFINITY

  /** @throws TerraceError SQS_LOG_CORRUPT */
  constructor(options: MessageQueueOptions) {
    this.#options = options
    this.#clock = options.clock
    this.settings = options.settings
    this.#order = options.settings.fifo ? new GroupOrder() : new ArrivalOrder()
    this.#waiters = new Waiters(options.clock)
    this.#log = new MessageLog(options.folder, () => headerLine(this.#nextSequence))
    this.#deduplication = new Deduplication(memory => this.#log.forget(memory))
    this.#load()
  }

  get arn(): string {
    return this.#options.arn
  }

  /** How many messages are visible, in flight and delayed at this moment. */
  depth(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    this.#settle()
    const { inFlight, delayed } = this.#hidden
    return { visible: this.#messages.size - inFlight - delayed, inFlight, delayed }
  }

  /** Bytes of its files. */
  get bytesOnDisk(): number {
    return this.#log.bytes
  }

  /** Everything that is kept, in no order. */
  *messages(): Generator<StoredMessage> {
    for (const { kept } of this.#messages.values()) yield kept
  }

  /** Takes messages whose limits were checked: all of them or, when they can't be written, none. */
  send(drafts: readonly MessageDraft[]): readonly Accepted[] {
    const now = this.#clock.now()
    const added: Message[] = []
    const memories = new Map<string, Memory>()
    const accepted = drafts.map((draft): Accepted => {
      const bodyMd5 = md5(draft.body)
      const key = deduplicationKeyOf(draft, this.settings)
      const known =
        key === undefined ? undefined : (memories.get(key)?.remembered ?? this.#deduplication.find(key, now))
      if (known) return { id: known.messageId, bodyMd5, sequence: known.sequence }
      const id = this.#nextId()
      const sequence = this.#nextSequence++
      const message = new Message(newMessage(draft, this.settings, { id, sequence, bodyMd5, now }))
      added.push(message)
      if (key !== undefined) memories.set(key, new Memory({ key, messageId: id, sequence, at: now }))
      return { id, bodyMd5, sequence }
    })
    this.#log.append([...added, ...memories.values()])
    for (const memory of memories.values()) this.#deduplication.add(memory)
    for (const { body, attributes } of drafts) this.counters.sent(sizeOf(body, attributes), now)
    this.#enter(added, now)
    return accepted
  }

  /**
   * Hands out messages: at once when there are any, else when there are, or none when the wait is over.
   * @throws OverLimit
   */
  async receive(request: ReceiveRequest): Promise<readonly Received[]> {
    this.#settle()
    const { waitSeconds } = request
    const wait = waitSeconds === undefined ? this.settings.wait : seconds(waitSeconds)
    if (!this.settings.fifo && wait === 0 && this.#hidden.inFlight >= MOST_IN_FLIGHT) {
      throw new OverLimit(`Too many messages in flight, the limit is ${MOST_IN_FLIGHT}.`)
    }
    let received = this.#receiveNow(request)
    if (received.length === 0 && wait > 0) {
      const waited = this.#waiters.wait(request, wait, [], request.gone)
      this.#setAlarm()
      received = await waited
    }
    this.counters.received(received.length, this.#clock.now())
    return received
  }

  /**
   * Deletes what these handles stand for. One that is too old deletes nothing, and is no error in a standard queue.
   * @returns for each handle the error, if it is one
   */
  delete(handles: readonly string[]): readonly (Error | undefined)[] {
    this.#settle()
    const doomed = new Set<Message>()
    const errors = handles.map(handle => {
      try {
        const message = this.#toDelete(handle)
        if (message) doomed.add(message)
        return undefined
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error))
      }
    })
    this.#remove([...doomed])
    this.counters.deleted(errors.filter(error => !error).length, this.#clock.now())
    return errors
  }

  /**
   * The message becomes visible that much later, counted from now.
   * @throws ReceiptHandleIsInvalid, MessageNotInflight, InvalidParameterValue
   */
  changeVisibility(handle: string, timeoutSeconds: number): void {
    this.#settle()
    const receipt = this.#receiptOf(handle)
    const message = this.#messages.get(receipt.sequence)
    if (!message || message.kept.receives !== receipt.receive) {
      const reason = 'Message does not exist or is not available for visibility timeout change.'
      throw InvalidParameterValue.of(handle, 'ReceiptHandle', reason)
    }
    if (message.state !== 'inFlight') throw this.settings.fifo ? expired(handle) : new MessageNotInflight()
    const now = this.#clock.now()
    const visibleAt = now + seconds(timeoutSeconds)
    if (visibleAt - (message.kept.lastReceivedAt ?? now) > seconds(LONGEST_VISIBILITY_SECONDS)) {
      const reason = `Total VisibilityTimeout for the message is beyond the limit [${LONGEST_VISIBILITY_SECONDS} seconds]`
      throw InvalidParameterValue.of(timeoutSeconds, 'VisibilityTimeout', reason)
    }
    this.#log.append([], [visibleLine(visibleAt, [receipt.sequence])])
    message.change({ visibleAt })
    this.#attempts.forget(message)
    this.#hidden.add(message)
    this.#settle()
  }

  /** @returns how many are gone @throws PurgeQueueInProgress within 60 seconds after the last one */
  purge(): number {
    const now = this.#clock.now()
    if (now - this.#purgedAt < PURGE_INTERVAL) throw new PurgeQueueInProgress(this.#options.name)
    const all = [...this.#messages.values()]
    this.#log.append([], [purgedLine(this.#nextSequence)])
    this.#purgedAt = now
    this.#drop(all)
    return all.length
  }

  /** Drops what has been kept for the queue's retention. */
  expire(): void {
    const from = this.#clock.now() - this.settings.retention
    this.#remove([...this.#messages.values()].filter(({ kept }) => kept.retainedFrom <= from))
  }

  /** Drops messages by their id: those that a crash has left in two queues. */
  removeById(ids: ReadonlySet<string>): void {
    this.#remove([...this.#messages.values()].filter(({ kept }) => ids.has(kept.id)))
  }

  /**
   * Moves visible messages to other queues, as new ones.
   *
   * @param destinationOf  throws for a message that has nowhere to go: it stays
   * @returns how many went
   */
  moveOut(most: number, destinationOf: (message: StoredMessage) => MessageQueue): number {
    this.#settle()
    const taken = this.#order.take(most, message => this.#takeOff(message))
    const moved: Message[] = []
    try {
      for (const message of taken) {
        const target = destinationOf(message.kept)
        target.#takeIn([asNew(message.kept, target.#nextId(), this.#clock.now())])
        moved.push(message)
      }
    } finally {
      this.#remove(moved)
      for (const message of taken) if (message.state === 'inFlight') this.#becomeReady(message)
      this.#serve()
    }
    return moved.length
  }

  /** Nobody waits any more. Nothing may be asked of it after that. */
  close(): void {
    this.#waiters.end([])
    this.#stopAlarm()
    this.#log.close()
  }

  #load(): void {
    const state: Replayed = { messages: new Map(), memories: [], nextSequence: 1 }
    this.#log.load(line => replay(line, state, message => this.#log.forget(message)))
    this.#nextSequence = state.nextSequence
    for (const memory of state.memories) this.#deduplication.add(memory)
    // Files that were written again have old messages after newer ones.
    const inOrder = [...state.messages.values()].sort((a, b) => a.kept.sequence - b.kept.sequence)
    this.#enter(inOrder, this.#clock.now())
  }

  /** Of the next message; another one than any before, also after a restart. */
  #nextId(): string {
    return uniqueUuid(`${this.#options.id} ${this.#nextSequence}`)
  }

  /** Messages that another queue has given away; they are written before it forgets them. */
  #takeIn(messages: readonly StoredMessage[]): void {
    const added = messages.map(kept => new Message({ ...kept, sequence: this.#nextSequence++ }))
    this.#log.append(added)
    this.#enter(added, this.#clock.now())
  }

  #enter(messages: readonly Message[], now: Instant): void {
    for (const message of messages) {
      message.state = message.stateAt(now)
      this.#messages.set(message.kept.sequence, message)
      if (message.state === 'delayed') this.#hidden.delayed++
      if (message.state === 'inFlight') this.#hidden.inFlight++
      if (message.state !== 'ready') this.#hidden.add(message)
      this.#order.enter(message)
    }
    this.#serve()
  }

  /** Makes visible what has become so, and hands it to who waits. */
  #settle(): void {
    const now = this.#clock.now()
    for (let message = this.#hidden.due(now); message; message = this.#hidden.due(now)) this.#becomeReady(message)
    this.#serve()
  }

  #becomeReady(message: Message): void {
    const wasInFlight = message.state === 'inFlight'
    if (wasInFlight) this.#hidden.inFlight--
    else this.#hidden.delayed--
    message.state = 'ready'
    this.#order.becameReady(message, wasInFlight)
  }

  #serve(): void {
    if (this.#waiters.length === 0) return
    this.#waiters.serve(request => {
      const received = this.#receiveNow(request)
      return received.length > 0 ? received : undefined
    })
    this.#setAlarm()
  }

  /** Somebody waits: they are to be woken when something becomes visible. */
  #setAlarm(): void {
    this.#stopAlarm()
    const { next } = this.#hidden
    if (this.#waiters.length === 0 || next === undefined) return
    this.#stopAlarm = this.#clock.after(Math.max(next - this.#clock.now(), 0), () => {
      this.#settle()
      this.#setAlarm()
    })
  }

  #receiveNow({ most, visibilitySeconds, attempt }: ReceiveRequest): readonly Received[] {
    const now = this.#clock.now()
    const visibility = visibilitySeconds === undefined ? this.settings.visibilityTimeout : seconds(visibilitySeconds)
    const until = now + visibility
    const known = attempt === undefined ? undefined : this.#attempts.find(attempt, now)
    if (known) return this.#again(known, until)
    const room = Math.min(most, MOST_IN_FLIGHT - this.#hidden.inFlight)
    const deadLetters: Message[] = []
    const old: Message[] = []
    const taken = this.#order.take(room, message => {
      if (message.kept.retainedFrom + this.settings.retention <= now) old.push(message)
      else if (this.#isDeadLetter(message)) deadLetters.push(message)
      else return this.#takeOff(message)
      // Until it is really gone: nothing of its group may overtake the decision.
      message.state = 'gone'
      return false
    })
    this.#remove(old)
    this.#moveAway(deadLetters)
    if (taken.length === 0) return []
    this.#log.append(
      [],
      [
        receivedLine(
          now,
          until,
          taken.map(({ kept }) => kept.sequence),
        ),
      ],
    )
    for (const message of taken) {
      message.receive(now, until)
      this.#hidden.add(message)
    }
    if (attempt !== undefined) this.#attempts.add(attempt, taken, now)
    return taken.map(message => this.#received(message))
  }

  #takeOff(message: Message): boolean {
    message.state = 'inFlight'
    this.#hidden.inFlight++
    return true
  }

  /** The same messages with the same handles, for as long as if they were received now. */
  #again(messages: readonly Message[], until: Instant): readonly Received[] {
    this.#log.append(
      [],
      [
        visibleLine(
          until,
          messages.map(({ kept }) => kept.sequence),
        ),
      ],
    )
    for (const message of messages) {
      message.change({ visibleAt: until })
      this.#hidden.add(message)
    }
    return messages.map(message => this.#received(message))
  }

  #received({ kept }: Message): Received {
    const { sequence, receives } = kept
    return { message: kept, handle: writeReceipt({ queue: this.#options.id, sequence, receive: receives }) }
  }

  #isDeadLetter({ kept }: Message): boolean {
    const { redrive } = this.settings
    if (!redrive || kept.receives - kept.receivesElsewhere < redrive.maxReceiveCount) return false
    return this.#options.deadLetterQueue() !== undefined
  }

  #moveAway(messages: readonly Message[]): void {
    const target = this.#options.deadLetterQueue()
    if (messages.length === 0 || !target) return
    const now = this.#clock.now()
    target.#takeIn(messages.map(({ kept }) => asDeadLetter(kept, this.arn, this.settings.fifo, now)))
    this.#remove(messages)
    this.#options.onDeadLetters(messages.length)
  }

  #receiptOf(handle: string): Receipt {
    const receipt = readReceipt(handle)
    if (receipt?.queue !== this.#options.id) throw new ReceiptHandleIsInvalid(handle)
    return receipt
  }

  #toDelete(handle: string): Message | undefined {
    const receipt = this.#receiptOf(handle)
    const message = this.#messages.get(receipt.sequence)
    if (!message) return undefined
    const isNewest = message.kept.receives === receipt.receive
    if (this.settings.fifo && !(isNewest && message.state === 'inFlight')) throw expired(handle)
    return isNewest ? message : undefined
  }

  #remove(messages: readonly Message[]): void {
    if (messages.length === 0) return
    this.#log.append([], [goneLine(messages.map(({ kept }) => kept.sequence))])
    this.#drop(messages)
  }

  #drop(messages: readonly Message[]): void {
    for (const message of messages) {
      const { state } = message
      message.state = 'gone'
      this.#messages.delete(message.kept.sequence)
      if (state === 'inFlight') this.#hidden.inFlight--
      if (state === 'delayed') this.#hidden.delayed--
      this.#log.forget(message)
      this.#order.left(message, state === 'inFlight')
    }
    this.#serve()
  }
}

const expired = (handle: string) => InvalidParameterValue.of(handle, 'ReceiptHandle', 'The receipt handle has expired.')
