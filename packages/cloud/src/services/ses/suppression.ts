import { join } from 'node:path'
import type { Instant } from '@terrace/kit'
import type { SuppressionReason } from '@terrace/model'
import { z } from 'zod'
import type { World } from '../../world.ts'
import { readAddress } from './addresses.ts'
import { NotFoundException } from './errors.ts'
import { KeptTable } from './kept-table.ts'
import { type Page, pageOf } from './pages.ts'

/** Somebody who is not written to again. */
export interface Suppressed {
  /** The address, in lower case. */
  readonly name: string
  readonly fromTemplate: false
  readonly reason: SuppressionReason
  readonly updated: Instant
}

const stored: z.ZodType<Suppressed> = z.strictObject({
  name: z.string(),
  fromTemplate: z.literal(false),
  reason: z.enum(['BOUNCE', 'COMPLAINT']),
  updated: z.number(),
})

/** Which part of the list is asked for. */
export interface SuppressionFilter {
  readonly reasons?: readonly SuppressionReason[] | undefined
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
}

/** @see Amazon SES Developer Guide "Using the Amazon SES account-level suppression list" */
export class SuppressionList {
  readonly #world: Pick<World, 'clock' | 'folders'>
  readonly #table: KeptTable<Suppressed>

  constructor(world: Pick<World, 'clock' | 'folders'>) {
    this.#world = world
    this.#table = new KeptTable(join(world.folders.data, 'ses', 'suppressed.json'), stored)
  }

  find(address: string): Suppressed | undefined {
    return this.#table.get(address.toLowerCase())
  }

  /** @throws NotFoundException, BadRequestException */
  get(text: string): Suppressed {
    const { address } = readAddress(text)
    const found = this.find(address)
    if (!found) throw new NotFoundException(`Email address ${address} does not exist on your suppression list.`)
    return found
  }

  /** @throws BadRequestException */
  put(text: string, reason: SuppressionReason): void {
    const name = readAddress(text).address.toLowerCase()
    this.#table.put({ name, fromTemplate: false, reason, updated: this.#world.clock.now() })
  }

  /** @throws NotFoundException, BadRequestException */
  delete(text: string): void {
    this.#table.delete(this.get(text).name)
  }

  list(most: number, token: string | undefined, { reasons, from, to }: SuppressionFilter): Page<Suppressed> {
    const rows = this.#table.all.filter(
      ({ reason, updated }) =>
        (reasons === undefined || reasons.includes(reason)) &&
        updated >= (from ?? 0) &&
        updated <= (to ?? Number.POSITIVE_INFINITY),
    )
    return pageOf(rows, most, token)
  }
}
