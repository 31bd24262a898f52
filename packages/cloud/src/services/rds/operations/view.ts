import { z } from 'zod'
import { wireInteger } from '../../../gateway/api.ts'
import type { Access } from '../../../identity/authorizer.ts'
import type { World } from '../../../world.ts'
import type { AutomatedBackups } from '../backup/automated.ts'
import type { Snapshots } from '../backup/snapshots.ts'
import type { Catalog } from '../catalog.ts'
import { InvalidParameterValue } from '../errors.ts'
import type { RdsEvents } from '../events.ts'
import { MAX_RECORDS, MIN_RECORDS } from '../limits.ts'
import type { ParameterGroups } from '../parameters/parameter-groups.ts'

/** What the operations look at. */
export interface RdsView {
  readonly world: World
  readonly catalog: Catalog
  readonly snapshots: Snapshots
  readonly backups: AutomatedBackups
  readonly groups: ParameterGroups
  readonly events: RdsEvents
  /** Replaces dynamic references. */
  readonly resolve: (text: string) => Promise<string>
}

/** `arn:aws:rds:<region>:<account>:<type>:<name>`, unless it is an ARN already. */
export function rdsArn(
  { world }: RdsView,
  type: 'db' | 'snapshot' | 'subgrp' | 'es' | 'pg' | 'auto-backup',
  name: string,
): string {
  const { region, account } = world.architecture
  return name.startsWith('arn:') ? name : `arn:aws:rds:${region}:${account}:${type}:${name.toLowerCase()}`
}

/** The permission to do something to one instance; to all when none is named. Service Authorization Reference, "Amazon RDS". */
export const onInstance = (view: RdsView, action: string, identifier: string | undefined): Access => ({
  action: `rds:${action}`,
  resource: view.catalog.find(identifier ?? '')?.definition.arn ?? rdsArn(view, 'db', identifier ?? '*'),
})

export const onSnapshot = (view: RdsView, action: string, identifier: string | undefined): Access => ({
  action: `rds:${action}`,
  resource: rdsArn(view, 'snapshot', identifier ?? '*'),
})

export const onParameterGroup = (view: RdsView, action: string, name: string | undefined): Access => ({
  action: `rds:${action}`,
  resource: rdsArn(view, 'pg', name ?? '*'),
})

/** The members of an operation that answers in pages. */
export const PAGE = { MaxRecords: wireInteger().optional(), Marker: z.string().optional() }

/** One page of a list and the marker of the next. @throws InvalidParameterValue */
export function pageOf<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  input: { readonly MaxRecords?: number | undefined; readonly Marker?: string | undefined },
): { readonly page: readonly T[]; readonly marker: string | undefined } {
  const size = input.MaxRecords ?? MAX_RECORDS
  if (size < MIN_RECORDS || size > MAX_RECORDS) {
    throw new InvalidParameterValue(
      `Invalid value ${size} for MaxRecords. Must be between ${MIN_RECORDS} and ${MAX_RECORDS}`,
    )
  }
  const position = input.Marker === undefined ? -1 : all.findIndex(item => nameOf(item) === input.Marker)
  if (input.Marker !== undefined && position < 0) throw new InvalidParameterValue(`Invalid marker ${input.Marker}`)
  const page = all.slice(position + 1, position + 1 + size)
  const last = page.at(-1)
  return { page, marker: last && position + 1 + size < all.length ? nameOf(last) : undefined }
}
