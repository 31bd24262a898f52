import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf, messageOf, TerraceError } from '@terrace/kit'
import { z } from 'zod'
import { KINDS, type Parcel } from './carriers/carrier.ts'

const attribute = z.strictObject({ dataType: z.string(), text: z.string().optional(), binary: z.string().optional() })

const waitingDelivery = z.strictObject({
  kind: z.enum(KINDS),
  /** By ARN: what it is set to is looked up again. */
  subscription: z.string(),
  topic: z.string(),
  /** Attempts that have failed. */
  attempts: z.number(),
  /** When the next one is due; nothing before the first. */
  due: z.number().optional(),
  message: z.strictObject({
    id: z.string(),
    at: z.number(),
    /** For the protocol of the subscription. */
    body: z.string(),
    subject: z.string().optional(),
    attributes: z.record(z.string(), attribute),
    group: z.string().optional(),
    deduplicationId: z.string().optional(),
    sequence: z.string().optional(),
  }),
})

/** A delivery that has not been made yet, as it is kept. */
export type WaitingDelivery = Readonly<z.infer<typeof waitingDelivery>>

/** How far a delivery has come. */
export type Progress = Pick<WaitingDelivery, 'attempts' | 'due'>

/** One that an earlier run has left. */
export interface Left {
  /** Names it to {@link WaitingDeliveries.keep} and {@link WaitingDeliveries.forget}. */
  readonly number: number
  readonly delivery: WaitingDelivery
}

/** Deliveries that wait for another attempt: a file each, so that they outlive the cloud. */
export class WaitingDeliveries {
  readonly #folder: string
  #last = 0

  /** @param data  the folder of the system's data */
  constructor(data: string) {
    this.#folder = join(data, 'sns', 'waiting')
  }

  /** What an earlier run has left, in the order in which it was published. @throws TerraceError SNS_STATE_CORRUPT */
  left(): readonly Left[] {
    const left = namesIn(this.#folder).map(name => ({ number: Number.parseInt(name, 10), delivery: this.#read(name) }))
    this.#last = Math.max(this.#last, left.at(-1)?.number ?? 0)
    return left
  }

  /** Numbers rise: deliveries are made in their order. */
  newNumber(): number {
    return ++this.#last
  }

  keep(number: number, { kind, published, subscription }: Parcel, { attempts, due }: Progress): void {
    const { id, at, topic, subject, attributes, group, deduplicationId, sequence } = published
    const body = published.bodyFor(subscription.kept.protocol)
    const delivery: WaitingDelivery = {
      ...{ kind, subscription: subscription.arn, topic: topic.arn, attempts, due },
      message: { id, at, body, subject, attributes: { ...attributes }, group, deduplicationId, sequence },
    }
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const file = this.#file(number)
    writeFileSync(`${file}.new`, JSON.stringify(delivery), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  forget(number: number): void {
    rmSync(this.#file(number), { force: true })
  }

  #read(name: string): WaitingDelivery {
    const file = join(this.#folder, name)
    try {
      return waitingDelivery.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch (cause) {
      throw new TerraceError('SNS_STATE_CORRUPT', `${file} does not hold a delivery: ${messageOf(cause)}`, {
        hint: 'remove that file to lose it, or forget all data with: terrace reset',
        place: { file },
        cause,
      })
    }
  }

  #file = (number: number): string => join(this.#folder, `${String(number).padStart(12, '0')}.json`)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.json'))
      .sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}
