import type { Instant } from '@terrace/kit'
import type { NodeId } from '@terrace/model'

/** Has a function handle the messages of a queue; plain data, as it is kept. */
export interface Mapping {
  readonly uuid: string
  /** The resource of the template that it is; absent for one that somebody made by the API. */
  readonly node?: NodeId
  /** A name, with or without version or alias. */
  readonly functionName: string
  readonly qualifier?: string
  /** ARN of the queue. */
  readonly sourceArn: string
  readonly enabled: boolean
  readonly batchSize: number
  readonly batchingWindowSeconds: number
  /** Event patterns, as JSON texts. */
  readonly filters: readonly string[]
  readonly reportsBatchItemFailures: boolean
  readonly maximumConcurrency?: number
  readonly modified: Instant
  readonly tags: Readonly<Record<string, string>>
}
