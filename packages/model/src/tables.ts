import type { PolicyDocument } from './data.ts'
import type { BaseNode } from './node.ts'

/** `AWS::DynamoDB::Table`, or `AWS::DynamoDB::GlobalTable` with one replica, which is what CDK's `TableV2` makes. */
export interface Table extends BaseNode<'table'> {
  readonly name: string
  readonly arn: string
  /** The types of the attributes that are part of a key. */
  readonly attributeTypes: Readonly<Record<string, KeyType>>
  readonly key: TableKey
  readonly localIndexes: readonly TableIndex[]
  readonly globalIndexes: readonly GlobalIndex[]
  readonly throughput: TableThroughput
  readonly tableClass: 'STANDARD' | 'STANDARD_INFREQUENT_ACCESS'
  /** The attribute that says when an item expires, in seconds since 1970. */
  readonly timeToLiveAttribute?: string
  /** Encrypted with a key of KMS; absent: with one that DynamoDB owns. */
  readonly encryptionKey?: { readonly kmsKeyId?: string }
  readonly deletionProtection: boolean
  readonly policy?: PolicyDocument
}

/** Text, number, binary. */
export type KeyType = 'S' | 'N' | 'B'

export interface TableKey {
  readonly partition: string
  readonly sort?: string
}

export interface TableIndex {
  readonly name: string
  readonly key: TableKey
  readonly projection: Projection
}

/** An index with a throughput of its own. */
export interface GlobalIndex extends TableIndex {
  readonly throughput: TableThroughput
}

/** What of an item an index holds beside the keys. */
export type Projection = 'all' | 'keysOnly' | { readonly including: readonly string[] }

/** In capacity units a second: 4 KB read strongly consistently, 1 KB written. */
export type TableThroughput =
  | { readonly mode: 'provisioned'; readonly reads: number; readonly writes: number }
  | { readonly mode: 'onDemand'; readonly mostReads?: number; readonly mostWrites?: number }
